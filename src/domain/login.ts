import type { Claim } from './command-port.ts';
import type { Command, Decider } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { LoginEvent } from './events/account.ts';
import type { AccountId } from './ids.ts';

export type LoginCommand = Command<'ClaimLogin', { readonly account: AccountId; readonly over: string | null }>;
export type LoginState = { readonly holder: AccountId | null };

/** Who signs in under a login. Stream `login-<HMAC of the login>`: the name itself may identify a person (decision 7). */
export const login: Decider<LoginState, LoginCommand, LoginEvent> = {
  category: 'login',
  initialState: () => ({ holder: null }),
  decide: ({ id, data: { account, over } }, { holder }) => {
    if (holder === account) return [];
    ensure(holder === null || `account-${holder}` === over, 'account.login-taken');
    return [{ type: 'LoginClaimed', data: { account, commandId: id } }];
  },
  evolve: (_state, { data: { account } }) => ({ holder: account }),
};

/** What a registration must claim first: its login. `hash` is the login's HMAC. */
export const loginClaim = (hash: string, account: AccountId): Claim => ({
  decider: login,
  id: hash,
  command: (over) => ({ type: 'ClaimLogin', data: { account, over } }),
  holder: (claimed) => {
    const { holder } = claimed as LoginState;
    return holder === null ? null : `account-${holder}`;
  },
});

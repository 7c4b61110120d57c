import { describe, expect, it } from 'vitest';
import { asId, type AccountId } from '../../src/domain/ids.ts';
import { login, loginClaim } from '../../src/domain/login.ts';
import { specOf } from '../support/decider-spec.ts';

const { given } = specOf(login);
const [mine, theirs] = [asId<AccountId>('a-1'), asId<AccountId>('a-2')];
const claimed = (account: AccountId) => ({ type: 'LoginClaimed', data: { account, commandId: 'c-1' } }) as const;
const claim = (account: AccountId, over: string | null = null) =>
  ({ type: 'ClaimLogin', id: 'c-2', data: { account, over } }) as const;

describe('claiming a login', () => {
  it('records whose it is and by which command', () => {
    given()
      .when(claim(mine))
      .then([{ type: 'LoginClaimed', data: { account: mine, commandId: 'c-2' } }]);
  });

  it('is nothing to do for the account that has it', () => {
    given([claimed(mine)])
      .when(claim(mine))
      .then([]);
  });

  it('is refused while another account has it', () => {
    given([claimed(theirs)])
      .when(claim(mine))
      .refused('account.login-taken');
  });

  it('is refused where another holder than the present one was closed', () => {
    given([claimed(theirs)])
      .when(claim(mine, 'account-a-3'))
      .refused('account.login-taken');
  });

  it('takes over from a holder whose stream never began', () => {
    given([claimed(theirs)])
      .when(claim(mine, 'account-a-2'))
      .then([{ type: 'LoginClaimed', data: { account: mine, commandId: 'c-2' } }]);
  });

  it('belongs to whoever claimed it last, in streams named after the category', () => {
    expect(given([claimed(theirs), claimed(mine)]).state).toEqual({ holder: mine });
    expect([login.category, login.initialState()]).toEqual(['login', { holder: null }]);
  });
});

describe('what a registration claims', () => {
  const wanted = loginClaim('hash', mine);

  it('is its login, by the hash', () => {
    expect([wanted.decider, wanted.id]).toEqual([login, 'hash']);
    expect(wanted.command('account-a-2')).toEqual({ type: 'ClaimLogin', data: { account: mine, over: 'account-a-2' } });
  });

  it('is held by an account stream, or by none', () => {
    expect(wanted.holder({ holder: theirs })).toBe('account-a-2');
    expect(wanted.holder({ holder: null })).toBeNull();
  });
});

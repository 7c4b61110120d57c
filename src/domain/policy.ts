import { isAccount } from './actor.ts';
import { canonicalJson } from './canonical-json.ts';
import { ensure } from './domain-error.ts';
import type { Command, Decider } from './decider.ts';
import type { PolicyEvent } from './events/law.ts';
import { checkPack } from './policy-check.ts';
import type { PolicyPack, VersionedPack } from './policy-pack.ts';

export type PolicyCommand =
  Command<'ProposePolicy', { readonly pack: PolicyPack }> | Command<'ConfirmPolicy', { readonly version: number }>;

/** `version` counts the proposals; `inForce` are the confirmed ones in the order of their confirmation (`packsInForce`). */
export type PolicyState =
  | { readonly status: 'settled'; readonly version: number; readonly inForce: readonly VersionedPack[] }
  | {
      readonly status: 'proposed';
      readonly version: number;
      readonly inForce: readonly VersionedPack[];
      readonly pack: PolicyPack;
      readonly proposedBy: string;
    };

const same = (a: PolicyPack | undefined, b: PolicyPack): boolean => a !== undefined && canonicalJson(a) === canonicalJson(b);

const lastConfirmed = ({ inForce }: PolicyState): PolicyPack | undefined => {
  const last = inForce.at(-1);
  if (last === undefined) return undefined;
  const { version: _, ...pack } = last;
  return pack;
};

/** A newer proposal supersedes a pending one; what stands already, proposed or confirmed, is nothing to do. */
const propose = (state: PolicyState, pack: PolicyPack): readonly PolicyEvent[] => {
  const errors = checkPack(pack);
  ensure(errors.length === 0, 'policy.invalid', { errors });
  if (same(state.status === 'proposed' ? state.pack : lastConfirmed(state), pack)) return [];
  return [{ type: 'PolicyProposed', data: { version: state.version + 1, pack } }];
};

const confirm = (
  state: PolicyState,
  { actor, data: { version } }: Extract<PolicyCommand, { type: 'ConfirmPolicy' }>,
): readonly PolicyEvent[] => {
  if (state.inForce.some((pack) => pack.version === version)) return [];
  ensure(state.status === 'proposed', 'policy.nothing-proposed');
  ensure(state.version === version, 'policy.other-version', { proposed: state.version });
  ensure(!isAccount(actor) || actor.account !== state.proposedBy, 'policy.same-person', { proposedBy: state.proposedBy });
  return [{ type: 'PolicyConfirmed', data: { version, pack: state.pack } }];
};

/** A policy pack's versions: one lead-office account proposes, another confirms (decision 22). Stream `policy-<pack id>`. */
export const policyDecider: Decider<PolicyState, PolicyCommand, PolicyEvent> = {
  category: 'policy',
  initialState: () => ({ status: 'settled', version: 0, inForce: [] }),
  decide: (command, state) => (command.type === 'ProposePolicy' ? propose(state, command.data.pack) : confirm(state, command)),
  evolve: (state, event) => {
    const { version, pack } = event.data;
    if (event.type === 'PolicyProposed')
      return { status: 'proposed', version, inForce: state.inForce, pack, proposedBy: event.actor };
    return { status: 'settled', version, inForce: [...state.inForce, { ...pack, version }] };
  },
};

import { accountFold, type AccountState, type KnownAccount } from './account-state.ts';
import { actsFor, isAccount, type AccountActor, type Actor } from './actor.ts';
import { streamFact, type Command, type Decider, type Facts } from './decider.ts';
import { ensure } from './domain-error.ts';
import {
  SENSITIVE_ROLES,
  type AbandonedEvent,
  type AccountEvent,
  type AccountKind,
  type Assurance,
  type Matter,
  type Role,
} from './events/account.ts';
import type { OrganizationFunction } from './events/organization.ts';
import type { AccountId, OrganizationId } from './ids.ts';
import { existsAt, organizationFold } from './organization-state.ts';
import type { Personal } from './personal.ts';
import type { Relation } from './relation.ts';
import { addMonths, civilDateOf, laterOf, startOfDay, type Instant } from './time.ts';

type Term = { readonly validFrom: Instant | null; readonly validUntil: Instant | null };
export type AccountCommand =
  | Command<
      'RegisterAccount',
      {
        readonly kind: AccountKind;
        readonly login: Personal;
        readonly name: Personal;
        readonly phone: Personal | null;
        readonly organization: OrganizationId;
        readonly assurance: Assurance;
      }
    >
  | Command<'ProposeRoles', Term & { readonly account: AccountId; readonly roles: readonly Role[] }>
  | Command<'ConfirmRoles', { readonly account: AccountId; readonly proposal: number }>
  | Command<'RevokeRoles', { readonly account: AccountId; readonly roles: readonly Role[]; readonly reason: string }>
  | Command<
      'GiveDelegation',
      {
        readonly account: AccountId;
        readonly matters: readonly Matter[];
        readonly validFrom: Instant | null;
        readonly validUntil: Instant;
      }
    >
  | Command<'DisableAccount', { readonly account: AccountId; readonly reason: string }>;
type Of<T extends AccountCommand['type']> = Extract<AccountCommand, { type: T }>;

/** A delegation is time-boxed (R13.1): at most this many months. */
const DELEGATION_MONTHS = 12;

/** Roles that only some organizations have (requirements §2). */
const SEAT_OF: Partial<Record<Role, readonly OrganizationFunction[]>> = {
  'operator-officer': ['platform-operator'],
  'lead-officer': ['lead-office'],
  assessor: ['platform-operator', 'lead-office'],
  'exchange-gateway': ['platform-operator'],
};

const activeOf = (state: AccountState): KnownAccount => {
  ensure('kind' in state, 'account.abandoned');
  ensure(state.status === 'active', 'account.disabled');
  return state;
};

const notOneself = (actor: Actor, account: AccountId): void => {
  ensure(!isAccount(actor) || actor.account !== account, 'account.own-rights');
};

const ensureTerm = (validFrom: Instant, validUntil: Instant | null): void => {
  ensure(validUntil === null || validUntil > validFrom, 'account.term-ends-before-it-begins');
};

const register = (state: AccountState, { at, data }: Of<'RegisterAccount'>, facts: Facts): readonly AccountEvent[] => {
  ensure(state.status === 'none', 'account.exists');
  ensure(existsAt(facts.state(organizationFold, data.organization), at), 'account.no-such-organization');
  return [{ type: 'AccountRegistered', data }];
};

const proposeRoles = (state: AccountState, { actor, at, data }: Of<'ProposeRoles'>, facts: Facts): readonly AccountEvent[] => {
  const known = activeOf(state);
  notOneself(actor, data.account);
  const { roles, validUntil } = data;
  const validFrom = laterOf(data.validFrom ?? at, at);
  ensureTerm(validFrom, validUntil);
  ensure(
    roles.every((role) => (role === 'exchange-gateway') === (known.kind === 'gateway')),
    'account.role-unfit-for-kind',
    { roles },
  );
  const home = facts.state(organizationFold, known.organization);
  const functions = 'level' in home ? home.functions : [];
  for (const role of roles) {
    const needs = SEAT_OF[role];
    ensure(needs === undefined || needs.some((one) => functions.includes(one)), 'account.role-unfit-for-organization', { role });
  }
  const settled = (role: Role): boolean =>
    known.roles.some((term) => term.role === role && term.validFrom <= validFrom && term.validUntil === validUntil);
  if (roles.every(settled)) return [];
  const terms = { roles, validFrom, validUntil };
  if (!roles.some((role) => SENSITIVE_ROLES.includes(role))) return [{ type: 'RolesGranted', data: { proposal: null, ...terms } }];
  return [{ type: 'RolesProposed', data: { proposal: known.proposed + 1, ...terms } }];
};

/** Another administrator than the proposer, and than the account itself; the bootstrap has nobody else yet. */
const confirmRoles = (state: AccountState, { actor, at, data }: Of<'ConfirmRoles'>): readonly AccountEvent[] => {
  const known = activeOf(state);
  const pending = known.proposals.find(({ proposal }) => proposal === data.proposal);
  if (pending === undefined) {
    ensure(data.proposal <= known.proposed, 'account.no-such-proposal', { proposal: data.proposal });
    return [];
  }
  notOneself(actor, data.account);
  ensure(!isAccount(actor) || actor.account !== pending.proposedBy, 'account.same-administrator');
  const { proposal, roles, validUntil } = pending;
  const validFrom = laterOf(pending.validFrom, at);
  ensureTerm(validFrom, validUntil);
  return [{ type: 'RolesGranted', data: { proposal, roles, validFrom, validUntil } }];
};

/** Takes away what is held, what is yet to begin and what waits for a second administrator. */
const revokeRoles = (state: AccountState, { actor, at, data }: Of<'RevokeRoles'>): readonly AccountEvent[] => {
  const known = activeOf(state);
  notOneself(actor, data.account);
  const granted = known.roles.filter(({ validUntil }) => validUntil === null || validUntil > at).map(({ role }) => role);
  const pending = known.proposals.flatMap((proposal) => proposal.roles);
  const roles = [...new Set(data.roles)].filter((role) => granted.includes(role) || pending.includes(role));
  return roles.length === 0
    ? []
    : [{ type: 'RolesRevoked', data: { organization: known.organization, roles, reason: data.reason } }];
};

const disable = (state: AccountState, { actor, data }: Of<'DisableAccount'>): readonly AccountEvent[] => {
  if (state.status === 'disabled') return [];
  const { organization } = activeOf(state);
  notOneself(actor, data.account);
  return [{ type: 'AccountDisabled', data: { organization, reason: data.reason } }];
};

const delegate = (state: AccountState, { actor, at, data }: Of<'GiveDelegation'>): readonly AccountEvent[] => {
  const known = activeOf(state);
  ensure(isAccount(actor) && actor.isChief && actor.organization === known.organization, 'account.not-its-chief');
  ensure(actor.account !== data.account, 'account.delegates-to-oneself');
  const validFrom = laterOf(data.validFrom ?? at, at);
  ensureTerm(validFrom, data.validUntil);
  const latest = startOfDay(addMonths(civilDateOf(validFrom), DELEGATION_MONTHS));
  ensure(data.validUntil <= latest, 'account.delegation-too-long', { latest });
  const { matters, validUntil } = data;
  return [
    { type: 'DelegationGiven', data: { by: actor.account, organization: known.organization, matters, validFrom, validUntil } },
  ];
};

const decide = (command: AccountCommand, state: AccountState, facts: Facts): readonly AccountEvent[] => {
  switch (command.type) {
    case 'RegisterAccount':
      return register(state, command, facts);
    case 'ProposeRoles':
      return proposeRoles(state, command, facts);
    case 'ConfirmRoles':
      return confirmRoles(state, command);
    case 'RevokeRoles':
      return revokeRoles(state, command);
    case 'GiveDelegation':
      return delegate(state, command);
    case 'DisableAccount':
      return disable(state, command);
  }
};

/** A real-name account, its roles with validity, and what its data chief delegated to it (requirements §2). Stream `account-<id>`. */
export const account: Decider<AccountState, AccountCommand, AccountEvent | AbandonedEvent> = {
  ...accountFold,
  reads: (command, state) => {
    if (command.type === 'RegisterAccount') return [streamFact(organizationFold, command.data.organization)];
    return command.type === 'ProposeRoles' && 'kind' in state ? [streamFact(organizationFold, state.organization)] : [];
  },
  decide,
};

/** How an actor stands to an account (permission table). */
export const relationsToAccount = (state: AccountState, id: AccountId, actor: AccountActor): readonly Relation[] => [
  ...(actor.account === id ? (['self'] as const) : []),
  ...('kind' in state && actsFor(actor, state.organization) ? (['own'] as const) : []),
];

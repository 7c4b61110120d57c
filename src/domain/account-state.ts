import type { Fold } from './decider.ts';
import type { AbandonedEvent, AccountEvent, AccountKind, Assurance, Matter, Role } from './events/account.ts';
import type { AccountId, OrganizationId } from './ids.ts';
import type { Instant } from './time.ts';

export type RoleTerm = { readonly role: Role; readonly validFrom: Instant; readonly validUntil: Instant | null };
export type RoleProposal = {
  readonly proposal: number;
  readonly roles: readonly Role[];
  readonly validFrom: Instant;
  readonly validUntil: Instant | null;
  readonly proposedBy: string;
};
export type Delegation = {
  readonly by: AccountId;
  readonly organization: OrganizationId;
  readonly matters: readonly Matter[];
  readonly validFrom: Instant;
  readonly validUntil: Instant;
};
export type KnownAccount = {
  readonly status: 'active' | 'disabled';
  readonly kind: AccountKind;
  readonly organization: OrganizationId;
  readonly assurance: Assurance;
  readonly roles: readonly RoleTerm[];
  readonly proposals: readonly RoleProposal[];
  /** How many proposals there have been: they are counted from 1. */
  readonly proposed: number;
  readonly delegations: readonly Delegation[];
};
export type AccountState = { readonly status: 'none' } | { readonly status: 'abandoned' } | KnownAccount;

/** Whether a term holds at an instant: from its beginning, until before its end. */
export const holdsAt = (
  { validFrom, validUntil }: { readonly validFrom: Instant; readonly validUntil: Instant | null },
  at: Instant,
): boolean => validFrom <= at && (validUntil === null || at < validUntil);

/** The roles that an account holds at an instant. */
export const rolesAt = ({ roles }: KnownAccount, at: Instant): readonly Role[] => [
  ...new Set(roles.filter((term) => holdsAt(term, at)).map(({ role }) => role)),
];

const without = (terms: readonly RoleTerm[], roles: readonly Role[]): readonly RoleTerm[] =>
  terms.filter(({ role }) => !roles.includes(role));

const evolveKnown = (state: KnownAccount, event: AccountEvent, actor: string): KnownAccount => {
  switch (event.type) {
    case 'AccountRegistered':
      return state;
    case 'RolesProposed': {
      const { proposal } = event.data;
      return { ...state, proposed: proposal, proposals: [...state.proposals, { ...event.data, proposedBy: actor }] };
    }
    case 'RolesGranted': {
      const { proposal, roles, validFrom, validUntil } = event.data;
      const terms = roles.map((role) => ({ role, validFrom, validUntil }));
      const proposals = state.proposals.filter((pending) => pending.proposal !== proposal);
      return { ...state, proposals, roles: [...without(state.roles, roles), ...terms] };
    }
    case 'RolesRevoked':
      return { ...state, roles: without(state.roles, event.data.roles) };
    case 'DelegationGiven':
      return { ...state, delegations: [...state.delegations, event.data] };
    case 'AccountDisabled':
      return { ...state, status: 'disabled' };
  }
};

/** The fold of stream `account-<id>`. */
export const accountFold: Fold<AccountState, AccountEvent | AbandonedEvent> = {
  category: 'account',
  initialState: () => ({ status: 'none' }),
  evolve: (state, event) => {
    if (event.type === 'CreationAbandoned') return { status: 'abandoned' };
    if (event.type === 'AccountRegistered') {
      const { kind, organization, assurance } = event.data;
      return { status: 'active', kind, organization, assurance, roles: [], proposals: [], proposed: 0, delegations: [] };
    }
    return 'kind' in state ? evolveKnown(state, event, event.actor) : state;
  },
};

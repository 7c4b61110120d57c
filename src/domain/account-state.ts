import type { Fold, Past } from './decider.ts';
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
  readonly givenAt: Instant;
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

/** Until when a role that is held at an instant goes on without a gap; null: for good. That instant itself where it is not held. */
export const heldUntil = (roles: readonly RoleTerm[], role: Role, at: Instant): Instant | null => {
  let until: Instant = at;
  for (;;) {
    const next = roles.find((term) => term.role === role && holdsAt(term, until));
    if (next === undefined) return until;
    if (next.validUntil === null) return null;
    until = next.validUntil;
  }
};

/** A term as it is when it ends at an instant, unless it ended before: what was held before that instant remains true. */
const endedAt = (term: RoleTerm, at: Instant): readonly RoleTerm[] => {
  if (term.validFrom >= at) return [];
  return [term.validUntil !== null && term.validUntil <= at ? term : { ...term, validUntil: at }];
};

/** The terms with those of some roles ended at an instant. */
const withoutRoles = (terms: readonly RoleTerm[], roles: readonly Role[], at: Instant): readonly RoleTerm[] =>
  terms.flatMap((term) => (roles.includes(term.role) ? endedAt(term, at) : [term]));

/** The terms with newly granted ones: a grant settles its roles from its beginning on, and leaves what they were before it. */
const withRoles = (
  terms: readonly RoleTerm[],
  { roles, validFrom, validUntil }: Pick<RoleProposal, 'roles' | 'validFrom' | 'validUntil'>,
): readonly RoleTerm[] => [...withoutRoles(terms, roles, validFrom), ...roles.map((role) => ({ role, validFrom, validUntil }))];

type Later = Past<Exclude<AccountEvent, { type: 'AccountRegistered' }>>;

/** The terms after a grant or a revocation. */
export const rolesAfter = (
  terms: readonly RoleTerm[],
  event: Extract<AccountEvent, { type: 'RolesGranted' | 'RolesRevoked' }> & { readonly at: Instant },
): readonly RoleTerm[] =>
  event.type === 'RolesGranted' ? withRoles(terms, event.data) : withoutRoles(terms, event.data.roles, event.at);

/** What is left to confirm of the proposals once some roles are revoked: who takes a role away wants it given by nobody. */
const withoutProposed = (proposals: readonly RoleProposal[], revoked: readonly Role[]): readonly RoleProposal[] =>
  proposals
    .map((pending) => ({ ...pending, roles: pending.roles.filter((role) => !revoked.includes(role)) }))
    .filter(({ roles }) => roles.length > 0);

/** What a registration begins. */
export const newAccount = ({
  kind,
  organization,
  assurance,
}: Pick<KnownAccount, 'kind' | 'organization' | 'assurance'>): KnownAccount => ({
  status: 'active',
  kind,
  organization,
  assurance,
  roles: [],
  proposals: [],
  proposed: 0,
  delegations: [],
});

/** What an event makes of a known account. */
export const evolveAccount = (state: KnownAccount, event: Later): KnownAccount => {
  switch (event.type) {
    case 'RolesProposed': {
      const { proposal } = event.data;
      return { ...state, proposed: proposal, proposals: [...state.proposals, { ...event.data, proposedBy: event.actor }] };
    }
    case 'RolesGranted': {
      const proposals = state.proposals.filter(({ proposal }) => proposal !== event.data.proposal);
      return { ...state, proposals, roles: rolesAfter(state.roles, event) };
    }
    case 'RolesRevoked': {
      const proposals = withoutProposed(state.proposals, event.data.roles);
      return { ...state, proposals, roles: rolesAfter(state.roles, event) };
    }
    case 'DelegationGiven':
      return { ...state, delegations: [...state.delegations, { ...event.data, givenAt: event.at }] };
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
    if (event.type === 'AccountRegistered') return newAccount(event.data);
    return 'kind' in state ? evolveAccount(state, event) : state;
  },
};

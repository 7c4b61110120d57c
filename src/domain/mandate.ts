import { holdsAt, rolesAt, type AccountState } from './account-state.ts';
import type { AccountActor } from './actor.ts';
import type { AccountId } from './ids.ts';
import type { OrganizationState } from './organization-state.ts';
import type { Instant } from './time.ts';

/**
 * Who the account is at an instant, with the rights of that instant and no others; null for an account that may not act.
 * A delegation dies with the mandate of the chief who gave it (R13.1).
 */
export const resolveActor = (
  person: AccountState,
  home: OrganizationState,
  account: AccountId,
  at: Instant,
): AccountActor | null => {
  if (person.status !== 'active' || !('level' in home) || home.status !== 'open') return null;
  const { kind, organization, assurance } = person;
  const roles = rolesAt(person, at);
  const chief = home.dataChief?.account ?? null;
  const delegations = person.delegations.filter(
    (term) => term.by === chief && term.organization === organization && holdsAt(term, at),
  );
  return {
    account,
    kind,
    organization,
    level: home.level,
    divisionCode: home.divisionCode,
    functions: home.functions,
    roles,
    assurance,
    isChief: chief === account && roles.includes('data-chief'),
    delegations: delegations.map(({ by, matters }) => ({ by, matters })),
  };
};

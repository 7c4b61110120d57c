import { holdsAt, rolesAt, type AccountState, type KnownAccount } from './account-state.ts';
import type { AccountActor } from './actor.ts';
import type { AccountId } from './ids.ts';
import { existsAt, type KnownOrganization, type OrganizationState } from './organization-state.ts';
import type { Instant } from './time.ts';

/** Whose account says whether delegations to this person hold: the filed chief's. Null: there is nothing to ask. */
export const delegatingChief = (person: KnownAccount, home: OrganizationState): AccountId | null => {
  if (person.delegations.length === 0 || !('level' in home)) return null;
  return home.dataChief?.account ?? null;
};

const mayBeChief = (state: AccountState, at: Instant): boolean =>
  state.status === 'active' && rolesAt(state, at).includes('data-chief');

const delegationsTo = (
  person: KnownAccount,
  { dataChief }: KnownOrganization,
  chief: AccountState | null,
  at: Instant,
): AccountActor['delegations'] => {
  if (dataChief === null || chief === null || !mayBeChief(chief, at)) return [];
  return person.delegations
    .filter((term) => term.by === dataChief.account && term.givenAt >= dataChief.since && holdsAt(term, at))
    .map(({ by, matters }) => ({ by, matters }));
};

/**
 * Who the account is at an instant, with the rights of that instant and no others; null for an account that may not act.
 * A delegation dies with the mandate of the chief who gave it (R13.1): `chief` is the account that `delegatingChief` names.
 */
export const resolveActor = (
  person: AccountState,
  home: OrganizationState,
  chief: AccountState | null,
  account: AccountId,
  at: Instant,
): AccountActor | null => {
  if (person.status !== 'active' || !existsAt(home, at)) return null;
  const { kind, organization, assurance } = person;
  return {
    account,
    kind,
    organization,
    absorbed: home.absorbed,
    level: home.level,
    divisionCode: home.divisionCode,
    functions: home.functions,
    operates: home.operates,
    roles: rolesAt(person, at),
    assurance,
    isChief: home.dataChief?.account === account && mayBeChief(person, at),
    delegations: delegationsTo(person, home, chief, at),
  };
};

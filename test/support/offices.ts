import type { Happened } from './decider-spec.ts';
import { accountFold, type AccountState } from '../../src/domain/account-state.ts';
import { fold, type Fold, type Past } from '../../src/domain/decider.ts';
import type { Event } from '../../src/domain/event.ts';
import type { AccountEvent } from '../../src/domain/events/account.ts';
import type { OrganizationEvent } from '../../src/domain/events/organization.ts';
import type { GrantParties } from '../../src/domain/events/grant.ts';
import { asId, type AccountId, type OrganizationId, type ResourceId } from '../../src/domain/ids.ts';
import { organizationFold, type OrganizationState } from '../../src/domain/organization-state.ts';
import { personal } from '../../src/domain/personal.ts';

type DataOf<E, T> = Extract<E, { type: T }> extends { data: infer D } ? D : never;
type Registered = DataOf<OrganizationEvent, 'OrganizationRegistered'>;
type Enrolled = DataOf<AccountEvent, 'AccountRegistered'>;

/** Before anything that a spec says happened. */
export const LONG_AGO = '2026-01-05T01:00:00.000Z';

export const organizationId = (id: string): OrganizationId => asId<OrganizationId>(id);
export const accountId = (id: string): AccountId => asId<AccountId>(id);

/** Whose right to what a suspension or revocation is about. */
export const aGrant: GrantParties = { application: null, resource: asId<ResourceId>('resource-1'), provider: organizationId('org-1'), user: organizationId('org-2') }; // prettier-ignore

/** The facts of a department's registration, with what a spec says of it. */
export const registration = (part: Partial<Registered> = {}): Registered => ({
  name: '南昌市民政局',
  shortName: '市民政局',
  aliases: [],
  level: 'city',
  kind: 'department',
  divisionCode: '360100',
  parent: null,
  functions: [],
  receivesApplications: false,
  providerCode: null,
  validFrom: null,
  ...part,
});

/** The facts of a person's registration in organization `org-1`, with what a spec says of them. */
export const enrolment = (part: Partial<Enrolled> = {}): Enrolled => ({
  kind: 'person',
  login: personal('wang.fang', 'a-1'),
  name: personal('王芳', 'a-1'),
  phone: null,
  organization: organizationId('org-1'),
  assurance: 'high',
  ...part,
});

/** Roles granted for good from long ago. */
export const granted = (
  roles: DataOf<AccountEvent, 'RolesGranted'>['roles'],
  validUntil: string | null = null,
): Extract<AccountEvent, { type: 'RolesGranted' }> => ({
  type: 'RolesGranted',
  data: { proposal: null, roles, validFrom: LONG_AGO, validUntil },
});

const folded = <S, E extends Event>(of: Fold<S, E>, events: readonly Happened<E>[]): S =>
  fold(
    of,
    events.map((event, revision): Past<E> => ({ id: '', revision, at: LONG_AGO, actor: 'system:test', commandId: '', ...event })),
  );

/** A department's state: registered with this said of it, then these events. */
export const officeState = (
  part: Partial<Registered> = {},
  events: readonly Happened<OrganizationEvent>[] = [],
): OrganizationState => folded(organizationFold, [{ type: 'OrganizationRegistered', data: registration(part) }, ...events]);

/** An account's state: registered with this said of it, then these events. */
export const accountState = (part: Partial<Enrolled> = {}, events: readonly Happened<AccountEvent>[] = []): AccountState =>
  folded(accountFold, [{ type: 'AccountRegistered', data: enrolment(part) }, ...events]);

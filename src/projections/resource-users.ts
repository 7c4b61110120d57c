import type { SetMembers } from '../domain/decider.ts';
import type { CivilDate } from '../domain/time.ts';
import type { ApplicationDocument } from './applications.ts';
import { all, any, eq, gte, type Filter } from './filter.ts';
import type { GrantDocument } from './grants.ts';

type Member = SetMembers['resource-users'];

/** Who uses a resource (R9.1): grants that are not revoked and not over on a day, suspended ones too, since they may go on. */
export const usingGrants = (resource: string, on: CivilDate): Filter =>
  all(eq('resource', resource), eq('revoked', false), any(eq('to', null), gte('to', on)));

/** Who waits for a resource: applications without a reply. */
export const waitingApplications = (resource: string): Filter => all(eq('resource', resource), eq('pending', true));

export const userByGrant = ({ user, id }: GrantDocument): Member => ({ organization: user, via: 'grant', id });
export const userByApplication = ({ applicant, id }: ApplicationDocument): Member => ({
  organization: applicant,
  via: 'application',
  id,
});

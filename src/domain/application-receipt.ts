import type { ApplicationStatus, KnownApplication } from './application-state.ts';
import { ensure } from './decider.ts';
import type { ApplicationEvent } from './events/application.ts';
import type { OrganizationId, ResourceId } from './ids.ts';

/** The one leg of an application that stays on one platform; a relay has one per platform (R14.4). */
export const LEG = '1';

type Parties = {
  readonly resource: ResourceId;
  readonly provider: OrganizationId;
  readonly applicant: OrganizationId;
  readonly operator: OrganizationId;
};

/** The operator has received it: its three working days run from this event (R14.1). */
export const receipt = ({ resource, provider, applicant, operator }: Parties, round: number): ApplicationEvent => ({
  type: 'SharingApplicationReceived',
  data: { round, leg: LEG, resource, provider, applicant, operator },
});

/** Throws `application.wrong-status` unless the application is in one of these. */
export const stillIn = (state: KnownApplication, ...statuses: readonly ApplicationStatus[]): void => {
  ensure(statuses.includes(state.status), 'application.wrong-status', { status: state.status });
};

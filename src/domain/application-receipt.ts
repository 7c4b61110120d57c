import type { ApplicationStatus, KnownApplication } from './application-state.ts';
import { ensure } from './domain-error.ts';
import type { ApplicationEvent, Parties } from './events/application.ts';

/** The one leg of an application that stays on one platform; a relay has one per platform (R14.4). */
export const LEG = '1';

/** Whom an application concerns, and nothing else of it. */
export const partiesOf = ({ resource, provider, applicant, operator }: Parties): Parties => ({
  resource,
  provider,
  applicant,
  operator,
});

/** The operator has received it: its three working days run from this event (R14.1). */
export const receipt = (parties: Parties, round: number): ApplicationEvent => ({
  type: 'SharingApplicationReceived',
  data: { round, leg: LEG, ...partiesOf(parties) },
});

/** Throws `application.wrong-status` unless the application is in one of these. */
export const stillIn = (state: KnownApplication, ...statuses: readonly ApplicationStatus[]): void => {
  ensure(statuses.includes(state.status), 'application.wrong-status', { status: state.status });
};

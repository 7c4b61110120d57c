import type { UpdateCycle } from './catalog-entry.ts';
import { idOf } from './envelope.ts';
import type { EventType } from './events.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { needsDataChief } from './organization-state.ts';
import { areaOf } from './operator-seat.ts';
import type { ObligationKind } from './policy-pack.ts';
import type { Instant } from './time.ts';

/** Number of the case in Art. 30 that a breach is; null where the article has none for it. */
export type ViolationKind = 2 | 4 | 7;
export type SubjectType = 'application' | 'resource' | 'change' | 'organization' | 'grant';

/** A duty that an event begins. `debtor`: an organization, or the operator that receives applications in an area. */
export type Birth = {
  readonly subject: { readonly type: SubjectType; readonly id: string };
  readonly round: number;
  readonly debtor: { readonly organization: string } | { readonly operatorOf: string };
  readonly resource: string | null;
  /** For duties that run on the entry's own cycle. */
  readonly cycle: UpdateCycle | null;
  /** A stated instant, earlier than the event, from which the term runs: it may start a clock earlier (requirements §4). */
  readonly since?: Instant;
  /** The very event that begins it meets it. */
  readonly met?: boolean;
};
/** Which round of which subject an event discharges. */
export type Discharge = { readonly subject: string; readonly round: number };

type Of<T extends EventType> = Extract<LedgerEvent, { type: T }>;
export type By<R> = { readonly [T in EventType]?: (event: Of<T>) => R | null };

/** One kind of duty (requirements §4): what begins it, what meets it, and what a breach of it is. */
export type Duty = {
  readonly kind: ObligationKind;
  readonly violation: ViolationKind | null;
  readonly bornBy: By<Birth>;
  readonly dischargedBy: By<Discharge>;
};

const application = (event: LedgerEvent) => ({ type: 'application', id: idOf(event.stream) }) as const;
const resource = (event: LedgerEvent) => ({ type: 'resource', id: idOf(event.stream) }) as const;
const checked = (event: Of<'FormalityCheckPassed' | 'FormalityCheckReturned' | 'FormalityCheckRefused'>): Discharge => ({
  subject: idOf(event.stream),
  round: event.data.round,
});

/** The provider's clock starts with its own receipt: the passed check (R14.2). */
const reply = (kind: 'provider-reply' | 'reply-conditional'): Duty => ({
  kind,
  violation: 7,
  bornBy: {
    FormalityCheckPassed: (event) => ({
      subject: application(event),
      round: event.data.round,
      debtor: { organization: event.data.provider },
      resource: event.data.resource,
      cycle: null,
    }),
  },
  dischargedBy: { ReplyGiven: (event) => ({ subject: idOf(event.stream), round: event.data.round }) },
});

/** The declarative table of duties (decision 13). Which of them a pack knows, and their numbers, is the packs' matter. */
export const DUTIES: readonly Duty[] = [
  {
    kind: 'normative-check',
    violation: 7,
    bornBy: {
      SharingApplicationReceived: (event) => ({
        subject: application(event),
        round: event.data.round,
        debtor: { organization: event.data.operator },
        resource: event.data.resource,
        cycle: null,
      }),
    },
    dischargedBy: { FormalityCheckPassed: checked, FormalityCheckReturned: checked, FormalityCheckRefused: checked },
  },
  reply('provider-reply'),
  reply('reply-conditional'),
  {
    kind: 'reply-unconditional',
    violation: 7,
    bornBy: {
      GrantIssued: (event) =>
        event.data.origin === 'reply'
          ? null
          : {
              subject: { type: 'grant', id: idOf(event.stream) },
              round: 1,
              debtor: { organization: event.data.provider },
              resource: event.data.resource,
              cycle: null,
              met: true,
            },
    },
    dischargedBy: {},
  },
  {
    kind: 'provide-after-consent',
    violation: 2,
    bornBy: {
      ReplyGiven: (event) =>
        event.data.reply.outcome === 'refused'
          ? null
          : {
              subject: application(event),
              round: 1,
              debtor: { organization: event.data.provider },
              resource: event.data.resource,
              cycle: null,
            },
    },
    dischargedBy: {
      AccessEnded: ({ data: { subject, outcome } }) =>
        subject.kind === 'grant' && subject.application !== null && outcome === 'completed'
          ? { subject: subject.application, round: 1 }
          : null,
    },
  },
  {
    kind: 'change-notice',
    violation: null,
    bornBy: {
      ResourceChangeRequested: (event) => ({
        subject: { type: 'change', id: event.data.change },
        round: 1,
        debtor: { organization: event.data.provider },
        resource: idOf(event.stream),
        cycle: null,
      }),
    },
    dischargedBy: { ResourceChangeTookEffect: (event) => ({ subject: event.data.change, round: 1 }) },
  },
  {
    kind: 'catalog-review',
    violation: 4,
    bornBy: {
      ResourceChangeRequested: (event) => ({
        subject: { type: 'change', id: event.data.change },
        round: 1,
        debtor: { operatorOf: areaOf(event.data) },
        resource: idOf(event.stream),
        cycle: null,
      }),
    },
    dischargedBy: {
      ResourceChangeApproved: (event) => ({ subject: event.data.change, round: 1 }),
      ResourceChangeReturned: (event) => ({ subject: event.data.change, round: 1 }),
    },
  },
  {
    kind: 'refresh',
    violation: 4,
    bornBy: {
      ResourcePublished: (event) => ({
        subject: resource(event),
        round: 1,
        debtor: { organization: event.data.provider },
        resource: idOf(event.stream),
        cycle: event.data.entry.updateCycle,
      }),
      ResourceRefreshed: (event) => ({
        subject: resource(event),
        round: event.data.round + 1,
        debtor: { organization: event.data.provider },
        resource: idOf(event.stream),
        cycle: event.data.updateCycle,
        since: event.data.occurredAt,
      }),
    },
    dischargedBy: { ResourceRefreshed: (event) => ({ subject: idOf(event.stream), round: event.data.round }) },
  },
  {
    kind: 'mount',
    violation: 2,
    bornBy: {
      ResourcePublished: (event) => ({
        subject: resource(event),
        round: 1,
        debtor: { organization: event.data.provider },
        resource: idOf(event.stream),
        cycle: null,
      }),
      ResourceChangeTookEffect: (event) =>
        event.data.remounting === null
          ? null
          : {
              subject: resource(event),
              round: event.data.remounting,
              debtor: { organization: event.data.provider },
              resource: idOf(event.stream),
              cycle: null,
            },
    },
    dischargedBy: { ResourceMounted: (event) => ({ subject: idOf(event.stream), round: event.data.round }) },
  },
  {
    kind: 'yunzhang-change',
    violation: null,
    bornBy: {
      OrganizationRegistered: (event) => (needsDataChief(event.data) ? chief(event) : null),
      DataChiefLeft: (event) => chief(event),
    },
    dischargedBy: {},
  },
];

/** Every vacancy is a round of its own; the revision that began it tells the rounds apart (R27.1). */
const chief = (event: Of<'OrganizationRegistered' | 'DataChiefLeft'>): Birth => ({
  subject: { type: 'organization', id: idOf(event.stream) },
  round: event.revision + 1,
  debtor: { organization: idOf(event.stream) },
  resource: null,
  cycle: null,
  ...('since' in event.data ? { since: event.data.since } : {}),
});

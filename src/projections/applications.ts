import { idOf, type Position } from '../domain/envelope.ts';
import type { EventType } from '../domain/events.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { ApplicationEvent, Defect, Reply, Request } from '../domain/events/application.ts';
import { PENDING, type ApplicationStatus } from '../domain/application-state.ts';
import type { ApplicationId, GrantId, OrganizationId, ResourceId } from '../domain/ids.ts';
import type { Instant } from '../domain/time.ts';
import type { Change, Projection } from './projection.ts';

/** One platform's part in an application: when it received it, each time, and what it decided (R14.1, R14.4). */
export type Leg = {
  readonly leg: string;
  readonly operator: OrganizationId;
  readonly round: number;
  readonly receivedAt: Instant;
  readonly checkedAt: Instant | null;
  readonly outcome: 'passed' | 'returned' | 'refused' | null;
  readonly comment: string | null;
  readonly defects: readonly Defect[];
};
export type TimelineEntry = {
  readonly eventId: string;
  readonly position: Position;
  readonly type: EventType;
  readonly at: Instant;
  readonly actor: string;
  readonly onBehalfOf: string | null;
};
export type ApplicationDocument = Request & {
  readonly id: ApplicationId;
  readonly revision: number;
  readonly status: ApplicationStatus;
  readonly resource: ResourceId;
  readonly resourceVersion: number;
  readonly provider: OrganizationId;
  readonly applicant: OrganizationId;
  readonly operator: OrganizationId;
  readonly submittedAt: Instant;
  /** The provider's own receipt: the passed check (R14.2). */
  readonly providerReceivedAt: Instant | null;
  readonly repliedAt: Instant | null;
  readonly legs: readonly Leg[];
  readonly draft: Reply | null;
  readonly reply: Reply | null;
  readonly extensions: readonly { readonly pack: string; readonly days: number; readonly consent: string; readonly at: Instant }[];
  readonly grant: GrantId | null;
  readonly timeline: readonly TimelineEntry[];
};

/** A drafted reply is the provider's own affair until its chief endorses it (R13.1): neither applicant nor operator reads it. */
export const draftFor = (
  { applicant, operator, provider, draft }: Pick<ApplicationDocument, 'applicant' | 'operator' | 'provider' | 'draft'>,
  bodies: readonly OrganizationId[],
): Reply | null => {
  if (bodies.includes(provider)) return draft;
  return bodies.includes(applicant) || bodies.includes(operator) ? null : draft;
};

type Happening = Extract<LedgerEvent, { type: ApplicationEvent['type'] }>;

const EVENTS = [
  'SharingApplicationSubmitted',
  'SharingApplicationEndorsed',
  'SharingApplicationEndorsementDeclined',
  'SharingApplicationReceived',
  'FormalityCheckPassed',
  'FormalityCheckReturned',
  'FormalityCheckRefused',
  'SharingApplicationSupplemented',
  'ReplyExtended',
  'ReplyDrafted',
  'ReplyDraftReturned',
  'ReplyGiven',
  'SharingApplicationWithdrawn',
] as const satisfies readonly EventType[];

const isHappening = (event: LedgerEvent): event is Happening => (EVENTS as readonly EventType[]).includes(event.type);

const submitted = (event: Extract<Happening, { type: 'SharingApplicationSubmitted' }>): ApplicationDocument => ({
  ...event.data,
  id: idOf(event.stream) as ApplicationId,
  revision: event.revision,
  status: 'awaiting-endorsement',
  submittedAt: event.at,
  providerReceivedAt: null,
  repliedAt: null,
  legs: [],
  draft: null,
  reply: null,
  extensions: [],
  grant: null,
  timeline: [],
});

const checked = (doc: ApplicationDocument, outcome: 'passed' | 'returned' | 'refused', event: Happening): readonly Leg[] => {
  const { comment, defects } = event.data as { comment: string | null; defects?: readonly Defect[] };
  const { round } = event.data as { round: number };
  return doc.legs.map((leg) =>
    leg.round === round ? { ...leg, outcome, comment, defects: defects ?? [], checkedAt: event.at } : leg,
  );
};

const retell = (
  doc: ApplicationDocument,
  event: Exclude<Happening, { type: 'SharingApplicationSubmitted' }>,
): ApplicationDocument => {
  switch (event.type) {
    case 'SharingApplicationEndorsed':
      return doc;
    case 'SharingApplicationEndorsementDeclined':
      return { ...doc, status: 'declined' };
    case 'SharingApplicationReceived': {
      const { leg, operator, round } = event.data;
      const received = { leg, operator, round, receivedAt: event.at, checkedAt: null, outcome: null, comment: null, defects: [] };
      return { ...doc, status: 'received', legs: [...doc.legs, received] };
    }
    case 'FormalityCheckPassed':
      return { ...doc, status: 'awaiting-reply', providerReceivedAt: event.at, legs: checked(doc, 'passed', event) };
    case 'FormalityCheckReturned':
      return { ...doc, status: 'returned', legs: checked(doc, 'returned', event) };
    case 'FormalityCheckRefused':
      return { ...doc, status: 'check-refused', legs: checked(doc, 'refused', event) };
    case 'SharingApplicationSupplemented': {
      const { round: _, comment: __, ...request } = event.data;
      return { ...doc, ...request, status: 'awaiting-endorsement' };
    }
    case 'ReplyExtended': {
      const { pack, days, consent } = event.data;
      return { ...doc, extensions: [...doc.extensions, { pack, days, consent, at: event.at }] };
    }
    case 'ReplyDrafted':
      return { ...doc, status: 'reply-drafted', draft: event.data.reply };
    case 'ReplyDraftReturned':
      return { ...doc, status: 'awaiting-reply', draft: null };
    case 'ReplyGiven':
      return { ...doc, status: event.data.reply.outcome, draft: null, reply: event.data.reply, repliedAt: event.at };
    case 'SharingApplicationWithdrawn':
      return { ...doc, status: 'withdrawn' };
  }
};

const entryOf = ({ id: eventId, position, type, at, actor, onBehalfOf }: LedgerEvent): TimelineEntry => ({
  eventId,
  position,
  type,
  at,
  actor,
  onBehalfOf: onBehalfOf ?? null,
});

const onApplication = (event: Happening): Change<ApplicationDocument> => ({
  id: idOf(event.stream),
  apply: (doc) => {
    const after = event.type === 'SharingApplicationSubmitted' ? submitted(event) : doc && retell(doc, event);
    return after && { ...after, revision: event.revision, timeline: [...after.timeline, entryOf(event)] };
  },
});

/** Applications with their legs, replies and timelines (R14). */
export const applications: Projection<ApplicationDocument> = {
  name: 'applications',
  version: 1,
  history: true,
  fields: {
    applicant: ({ applicant }) => applicant,
    provider: ({ provider }) => provider,
    operator: ({ operator }) => operator,
    resource: ({ resource }) => resource,
    status: ({ status }) => status,
    pending: ({ status }) => PENDING.includes(status),
  },
  indexes: [
    ['applicant', 'status'],
    ['provider', 'status'],
    ['operator', 'status'],
    ['applicant'],
    ['provider'],
    ['operator'],
    ['resource', 'pending'],
    ['status'],
  ],
  handles: [...EVENTS, 'GrantIssued'],
  project: (event) => {
    if (isHappening(event)) return [onApplication(event)];
    if (event.type !== 'GrantIssued' || event.data.application === null) return [];
    const grant = idOf(event.stream) as GrantId;
    return [{ id: event.data.application, apply: (doc: ApplicationDocument | undefined) => doc && { ...doc, grant } }];
  },
};

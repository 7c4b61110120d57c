import type { Fold, Past } from './decider.ts';
import type { AbandonedEvent } from './events/account.ts';
import type { ApplicationEvent, Defect, Parties, Period, Reply, Request, Undertaking } from './events/application.ts';
import type { Instant } from './time.ts';

/** What every application has from its submission on. */
export type Submitted = Request &
  Parties & {
    readonly resourceVersion: number;
    /** Who answers for it: wrote or endorsed it, or had it sent for them by a delegate. None of them may check it (requirements §2). */
    readonly authors: readonly string[];
    /** Receipts so far: a supplement is a new receipt with a new clock. */
    readonly round: number;
    /** Defects named so far, and which fields the supplement after them changed. */
    readonly defects: readonly Defect[];
    readonly changedFields: readonly string[];
    /** When the provider received it in this round: the passed check (R14.2). */
    readonly passedAt: Instant | null;
    /** Packs whose reply term was extended in this round. */
    readonly extended: readonly string[];
  };
export const APPLICATION_STATUSES = [
  'awaiting-endorsement',
  'declined',
  'received',
  'returned',
  'awaiting-reply',
  'reply-drafted',
  'approved',
  'partly-approved',
  'refused',
  'check-refused',
  'withdrawn',
] as const;
export type ApplicationStatus = (typeof APPLICATION_STATUSES)[number];
type Draft = { readonly draft: Reply; readonly draftedBy: string };
export type KnownApplication = Submitted &
  (
    | { readonly status: Exclude<ApplicationStatus, 'reply-drafted' | 'approved' | 'partly-approved' | 'refused'> }
    | ({ readonly status: 'reply-drafted' } & Draft)
    | { readonly status: 'approved' | 'partly-approved' | 'refused'; readonly reply: Reply }
  );
export type ApplicationState = { readonly status: 'none' } | { readonly status: 'abandoned' } | KnownApplication;

const FIELDS = ['purpose', 'legalDuty', 'systemName', 'items', 'period', 'undertaking'] as const;

/** The fields in which two requests differ. */
const changed = (before: Request, after: Request): readonly string[] =>
  FIELDS.filter((field) => textOf(before[field]) !== textOf(after[field]));

const textOf = (value: string | readonly string[] | Period | Undertaking): string =>
  JSON.stringify(value, Object.keys(value).sort());

/** The common part, without what belongs to one status only. */
const common = (state: KnownApplication): Submitted => {
  const { resource, resourceVersion, provider, applicant, operator, authors, round, defects, changedFields, passedAt, extended } =
    state;
  const { purpose, legalDuty, systemName, items, period, undertaking } = state;
  const request = { purpose, legalDuty, systemName, items, period, undertaking };
  return {
    ...request,
    resource,
    resourceVersion,
    provider,
    applicant,
    operator,
    authors,
    round,
    defects,
    changedFields,
    passedAt,
    extended,
  };
};

type Later = Exclude<ApplicationEvent, { type: 'SharingApplicationSubmitted' }>;

/** With the person who did it, and the chief for whom a delegate did. */
const withAuthors = (authors: readonly string[], { actor, onBehalfOf }: Past<ApplicationEvent>): readonly string[] => [
  ...new Set([...authors, actor, ...(onBehalfOf === undefined ? [] : [onBehalfOf])]),
];

const evolveKnown = (state: KnownApplication, event: Past<Later>): KnownApplication => {
  const base = common(state);
  switch (event.type) {
    case 'SharingApplicationEndorsed':
      return { ...state, authors: withAuthors(state.authors, event) };
    case 'SharingApplicationEndorsementDeclined':
      return { ...base, status: 'declined' };
    case 'SharingApplicationReceived':
      return { ...base, round: event.data.round, passedAt: null, extended: [], status: 'received' };
    case 'FormalityCheckPassed':
      return { ...base, passedAt: event.at, status: 'awaiting-reply' };
    case 'FormalityCheckReturned':
      return { ...base, status: 'returned', defects: [...base.defects, ...event.data.defects], changedFields: [] };
    case 'FormalityCheckRefused':
      return { ...base, status: 'check-refused' };
    case 'SharingApplicationSupplemented': {
      const { round: _, comment: __, ...request } = event.data;
      const authors = withAuthors(base.authors, event);
      return { ...base, ...request, authors, changedFields: changed(base, request), status: 'awaiting-endorsement' };
    }
    case 'ReplyExtended':
      return { ...state, extended: [...state.extended, event.data.pack] };
    case 'ReplyDrafted':
      return { ...base, status: 'reply-drafted', draft: event.data.reply, draftedBy: event.actor };
    case 'ReplyDraftReturned':
      return { ...base, status: 'awaiting-reply' };
    case 'ReplyGiven':
      return { ...base, status: event.data.reply.outcome, reply: event.data.reply };
    case 'SharingApplicationWithdrawn':
      return { ...base, status: 'withdrawn' };
  }
};

/** The fold of stream `application-<id>`. */
export const applicationFold: Fold<ApplicationState, ApplicationEvent | AbandonedEvent> = {
  category: 'application',
  initialState: () => ({ status: 'none' }),
  evolve: (state, event) => {
    if (event.type === 'CreationAbandoned') return { status: 'abandoned' };
    if (event.type === 'SharingApplicationSubmitted')
      return {
        ...event.data,
        authors: withAuthors([], event),
        round: 0,
        defects: [],
        changedFields: [],
        passedAt: null,
        extended: [],
        status: 'awaiting-endorsement',
      };
    return 'applicant' in state ? evolveKnown(state, event) : state;
  },
};

/** The statuses in which an application still waits for its reply: its organization uses the resource soon (R9.1). */
export const PENDING: readonly ApplicationStatus[] = [
  'awaiting-endorsement',
  'received',
  'returned',
  'awaiting-reply',
  'reply-drafted',
];

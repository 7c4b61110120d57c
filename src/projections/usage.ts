import type { LedgerEvent } from '../domain/events.ts';
import type { AccessOutcome, AccessRecord, AccessSubject, DataOperation } from '../domain/events/grant.ts';
import type { GrantId, OrganizationId, ResourceId } from '../domain/ids.ts';
import { civilDateOf, type Instant } from '../domain/time.ts';
import type { Change, Projection } from './projection.ts';

/** How often, and for how many rows, a grant was used in a month by one operation with one outcome (R24.4). */
export type UsageDocument = {
  readonly id: string;
  readonly grant: GrantId;
  readonly resource: ResourceId;
  readonly provider: OrganizationId;
  readonly user: OrganizationId;
  readonly month: string;
  readonly operation: DataOperation;
  readonly outcome: AccessOutcome;
  readonly accesses: number;
  readonly rows: number;
  readonly lastAt: Instant;
};

type Use = Omit<UsageDocument, 'id' | 'month' | 'accesses' | 'rows' | 'lastAt'> & { readonly rows: number; readonly at: Instant };

const counted = ({ rows, at, ...use }: Use): Change<UsageDocument> => {
  const month = civilDateOf(at).slice(0, 7);
  const id = `${use.grant}.${month}.${use.operation}.${use.outcome}`;
  return {
    id,
    apply: (doc) => ({
      id,
      ...use,
      month,
      accesses: (doc?.accesses ?? 0) + 1,
      rows: (doc?.rows ?? 0) + rows,
      lastAt: doc === undefined || doc.lastAt < at ? at : doc.lastAt,
    }),
  };
};

const ofSubject = (subject: Extract<AccessSubject, { kind: 'grant' }>) => {
  const { grant, resource, provider, user } = subject;
  return { grant, resource, provider, user };
};

const ofRecord = ({
  grant,
  resource,
  provider,
  user,
  operation,
  outcome,
  count,
  occurredAt,
}: AccessRecord): Change<UsageDocument> =>
  counted({ grant, resource, provider, user, operation, outcome, rows: count, at: occurredAt });

const project = (event: LedgerEvent): readonly Change<UsageDocument>[] => {
  switch (event.type) {
    case 'AccessEnded': {
      const { operation, subject, outcome, count } = event.data;
      if (subject.kind !== 'grant') return [];
      return [counted({ ...ofSubject(subject), operation, outcome, rows: count, at: event.at })];
    }
    case 'AccessRefused': {
      const { operation, subject } = event.data;
      if (subject?.kind !== 'grant') return [];
      return [counted({ ...ofSubject(subject), operation, outcome: 'refused', rows: 0, at: event.at })];
    }
    case 'AccessesReported':
      return event.data.records.map(ofRecord);
    default:
      return [];
  }
};

/** Use of shared data by grant and month: what providers and users are told (R24.4). Counters keep no history. */
export const usage: Projection<UsageDocument> = {
  name: 'usage',
  version: 1,
  history: false,
  fields: {
    provider: ({ provider }) => provider,
    user: ({ user }) => user,
    resource: ({ resource }) => resource,
    grant: ({ grant }) => grant,
    month: ({ month }) => month,
    operation: ({ operation }) => operation,
  },
  indexes: [['provider', 'month'], ['user', 'month'], ['grant'], ['month']],
  handles: ['AccessEnded', 'AccessRefused', 'AccessesReported'],
  project,
};

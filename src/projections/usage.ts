import { idOf } from '../domain/envelope.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { AccessOutcome, AccessRecord, AccessSubject, DataOperation } from '../domain/events/grant.ts';
import type { GrantId, OrganizationId, ResourceId } from '../domain/ids.ts';
import { civilDateOf, type Instant } from '../domain/time.ts';
import type { Change, Projection } from './projection.ts';
import { stepsFrom, type Successors } from './successors.ts';

/**
 * How often, and for how many rows, a grant was used in a month by one operation with one outcome (R24.4). What others tried on
 * it is counted apart, by who they are: the provider is told, and it is no use of the user's.
 */
export type UsageDocument = {
  readonly id: string;
  readonly grant: GrantId;
  readonly resource: ResourceId;
  readonly provider: OrganizationId;
  /** Who holds the grant. */
  readonly user: OrganizationId;
  /** Whose platform it is; null where the ledger did not say yet. */
  readonly operator: OrganizationId | null;
  /** Who used it: the user, or whoever was refused that is not. */
  readonly organization: OrganizationId;
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
  const by = use.organization === use.user ? '' : `.${use.organization}`;
  const id = `${use.grant}.${month}.${use.operation}.${use.outcome}${by}`;
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

const ofSubject = (subject: Extract<AccessSubject, { kind: 'grant' }>, organization = subject.user) => {
  const { grant, resource, provider, user, operator = null } = subject;
  return { grant, resource, provider, user, operator, organization };
};

/** The user, where the organization stands for it since a merger (R2.1); the organization itself otherwise. */
const usedBy = (organization: OrganizationId | null, user: OrganizationId, successors: UsageShared): OrganizationId =>
  organization === null || stepsFrom(successors, user).some(({ into }) => into === organization) ? user : organization;

const ofRecord = ({
  grant,
  resource,
  provider,
  user,
  operator = null,
  operation,
  outcome,
  count,
  occurredAt,
}: AccessRecord): Change<UsageDocument> =>
  counted({ grant, resource, provider, user, operator, organization: user, operation, outcome, rows: count, at: occurredAt });

/** Who stands for whom since a merger. */
export type UsageShared = Successors<{ readonly into: string }>;

const learn = (successors: UsageShared, event: LedgerEvent): UsageShared =>
  event.type === 'OrganizationAbsorbed' ? { ...successors, [event.data.from]: { into: idOf(event.stream) } } : successors;

const project = (event: LedgerEvent, successors: UsageShared): readonly Change<UsageDocument>[] => {
  switch (event.type) {
    case 'AccessEnded': {
      const { operation, subject, outcome, count } = event.data;
      if (subject.kind !== 'grant') return [];
      return [counted({ ...ofSubject(subject), operation, outcome, rows: count, at: event.at })];
    }
    case 'AccessRefused': {
      const { operation, organization, subject } = event.data;
      if (subject?.kind !== 'grant') return [];
      const by = usedBy(organization, subject.user, successors);
      return [counted({ ...ofSubject(subject, by), operation, outcome: 'refused', rows: 0, at: event.at })];
    }
    case 'AccessesReported':
      return event.data.records.map(ofRecord);
    default:
      return [];
  }
};

/** Use of shared data by grant and month: what providers and users are told (R24.4). Counters keep no history. */
export const usage: Projection<UsageDocument, UsageShared> = {
  name: 'usage',
  version: 2,
  history: false,
  fields: {
    provider: ({ provider }) => provider,
    user: ({ user, organization }) => (organization === user ? user : null),
    operator: ({ operator }) => operator,
    resource: ({ resource }) => resource,
    grant: ({ grant }) => grant,
    month: ({ month }) => month,
    operation: ({ operation }) => operation,
  },
  indexes: [['provider', 'month'], ['user', 'month'], ['operator', 'month'], ['grant'], ['month']],
  handles: ['AccessEnded', 'AccessRefused', 'AccessesReported', 'OrganizationAbsorbed'],
  shared: { initial: {}, evolve: learn },
  project,
};

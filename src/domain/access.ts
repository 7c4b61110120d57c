import { isAccount, type AccountActor, type Actor } from './actor.ts';
import { ensure, streamFact, type Command, type Decider, type Facts } from './decider.ts';
import type { AccessEvent, AccessOutcome, AccessRecord, AccessSubject, DataOperation } from './events/grant.ts';
import { grant, grantStateAt, type KnownGrant } from './grant.ts';
import type { GrantId } from './ids.ts';
import { resource } from './resource.ts';
import type { Instant } from './time.ts';

/** An access as a gateway reports it; the ledger adds whose grant it was. */
export type ReportedAccess = Omit<AccessRecord, 'application' | 'resource' | 'provider' | 'user'>;

export type AccessCommand =
  /** `grantRevision`: the grant's revision that was read with it. */
  | Command<
      'StartAccess',
      {
        readonly grant: GrantId;
        readonly grantRevision: number;
        readonly operation: DataOperation;
        readonly items: readonly string[];
      }
    >
  | Command<'EndAccess', { readonly count: number; readonly bytes: number | null; readonly outcome: AccessOutcome }>
  | Command<'RefuseAccess', { readonly grant: GrantId; readonly operation: DataOperation; readonly code: string }>
  | Command<'RecordLogRead', { readonly filter: string; readonly from: number; readonly to: number }>
  | Command<'RecordPersonalRead', { readonly of: string }>
  | Command<'ReportAccesses', { readonly records: readonly ReportedAccess[] }>;
type Of<T extends AccessCommand['type']> = Extract<AccessCommand, { type: T }>;

export type AccessState =
  | { readonly status: 'none' }
  | { readonly status: 'started'; readonly operation: DataOperation; readonly subject: AccessSubject }
  | { readonly status: 'ended' };

/** Records of one event: a thousand do not fit into the 60,000 bytes of one. */
const PART = 60;

const person = (actor: Actor): AccountActor => {
  ensure(isAccount(actor), 'access.needs-account');
  return actor;
};

/** Real person, own grant, live, its items, supply not suspended: recorded before the first byte (R14.3, R24.1, R24.2). */
const start = ({ actor, at, data }: Of<'StartAccess'>, facts: Facts): readonly AccessEvent[] => {
  const { organization, assurance } = person(actor);
  const granted = facts.state(grant, data.grant);
  ensure('user' in granted, 'access.no-such-grant');
  ensure(granted.user === organization, 'access.not-its-user');
  ensure(assurance === 'high', 'access.assurance-too-low', { assurance });
  const status = grantStateAt(granted, at);
  ensure(status === 'live', 'access.grant-not-live', { status });
  const beyond = data.items.filter((name) => !granted.items.some(({ item }) => item === name));
  ensure(beyond.length === 0, 'access.items-beyond-grant', { items: beyond });
  const supply = facts.state(resource, granted.resource);
  ensure(supply.status === 'published', 'access.resource-withdrawn');
  ensure(!supply.suspended, 'access.supply-suspended');
  return [{ type: 'AccessStarted', data: { operation: data.operation, organization, subject: subjectOf(granted, data) } }];
};

const subjectOf = (
  { application, resource: of, provider, user, purpose, items }: KnownGrant,
  { grant: id, grantRevision, items: asked }: Of<'StartAccess'>['data'],
): AccessSubject => ({
  kind: 'grant',
  grant: id,
  application,
  grantRevision,
  resource: of,
  provider,
  user,
  purpose,
  items: asked.length === 0 ? items.map(({ item }) => item) : asked,
});

/** Each record names a person or a system, a grant of this ledger, and an instant that has been (R24.2). */
const report = ({ actor, at, data }: Of<'ReportAccesses'>, facts: Facts): readonly AccessEvent[] => {
  const { organization } = person(actor);
  const records = data.records.map((record, index) => enriched(record, index, at, facts));
  return Array.from({ length: Math.ceil(records.length / PART) }, (_, part) => ({
    type: 'AccessesReported' as const,
    data: { organization, part, records: records.slice(part * PART, (part + 1) * PART) },
  }));
};

const enriched = (record: ReportedAccess, index: number, at: Instant, facts: Facts): AccessRecord => {
  const path = `records[${String(index)}]`;
  const used = facts.state(grant, record.grant);
  ensure('user' in used, 'access.record-without-grant', { path });
  ensure(record.person !== null || record.system !== null, 'access.record-without-user', { path });
  ensure(record.occurredAt <= at, 'access.record-in-future', { path });
  const { application, resource: of, provider, user } = used;
  return { ...record, application, resource: of, provider, user };
};

const isNew = (state: AccessState): void => {
  ensure(state.status === 'none', 'access.exists');
};

const decide = (command: AccessCommand, state: AccessState, facts: Facts): readonly AccessEvent[] => {
  switch (command.type) {
    case 'EndAccess': {
      ensure(state.status !== 'none', 'access.not-started');
      if (state.status === 'ended') return [];
      const { operation, subject } = state;
      return [{ type: 'AccessEnded', data: { operation, subject, ...command.data } }];
    }
    case 'StartAccess':
      isNew(state);
      return start(command, facts);
    case 'RefuseAccess': {
      isNew(state);
      const { grant: id, operation, code } = command.data;
      return [{ type: 'AccessRefused', data: { operation, organization: person(command.actor).organization, grant: id, code } }];
    }
    case 'RecordLogRead':
      isNew(state);
      return [read(command.actor, { kind: 'log', ...command.data })];
    case 'RecordPersonalRead':
      isNew(state);
      return [read(command.actor, { kind: 'personal', ...command.data })];
    case 'ReportAccesses':
      isNew(state);
      return report(command, facts);
  }
};

const read = (actor: Actor, subject: AccessSubject): AccessEvent => ({
  type: 'AccessStarted',
  data: { operation: 'query', organization: person(actor).organization, subject },
});

/** One access, one stream: `access-<command id>` (decision 15). */
export const access: Decider<AccessState, AccessCommand, AccessEvent> = {
  category: 'access',
  initialState: () => ({ status: 'none' }),
  reads: (command, _state, facts) => {
    if (command.type === 'ReportAccesses')
      return [...new Set(command.data.records.map((record) => record.grant))].map((id) => streamFact(grant, id));
    if (command.type !== 'StartAccess') return [];
    const right = streamFact(grant, command.data.grant);
    if (!facts.has(right)) return [right];
    const granted = facts.state(grant, command.data.grant);
    return 'user' in granted ? [right, streamFact(resource, granted.resource)] : [right];
  },
  decide,
  evolve: (_state, event) =>
    event.type === 'AccessStarted'
      ? { status: 'started', operation: event.data.operation, subject: event.data.subject }
      : { status: 'ended' },
};

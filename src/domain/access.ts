import { basisOf, grantsIn, report, type ReportedAccess } from './access-report.ts';
import { actsFor, isAccount, type AccountActor, type Actor } from './actor.ts';
import { isOffered, type CatalogEntry } from './catalog-entry.ts';
import { streamFact, type Command, type Decider, type Facts } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { AccessEvent, AccessOutcome, AccessSubject, DataOperation } from './events/grant.ts';
import { gives, grant, grantStateAt, type KnownGrant } from './grant.ts';
import type { GrantId } from './ids.ts';
import { resource } from './resource.ts';
import { maskOf } from './table-query.ts';

export type AccessCommand =
  /** `grantRevision`: the grant's revision that was read with it; `entryVersion`: that of the entry by which data is to be given. */
  | Command<
      'StartAccess',
      {
        readonly grant: GrantId;
        readonly grantRevision: number;
        readonly entryVersion: number;
        readonly operation: DataOperation;
        readonly items: readonly string[];
        /** Items that the reader's own conditions are about. */
        readonly filteredBy: readonly string[];
      }
    >
  | Command<'EndAccess', { readonly count: number; readonly bytes: number | null; readonly outcome: AccessOutcome }>
  | Command<
      'RefuseAccess',
      {
        readonly grant: GrantId;
        readonly grantRevision: number;
        readonly operation: DataOperation;
        readonly items: readonly string[];
        readonly code: string;
      }
    >
  | Command<'RecordLogRead', { readonly filter: string; readonly from: number; readonly to: number }>
  | Command<'RecordPersonalRead', { readonly of: string }>
  | Command<'ReportAccesses', { readonly records: readonly ReportedAccess[] }>;
type Of<T extends AccessCommand['type']> = Extract<AccessCommand, { type: T }>;

export type AccessState =
  | { readonly status: 'none' }
  | { readonly status: 'started'; readonly operation: DataOperation; readonly subject: AccessSubject }
  | { readonly status: 'ended' };

const person = (actor: Actor): AccountActor => {
  ensure(isAccount(actor), 'access.needs-account');
  return actor;
};

/** Real person, own grant, live, its items, all of them still shared, supply not suspended: recorded before the first byte (R14.3, R24.1, R24.2). */
const start = ({ actor, at, data }: Of<'StartAccess'>, facts: Facts): readonly AccessEvent[] => {
  const reader = person(actor);
  const { organization, assurance } = reader;
  const granted = facts.state(grant, data.grant);
  ensure('user' in granted, 'access.no-such-grant');
  ensure(actsFor(reader, granted.user), 'access.not-its-user');
  ensure(assurance === 'high', 'access.assurance-too-low', { assurance });
  const status = grantStateAt(granted, at);
  ensure(status === 'live', 'access.grant-not-live', { status });
  const beyond = data.items.filter((name) => !granted.items.some(({ item }) => item === name));
  ensure(beyond.length === 0, 'access.items-beyond-grant', { items: beyond });
  const supply = facts.state(resource, granted.resource);
  ensure(supply.status === 'published', 'access.resource-withdrawn');
  ensure(!supply.suspended, 'access.supply-suspended');
  // What is given, and how it is masked, goes by the entry that was read: a change that took effect since may say otherwise.
  ensure(supply.version === data.entryVersion, 'access.entry-changed', { version: supply.version });
  const items = stillGiven(granted, supply.entry, data.items);
  filterable(data.filteredBy, granted, supply.entry);
  if (data.operation === 'download') wholeFile(granted, supply.entry);
  const subject = subjectOf(granted, { ...data, items });
  return [{ type: 'AccessStarted', data: { operation: data.operation, organization, subject } }];
};

/**
 * Of all that was granted the user gets what is left; what is asked for by name is there, or the answer says that it is not.
 * Nothing is given where rows were picked by an item that the entry has no more: nobody can tell them apart (R14.3).
 */
const stillGiven = (granted: KnownGrant, entry: CatalogEntry, asked: readonly string[]): readonly string[] => {
  const wanted = asked.length === 0 ? granted.items.map(({ item }) => item) : asked;
  const items = wanted.filter((item) => gives(granted, entry, item));
  const isWhole = asked.length === 0 ? items.length > 0 : items.length === wanted.length;
  ensure(isWhole, 'access.items-withdrawn', { items: wanted.filter((item) => !items.includes(item)) });
  const pickedBy = new Set(granted.items.flatMap(({ rows }) => (rows === null ? [] : [rows.item])));
  const gone = [...pickedBy].filter((item) => entry.items.every(({ name }) => name !== item));
  ensure(gone.length === 0, 'access.items-withdrawn', { items: gone });
  return items;
};

/**
 * A file is given as it is, since nothing can be cut out of it: so to nobody whom a reply denied one of its conditional items
 * or some of its rows (R11.3, R14.3), and not where an item of it may be seen masked only (R23.1), is withheld from everybody,
 * or was granted and is given no more (R11.4). Unconditional items anybody has for the asking.
 */
const wholeFile = (granted: KnownGrant, entry: CatalogEntry): void => {
  const narrowed = granted.items.filter(({ rows }) => rows !== null).map(({ item }) => item);
  ensure(narrowed.length === 0, 'access.file-beyond-rows', { items: narrowed });
  const hidden = entry.items.filter(({ mask }) => mask !== 'none').map(({ name }) => name);
  ensure(hidden.length === 0, 'access.file-unmasked', { items: hidden });
  const held = granted.items.map(({ item }) => item);
  const gone = held.filter((item) => !gives(granted, entry, item));
  ensure(gone.length === 0, 'access.items-withdrawn', { items: gone });
  const withheld = entry.items.map(({ name }) => name).filter((name) => !isOffered(entry, name));
  ensure(withheld.length === 0, 'access.file-withheld', { items: withheld });
  const items = entry.items
    .filter(({ name, shareType }) => shareType === 'conditional' && !held.includes(name))
    .map(({ name }) => name);
  ensure(items.length === 0, 'access.file-beyond-grant', { items });
};

/**
 * A reader's conditions are about granted items that it gets whole: a condition on a masked one, or on one that is given no
 * more, would answer guess by guess what is kept back (R11.4, R23.1).
 */
const filterable = (names: readonly string[], granted: KnownGrant, entry: CatalogEntry): void => {
  for (const name of names) {
    ensure(
      granted.items.some(({ item }) => item === name),
      'access.filter-beyond-grant',
      { item: name },
    );
    ensure(maskOf(entry, name) === 'none', 'access.filter-on-masked', { item: name });
    ensure(gives(granted, entry, name), 'access.items-withdrawn', { items: [name] });
  }
};

const subjectOf = (
  { application, resource: of, provider, user, operator, purpose }: KnownGrant,
  { grant: id, grantRevision, items }: Pick<Of<'StartAccess'>['data'], 'grant' | 'grantRevision' | 'items'>,
): AccessSubject => ({
  kind: 'grant',
  grant: id,
  application,
  grantRevision,
  resource: of,
  provider,
  user,
  operator,
  purpose,
  items,
});

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
      const { organization } = person(command.actor);
      const { grant: id, operation, code } = command.data;
      const attempted = facts.state(grant, id);
      const subject = 'user' in attempted ? subjectOf(attempted, command.data) : null;
      return [{ type: 'AccessRefused', data: { operation, organization, grant: id, subject, code } }];
    }
    case 'RecordLogRead':
      isNew(state);
      return [read(command.actor, { kind: 'log', ...command.data })];
    case 'RecordPersonalRead':
      isNew(state);
      return [read(command.actor, { kind: 'personal', ...command.data })];
    case 'ReportAccesses':
      isNew(state);
      return report(person(command.actor), command.data.records, command.at, facts);
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
    if (command.type === 'ReportAccesses') return grantsIn(command.data.records);
    if (command.type === 'RefuseAccess') return [streamFact(grant, command.data.grant)];
    if (command.type !== 'StartAccess') return [];
    const right = streamFact(grant, command.data.grant);
    if (!facts.has(right)) return [right];
    const granted = facts.state(grant, command.data.grant);
    return 'user' in granted ? [right, streamFact(resource, granted.resource)] : [right];
  },
  decide,
  basisOf,
  evolve: (_state, event) =>
    event.type === 'AccessStarted'
      ? { status: 'started', operation: event.data.operation, subject: event.data.subject }
      : { status: 'ended' },
};

import type { LedgerEvent } from '../../domain/ledger-event.ts';
import type { Filter } from '../../projections/filter.ts';
import { matches } from '../../projections/matches.ts';
import type { Change, Checkpoint, Document, Projection } from '../../projections/projection.ts';
import type { ReadStore, Written } from '../../projections/read-store.ts';

/** A fold threw: which event did it. What was folded before it is lost with the batch and folds again the same way. */
export class FoldFailed extends Error {
  readonly position: number;
  readonly eventId: string;
  constructor(event: LedgerEvent, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'FoldFailed';
    this.position = event.position;
    this.eventId = event.id;
  }
}

/** What a batch leaves behind, ready for `commit`; `consumed` of the events given went into it. */
export type Folded = {
  readonly documents: readonly Written[];
  readonly versions: readonly Written[];
  readonly to: Checkpoint;
  readonly consumed: number;
};

type Planned = { readonly event: LedgerEvent; readonly changes: readonly Change<Document>[] };
type Plan = { readonly planned: readonly Planned[]; readonly consumed: number; readonly shared: unknown };

const during = <T>(event: LedgerEvent, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw new FoldFailed(event, error);
  }
};

/**
 * Which changes the batch makes. An event with a `where` change is a batch of its own: all before it is then in the
 * store, so that what it matches does not depend on where batches happened to end.
 */
const planBatch = (projection: Projection, handles: ReadonlySet<string>, from: unknown, events: readonly LedgerEvent[]): Plan => {
  const planned: Planned[] = [];
  let shared = from;
  for (const [consumed, event] of events.entries()) {
    if (!handles.has(event.type)) continue;
    const before = shared;
    const changes = during(event, () => {
      if (projection.shared !== undefined) shared = projection.shared.evolve(shared, event);
      return projection.project(event, shared);
    });
    if (changes.some(({ where }) => where !== undefined)) {
      if (consumed > 0) return { planned, consumed, shared: before };
      return { planned: [{ event, changes }], consumed: 1, shared };
    }
    if (changes.length > 0) planned.push({ event, changes });
  }
  return { planned, consumed: events.length, shared };
};

type Held = { readonly document: Document | undefined; readonly position: number };

/** The batch's documents: as loaded, and as changed so far in the order of their first change. */
const workingSet = (loaded: Awaited<ReturnType<ReadStore['load']>>) => {
  const changed = new Map<string, Held>();
  const versions: Written[] = [];
  const versionAt = new Map<string, number>();

  const put = (id: string, document: Document | undefined, position: number): void => {
    if (document !== undefined && document.id !== id) throw new Error(`asked to write ${id}, got ${document.id}`);
    const sameEvent = changed.get(id)?.position === position;
    changed.set(id, { document, position });
    const version = { id, document: document ?? null, position };
    const last = versionAt.get(id);
    if (sameEvent && last !== undefined) versions[last] = version;
    else versionAt.set(id, versions.push(version) - 1);
  };

  return {
    changed,
    versions,
    put,
    apply: (change: Extract<Change<Document>, { id: string }>, position: number): void => {
      const held = changed.get(change.id) ?? loaded.get(change.id);
      if (!changed.has(change.id) && held !== undefined && held.position >= position) return;
      const after = change.apply(held?.document);
      if (after !== held?.document) put(change.id, after, position);
    },
  };
};
type WorkingSet = ReturnType<typeof workingSet>;

/**
 * Everything that matched before the change is matched, wherever it lay; then what came of it is written. What the store
 * throws meanwhile passes as it is: the event has nothing to do with it.
 */
const applyWhere = async (
  { projection, store }: BatchContext,
  set: WorkingSet,
  where: Filter,
  apply: (doc: Document) => readonly Document[],
  event: LedgerEvent,
): Promise<void> => {
  const results: Document[] = [];
  const collect = (document: Document): void => {
    for (const after of apply(document)) if (after !== document) results.push(after);
  };
  for await (const { document, position } of store.matching(projection, where)) {
    if (!set.changed.has(document.id) && position < event.position)
      during(event, () => { collect(document); }); // prettier-ignore
  }
  during(event, () => {
    for (const { document } of set.changed.values())
      if (document !== undefined && matches(where, projection, document)) collect(document);
    for (const document of results) set.put(document.id, document, event.position);
  });
};

export type BatchContext = { readonly projection: Projection; readonly handles: ReadonlySet<string>; readonly store: ReadStore };

/** Folds the events that follow a checkpoint, as many as make one batch. Throws `FoldFailed`; never writes. */
export const foldBatch = async (context: BatchContext, from: Checkpoint, events: readonly LedgerEvent[]): Promise<Folded> => {
  const { projection, handles, store } = context;
  const { planned, consumed, shared } = planBatch(projection, handles, from.shared, events);
  const ids = new Set(planned.flatMap(({ changes }) => changes.flatMap(({ id }) => (id === undefined ? [] : [id]))));
  const set = workingSet(ids.size === 0 ? new Map() : await store.load(projection, [...ids]));
  for (const { event, changes } of planned) {
    for (const change of changes) {
      if (change.where === undefined)
        during(event, () => { set.apply(change, event.position); }); // prettier-ignore
      else await applyWhere(context, set, change.where, change.apply, event);
    }
  }
  const last = events[consumed - 1];
  return {
    documents: Array.from(set.changed, ([id, { document, position }]) => ({ id, document: document ?? null, position })),
    versions: set.versions,
    to: last === undefined ? from : { logId: from.logId, position: last.position, eventId: last.id, shared },
    consumed,
  };
};

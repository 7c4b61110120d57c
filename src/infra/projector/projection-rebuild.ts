import type { Position } from '../../domain/envelope.ts';
import type { Projection } from '../../projections/projection.ts';
import type { ReadStore } from '../../projections/read-store.ts';
import { fedOf, newestOf } from './projection-versions.ts';
import { openProjector, type ProjectionStatus } from './projector.ts';
import type { ReadableLog } from '../../domain/event-store.ts';

type Deps = { readonly log: ReadableLog; readonly store: ReadStore; readonly projections: readonly Projection[] };

/** A projection stopped while it was rebuilt: its code and the log do not agree. */
export class RebuildStopped extends Error {
  constructor({ name, version, stopped }: ProjectionStatus) {
    super(`${name} v${String(version)} stopped before position ${String(stopped?.position)}: ${String(stopped?.error)}`);
    this.name = 'RebuildStopped';
  }
}

type OnProgress = (status: readonly ProjectionStatus[]) => void;

/** Fills projections of a store from a log up to a position, or to the head. Rejects where one stops. */
export type Fill = (projections: readonly Projection[], to: Position | undefined, onProgress?: OnProgress) => Promise<void>;

/** Fills on this thread. */
export const fillHere =
  (log: ReadableLog, store: ReadStore): Fill =>
  async (projections, to, onProgress) => {
    const projector = await openProjector({ log, store, projections, ...(onProgress === undefined ? {} : { onProgress }) });
    await projector.catchUp(to);
    const stopped = projector.status().find((status) => status.stopped !== undefined);
    if (stopped !== undefined) throw new RebuildStopped(stopped);
  };

/**
 * Empties the projections, every version, and fills the newest of each from the log: the way out of `projection.other-log`.
 * Queries see the views grow meanwhile, so it is for a service that is stopped; a running one raises the version instead
 * (decision 11).
 */
export const rebuild = async ({ log, store, projections }: Deps, onProgress?: OnProgress): Promise<void> => {
  for (const projection of projections) await store.drop(projection);
  await fillHere(log, store)(newestOf(projections), undefined, onProgress);
};

/**
 * Removes every version older than the active one, and says which the store listed. Whoever fed it goes on with the others
 * (`fedOf`); what one that was in the midst of a batch has left of it goes when this is asked again.
 */
export const dropOld = async (store: ReadStore, projections: readonly Projection[]): Promise<readonly string[]> => {
  const dropped: string[] = [];
  for (const name of new Set(projections.map((projection) => projection.name))) {
    const active = (await store.active(name)) ?? 0;
    const listed = await store.versions(name);
    for (let version = 1; version < active; version += 1) {
      await store.drop({ name, version });
      if (listed.includes(version)) dropped.push(`${name} v${String(version)}`);
    }
  }
  return dropped;
};

/** Where the live read models and a rebuild first differ; null on a side that has nothing there. */
export type Difference = {
  readonly projection: string;
  readonly table: 'documents' | 'versions' | 'shared';
  readonly id: string | null;
  readonly position: Position | null;
  readonly live: string | null;
  readonly rebuilt: string | null;
};
export type Comparison = { readonly documents: number; readonly versions: number; readonly difference: Difference | null };

type Row = {
  readonly table: 'documents' | 'versions';
  readonly position: Position;
  readonly id: string;
  readonly json: string | null;
};

const sameRow = (a: Row | undefined, b: Row | undefined): boolean =>
  a?.table === b?.table && a?.id === b?.id && a?.position === b?.position && a?.json === b?.json;

const compareDumps = async (projection: Projection, live: ReadStore, rebuilt: ReadStore): Promise<Comparison> => {
  const counts = { documents: 0, versions: 0 };
  const other = rebuilt.dump(projection)[Symbol.asyncIterator]();
  const differing = (a: Row | undefined, b: Row | undefined): Comparison => {
    const row = a ?? b;
    const at = {
      projection: projection.name,
      table: row?.table ?? 'documents',
      id: row?.id ?? null,
      position: row?.position ?? null,
    };
    return { ...counts, difference: { ...at, live: a?.json ?? null, rebuilt: b?.json ?? null } };
  };
  const nextOther = async (): Promise<Row | undefined> => {
    const next = await other.next();
    return next.done === true ? undefined : next.value;
  };
  try {
    for await (const row of live.dump(projection)) {
      const counterpart = await nextOther();
      if (!sameRow(row, counterpart)) return differing(row, counterpart);
      counts[row.table] += 1;
    }
    const more = await nextOther();
    return more === undefined ? { ...counts, difference: null } : differing(undefined, more);
  } finally {
    await other.return?.();
  }
};

/**
 * Rebuilds every projection that is fed into an empty store, to the position where the live one stands, and compares documents,
 * versions and shared state byte for byte. The live store must stand still meanwhile. Stops at the first difference.
 * `fill` fills the empty store.
 */
export const compareRebuild = async (
  { log, store, projections }: Deps,
  empty: ReadStore,
  { fill = fillHere(log, empty), onProgress }: { readonly fill?: Fill; readonly onProgress?: OnProgress } = {},
): Promise<Comparison> => {
  const total = { documents: 0, versions: 0 };
  const groups = new Map<Position, Projection[]>();
  for (const projection of await fedOf(store, projections)) {
    const position = (await store.checkpoint(projection))?.position ?? -1;
    groups.set(position, [...(groups.get(position) ?? []), projection]);
  }
  for (const [position, group] of groups) {
    await fill(group, position, onProgress);
    for (const projection of group) {
      const [live, rebuilt] = [await store.checkpoint(projection), await empty.checkpoint(projection)].map(
        (found) => JSON.stringify(found?.shared) as string | undefined,
      );
      if (live !== rebuilt) {
        const at = { projection: projection.name, table: 'shared', id: null, position } as const;
        return { ...total, difference: { ...at, live: live ?? null, rebuilt: rebuilt ?? null } };
      }
      const { documents, versions, difference } = await compareDumps(projection, store, empty);
      total.documents += documents;
      total.versions += versions;
      if (difference !== null) return { ...total, difference };
    }
  }
  return { ...total, difference: null };
};

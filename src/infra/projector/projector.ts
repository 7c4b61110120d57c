import type { LedgerEvent } from '../../domain/ledger-event.ts';
import type { LogHead, ReadableLog } from '../../domain/event-store.ts';
import type { Position } from '../../domain/envelope.ts';
import type { Checkpoint, Projection } from '../../projections/projection.ts';
import type { ReadStore } from '../../projections/read-store.ts';
import { FoldFailed, foldBatch, type BatchContext } from './projection-batch.ts';

/** Why a projection no longer moves, and the event it stands before (null: none in particular). It stays so until a restart. */
export type Stopped = { readonly position: Position; readonly eventId: string | null; readonly error: string };
export type ProjectionStatus = {
  readonly name: string;
  readonly version: number;
  /** Is this the version that queries read? */
  readonly active: boolean;
  readonly position: Position;
  readonly head: Position;
  readonly lag: number;
  readonly stopped?: Stopped;
};

export type ProjectorOptions = {
  readonly log: ReadableLog;
  readonly store: ReadStore;
  readonly projections: readonly Projection[];
  /** Events per batch. Bounds memory (60 KB an event at the very most) and the size of a transaction. */
  readonly batch?: number;
  /**
   * Names projections that somebody waits for, asked before each commit: they go first, and how far they have come is told
   * at once instead of with the batch.
   */
  readonly awaited?: () => Promise<ReadonlySet<string>>;
  /** Called after every batch and whenever a projection stops or becomes active. */
  readonly onProgress?: (status: readonly ProjectionStatus[]) => void;
};

export type Projector = {
  /** One batch for every group of projections that stand at one position. False: nothing was left to do. Stops at `to`. */
  readonly step: (to?: Position) => Promise<boolean>;
  /** Steps until nothing is left, up to `to`. */
  readonly catchUp: (to?: Position) => Promise<void>;
  readonly status: () => readonly ProjectionStatus[];
};

/** The read models were made from another log than this one, or from a future of it that a restore took away. */
export class OtherLog extends Error {
  readonly code = 'projection.other-log';
  constructor({ name, version }: Projection, position: Position) {
    super(
      `${name} v${String(version)} was built from another log: this one has another event at position ${String(position)}. Run: hongzhang rebuild`,
    );
    this.name = 'OtherLog';
  }
}

export const DEFAULT_BATCH = 1_000;
const NOBODY: ReadonlySet<string> = new Set();

type Feed = BatchContext & { checkpoint: Checkpoint; stopped?: Stopped; active: boolean; indexed: boolean };

const readBatch = async (log: ReadableLog, after: Position, to: Position): Promise<readonly LedgerEvent[]> => {
  const events: LedgerEvent[] = [];
  if (to <= after) return events;
  for await (const event of log.readAll({ after: after < 0 ? null : after, to })) events.push(event as LedgerEvent);
  return events;
};

const openFeed = async ({ log, store }: ProjectorOptions, projection: Projection, head: LogHead): Promise<Feed> => {
  await store.prepare(projection);
  const found = await store.checkpoint(projection);
  const checkpoint = found ?? { logId: head.logId, position: -1, eventId: null, shared: projection.shared?.initial };
  if (checkpoint.logId !== head.logId) throw new OtherLog(projection, checkpoint.position);
  if (checkpoint.position >= 0) {
    const [event] = await readBatch(log, checkpoint.position - 1, Math.min(checkpoint.position, head.position));
    if (event?.id !== checkpoint.eventId) throw new OtherLog(projection, checkpoint.position);
  }
  const active = (await store.active(projection.name)) === projection.version;
  return { projection, store, handles: new Set(projection.handles), checkpoint, active, indexed: false };
};

const messageOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/**
 * Opens the projector: every projection at its checkpoint, which must be of this very log (`OtherLog` otherwise). One
 * reader decodes each event once for all that stand at one position; one that lags has a reader of its own until it has
 * caught up. A version newer than the active one fills beside it and takes over once it is as good (decision 11).
 */
export const openProjector = async (options: ProjectorOptions): Promise<Projector> => {
  const { log, store, projections, batch = DEFAULT_BATCH, awaited, onProgress } = options;
  let head = await log.head();
  const headAtStart = head.position;
  const feeds: Feed[] = [];
  for (const projection of projections) feeds.push(await openFeed(options, projection, head));

  const status = (): readonly ProjectionStatus[] =>
    feeds.map(({ projection: { name, version }, checkpoint: { position }, active, stopped }) => ({
      name,
      version,
      active,
      position,
      head: Math.max(head.position, position),
      lag: Math.max(0, head.position - position),
      ...(stopped === undefined ? {} : { stopped }),
    }));

  const commitNext = async (feed: Feed, events: readonly LedgerEvent[]): Promise<number> => {
    const { documents, versions, to, consumed } = await foldBatch(feed, feed.checkpoint, events);
    await store.commit(feed.projection, feed.checkpoint.position, to, documents, versions);
    feed.checkpoint = to;
    return consumed;
  };

  const stop = (feed: Feed, error: unknown): void => {
    const { position, eventId } = error instanceof FoldFailed ? error : { position: feed.checkpoint.position, eventId: null };
    feed.stopped = { position, eventId, error: messageOf(error) };
  };

  /** Takes the feed through all the events. What lies before a failing event is committed, then the feed stops before it. */
  const advance = async (feed: Feed, events: readonly LedgerEvent[]): Promise<void> => {
    let rest = events;
    while (rest.length > 0) {
      try {
        rest = rest.slice(await commitNext(feed, rest));
      } catch (error) {
        const good = error instanceof FoldFailed ? rest.filter(({ position }) => position < error.position) : [];
        if (good.length === 0 || good.length === rest.length) {
          stop(feed, error);
          return;
        }
        await advance(feed, good);
        if (feed.stopped === undefined) stop(feed, error);
        return;
      }
    }
  };

  /** Takes every feed through the events, those that somebody waits for before the others. */
  const advanceAll = async (together: readonly Feed[], events: readonly LedgerEvent[]): Promise<void> => {
    for (let left = together; ;) {
      const names = (await awaited?.()) ?? NOBODY;
      const [feed, ...others] = left.toSorted(
        (a, b) => Number(names.has(b.projection.name)) - Number(names.has(a.projection.name)),
      );
      if (feed === undefined) return;
      await advance(feed, events);
      if (names.has(feed.projection.name)) onProgress?.(status());
      left = others;
    }
  };

  /** Once it has passed the head seen at the start, or stopped for good: what is filled from nothing is filled without. */
  const index = async (feed: Feed): Promise<void> => {
    if (feed.indexed || (feed.checkpoint.position < headAtStart && feed.stopped === undefined)) return;
    feed.indexed = true;
    try {
      await store.createIndexes(feed.projection);
    } catch (error) {
      // A view whose file is broken must not end the others.
      if (feed.stopped === undefined) stop(feed, error);
    }
  };

  /** One compare-and-set, once the newer version has passed the head seen at the start and lags by less than a batch. */
  const takeOver = async (feed: Feed): Promise<boolean> => {
    const { position } = feed.checkpoint;
    if (feed.active || feed.stopped !== undefined || position < headAtStart || head.position - position >= batch) return false;
    const { name, version } = feed.projection;
    const active = await store.active(name);
    if (active !== undefined && active > version) return false;
    feed.active = active === version || (await store.activate(name, active, version));
    if (feed.active) for (const other of feeds) if (other !== feed && other.projection.name === name) other.active = false;
    return feed.active;
  };

  const step = async (to = Infinity): Promise<boolean> => {
    head = await log.head();
    const end = Math.min(to, head.position);
    const running = feeds.filter(({ stopped, checkpoint }) => stopped === undefined && checkpoint.position < end);
    const positions = [...new Set(running.map(({ checkpoint }) => checkpoint.position))].sort((a, b) => b - a);
    let ahead = end;
    for (const position of positions) {
      const events = await readBatch(log, position, Math.min(position + batch, ahead));
      await advanceAll(running.filter(({ checkpoint }) => checkpoint.position === position), events); // prettier-ignore
      ahead = position;
    }
    let changed = positions.length > 0;
    for (const feed of feeds) {
      await index(feed);
      changed = (await takeOver(feed)) || changed;
    }
    if (changed) onProgress?.(status());
    return positions.length > 0;
  };

  return {
    step,
    status,
    catchUp: async (to) => {
      while (await step(to));
    },
  };
};

import type { Position, RecordedEvent } from '../../domain/envelope.ts';
import type { EventStore, ReadAllOptions } from '../../domain/event-store.ts';
import { upcast } from '../../domain/upcasts.ts';
import { isLog } from './log-tables.ts';
import { PathFault } from '../path-fault.ts';
import { openSqlite } from './database.ts';
import { createStreamEnds } from './stream-ends.ts';

type Row = { readonly position: number; readonly bytes: string };

const PAGE = 500;
/** How long a follower sleeps when nothing wakes it: bounds the delay of what another process appends. */
const POLL = 50;

const decode = ({ position, bytes }: Row): RecordedEvent =>
  upcast({ ...(JSON.parse(bytes) as Omit<RecordedEvent, 'position'>), position });

/** The reading half of the log, on a connection of its own. */
export type LogReader = Pick<
  EventStore,
  'readStream' | 'readAll' | 'streamSince' | 'eventById' | 'head' | 'positionAt' | 'clockAt' | 'close'
> & {
  /** This process appended `events` events, the last at this revision and position: followers wake at once. */
  readonly appended: (stream: string, revision: number, position: Position, events: number) => void;
  /** The tree over everything appended. */
  readonly tree: () => { readonly size: number; readonly frontier: Uint8Array };
};

/** Opens an existing log for reading. Throws `PathFault` for another database. */
export const openLogReader = (path: string): LogReader => {
  const db = openSqlite(path, { readOnly: true });
  if (!isLog(db)) {
    db.close();
    throw new PathFault('NOTALEDGER', path);
  }
  const { log_id: logId } = db.prepare('SELECT log_id FROM log').get() as { log_id: string };
  const since = db.prepare('SELECT position, bytes FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?');
  const after = db.prepare('SELECT position, bytes FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?');
  const byId = db.prepare('SELECT position, bytes FROM events WHERE id = ?');
  const last = db.prepare('SELECT position FROM events ORDER BY position DESC LIMIT 1');
  const atMax = db.prepare('SELECT at_max FROM events WHERE position = ?');
  /** Followers at the end of what they read, and how often the log has grown by this process. */
  const sleepers = new Set<() => void>();
  let growths = 0;

  const headPosition = (): Position => (last.get() as { position: number } | undefined)?.position ?? -1;
  const ends = createStreamEnds(db, headPosition);
  const clockOf = (position: Position): string | undefined => (atMax.get(position) as { at_max: string } | undefined)?.at_max;

  const nextPage = (position: Position, { to = Number.MAX_SAFE_INTEGER, types }: ReadAllOptions): readonly Row[] => {
    if (types === undefined) return after.all(position, to, PAGE) as Row[];
    const marks = types.map(() => '?').join(', ');
    const text = `SELECT position, bytes FROM events WHERE position > ? AND position <= ? AND type IN (${marks}) ORDER BY position LIMIT ?`;
    return db.prepare(text).all(position, to, ...types, PAGE) as Row[];
  };

  const sleep = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        sleepers.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, POLL);
      sleepers.add(wake);
      signal?.addEventListener('abort', wake);
    });

  async function* readAll(options: ReadAllOptions): AsyncGenerator<RecordedEvent> {
    let position = options.after ?? -1;
    const ended = (): boolean => options.signal?.aborted === true;
    while (!ended()) {
      const before = growths;
      const rows = nextPage(position, options);
      for (const row of rows) {
        if (ended()) return;
        yield decode(row);
        ({ position } = row);
      }
      if (rows.length === PAGE) continue;
      if (options.follow !== true) return;
      // An append between read and sleep is not slept through.
      if (growths === before) await sleep(options.signal);
    }
  }

  const streamSince = (stream: string, revision: number): readonly RecordedEvent[] => {
    if (ends.endsAt(stream, revision)) return [];
    const events = (since.all(stream, revision, Number.MAX_SAFE_INTEGER) as Row[]).map(decode);
    ends.found(stream, events[events.length - 1]?.revision ?? revision);
    return events;
  };

  async function* readStream(
    stream: string,
    { fromRevision = 0, limit = Number.MAX_SAFE_INTEGER } = {},
  ): AsyncGenerator<RecordedEvent> {
    let revision = fromRevision - 1;
    let left = limit;
    while (left > 0) {
      const rows = since.all(stream, revision, Math.min(PAGE, left)) as Row[];
      for (const row of rows) {
        const event = decode(row);
        ({ revision } = event);
        yield await Promise.resolve(event);
      }
      left -= rows.length;
      if (rows.length < PAGE) return;
    }
  }

  /** The first position whose greatest `at` so far is later than the instant, by bisection; the one before it is meant. */
  const positionAt = (instant: string): Position => {
    let [low, high] = [0, headPosition() + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((clockOf(middle) ?? '') <= instant) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  return {
    readStream,
    readAll,
    streamSince,
    eventById: async (id) => {
      const row = byId.get(id) as Row | undefined;
      return Promise.resolve(row === undefined ? undefined : decode(row));
    },
    head: () => Promise.resolve({ logId, position: headPosition() }),
    positionAt: (instant) => Promise.resolve(positionAt(instant)),
    clockAt: (position) => Promise.resolve(clockOf(Math.min(position, headPosition()))),
    tree: () => db.prepare('SELECT size, frontier FROM tree').get() as { size: number; frontier: Uint8Array },
    appended: (stream, revision, position, events) => {
      ends.appended(stream, revision, position, events);
      growths += 1;
      for (const wake of sleepers) wake();
    },
    close: () => {
      db.close();
      return Promise.resolve();
    },
  };
};

import { chmodSync } from 'node:fs';
import { BadEnvelope, envelopeText, MAX_APPEND_BYTES, MAX_APPEND_EVENTS, type EventEnvelope } from '../../domain/envelope.ts';
import {
  RevisionConflict,
  StoreUnavailable,
  type Appended,
  type EventStore,
  type ExpectedRevision,
} from '../../domain/event-store.ts';
import { rootOf, frontierOf } from '../../tlog/frontier.ts';
import { createTables, isEmpty, isLog } from './log-tables.ts';
import type { AppendOutcome, WaitingAppend, WriterOptions } from './log-writer.ts';
import { PathFault } from '../path-fault.ts';
import { openLogReader } from './log-reader.ts';
import { openSqlite } from './database.ts';
import { startWorker } from '../worker.ts';

type Waiting = {
  readonly append: WaitingAppend;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
};

/** Appends of one transaction: bounds its length, not what may wait. */
const GROUP = 512;

const revisionOf = (expected: ExpectedRevision): number => (expected === 'no_stream' ? -1 : expected);
const conflictOf = ({ stream, expected }: WaitingAppend, actual: number): RevisionConflict =>
  new RevisionConflict(stream, expected < 0 ? 'no_stream' : expected, actual < 0 ? 'no_stream' : actual);

/** Checks envelopes at the door and gives them their final bytes (decision 4). */
export const checkedAppend = (stream: string, events: readonly EventEnvelope[], expected: ExpectedRevision): WaitingAppend => {
  if (events.length === 0 || events.length > MAX_APPEND_EVENTS)
    throw new BadEnvelope(`an append holds 1 to ${String(MAX_APPEND_EVENTS)} events`);
  const first = revisionOf(expected) + 1;
  let bytes = 0;
  const checked = events.map((envelope, index) => {
    if (envelope.stream !== stream || envelope.revision !== first + index)
      throw new BadEnvelope(`event ${String(index)} is not revision ${String(first + index)} of ${stream}`);
    const checkedText = envelopeText(envelope);
    bytes += checkedText.bytes;
    return { id: envelope.id, type: envelope.type, at: envelope.at, text: checkedText.text };
  });
  if (bytes > MAX_APPEND_BYTES) throw new BadEnvelope(`append of ${String(bytes)} bytes, at most ${String(MAX_APPEND_BYTES)}`);
  return { stream, expected: first - 1, events: checked };
};

export type SqliteEventStore = EventStore & { readonly root: () => { readonly size: number; readonly root: Buffer } };

/**
 * The embedded log: one SQLite file, one writing thread with group commit, reads on this thread (decision 5).
 * `synchronous: 'OFF'` is for the test that proves that FULL matters, and for nothing else. Throws `PathFault` for another database.
 */
export const openSqliteEventStore = ({ path, synchronous }: WriterOptions): SqliteEventStore => {
  const db = openSqlite(path);
  try {
    if (!isEmpty(db) && !isLog(db)) throw new PathFault('NOTALEDGER', path);
    createTables(db);
  } finally {
    db.close();
  }
  chmodSync(path, 0o600);
  const reader = openLogReader(path);
  const writer = startWorker(import.meta.url, './log-writer', { path, synchronous } satisfies WriterOptions);
  let waiting: Waiting[] = [];
  let writing: readonly Waiting[] = [];
  let broken: Error | null = null;
  let closed: (() => void) | null = null;

  const fail = (error: Error): void => {
    broken = new StoreUnavailable('the writer of the log has stopped', { cause: error });
    for (const { reject } of [...writing, ...waiting]) reject(broken);
    writing = [];
    waiting = [];
  };
  const writeNext = (): void => {
    if (writing.length > 0) return;
    if (waiting.length === 0) {
      closed?.();
      return;
    }
    writing = waiting.slice(0, GROUP);
    waiting = waiting.slice(GROUP);
    writer.postMessage(writing.map(({ append }) => append));
  };
  writer.on('message', (outcomes: readonly AppendOutcome[]) => {
    const group = writing;
    writing = [];
    writeNext();
    for (const [index, { append, resolve, reject }] of group.entries()) {
      const outcome = outcomes[index];
      if (outcome?.done === true) {
        const { revision, position, repeated } = outcome;
        if (!repeated) reader.appended(append.stream, revision, position, append.events.length);
        resolve({ revision, position, repeated });
      } else if (outcome !== undefined && 'conflict' in outcome) reject(conflictOf(append, outcome.conflict));
      else reject(new StoreUnavailable(outcome?.unavailable ?? 'no answer'));
    }
  });
  writer.on('error', fail);
  writer.on('exit', () => {
    fail(new Error('writer exited'));
  });

  const append: EventStore['append'] = async (stream, events, expected) => {
    const checked = checkedAppend(stream, events, expected);
    if (broken !== null) throw broken;
    return new Promise((resolve, reject) => {
      waiting.push({ append: checked, resolve, reject });
      // The appends of one turn of the loop share a group.
      if (writing.length === 0 && waiting.length === 1) setImmediate(writeNext);
    });
  };

  const close = async (): Promise<void> => {
    if (broken === null) {
      await new Promise<void>((resolve) => {
        closed = resolve;
        writeNext();
      });
      writer.removeAllListeners('exit');
      const exited = new Promise((resolve) => writer.once('exit', resolve));
      writer.postMessage('close');
      await exited;
      broken = new StoreUnavailable('the log is closed');
    }
    await reader.close();
  };

  return {
    ...reader,
    append,
    close,
    root: () => {
      const { size, frontier } = reader.tree();
      return { size, root: rootOf(frontierOf(size, frontier)) };
    },
  };
};

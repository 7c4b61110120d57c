import { parentPort, workerData } from 'node:worker_threads';
import type { Appended } from '../../domain/event-store.ts';
import { extend, frontierBytes, frontierOf, leafHash, type Frontier } from '../../tlog/frontier.ts';
import { openSqlite, type Sqlite } from './database.ts';

/** One append as the request thread hands it over: envelopes already checked and in their final bytes. */
export type WaitingAppend = {
  readonly stream: string;
  /** -1: the stream must be empty. */
  readonly expected: number;
  readonly events: readonly { readonly id: string; readonly type: string; readonly at: string; readonly text: string }[];
};
export type AppendOutcome =
  | ({ readonly done: true } & Appended)
  | { readonly done: false; readonly conflict: number }
  | { readonly done: false; readonly unavailable: string };
export type WriterOptions = { readonly path: string; readonly synchronous: 'FULL' | 'OFF' };

/**
 * Writes groups of appends, each group in one transaction with one sync. Every append keeps its own revision check; one
 * that is refused leaves the others alone. Nothing is answered before COMMIT has returned.
 */
export const groupWriter = (db: Sqlite): ((group: readonly WaitingAppend[]) => readonly AppendOutcome[]) => {
  const lastRevision = db.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?');
  const eventAt = db.prepare('SELECT id, position FROM events WHERE stream = ? AND revision = ?');
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const readTree = db.prepare('SELECT size, frontier FROM tree');
  const writeTree = db.prepare('UPDATE tree SET size = ?, frontier = ?');
  const lastAt = db.prepare('SELECT at_max FROM events ORDER BY position DESC LIMIT 1');

  /** The same events again are answered where they lie; anything else that is already there is a lost race. */
  const repeated = ({ stream, expected, events }: WaitingAppend, actual: number): AppendOutcome => {
    if (actual < expected + events.length) return { done: false, conflict: actual };
    let position = -1;
    for (const [index, event] of events.entries()) {
      const there = eventAt.get(stream, expected + 1 + index) as { id: string; position: number } | undefined;
      if (there?.id !== event.id) return { done: false, conflict: actual };
      ({ position } = there);
    }
    return { done: true, revision: expected + events.length, position, repeated: true };
  };

  return (group) => {
    db.exec('BEGIN IMMEDIATE');
    try {
      const { size, frontier } = readTree.get() as { size: number; frontier: Uint8Array };
      let tree: Frontier = frontierOf(size, frontier);
      let atMax = (lastAt.get() as { at_max: string } | undefined)?.at_max ?? '';
      const outcomes: AppendOutcome[] = [];
      for (const append of group) {
        const { stream, expected, events } = append;
        const actual = (lastRevision.get(stream) as { revision: number | null }).revision ?? -1;
        if (actual !== expected) {
          outcomes.push(repeated(append, actual));
          continue;
        }
        for (const [index, { id, type, at, text }] of events.entries()) {
          const leaf = leafHash(Buffer.from(text, 'utf8'));
          if (at > atMax) atMax = at;
          insert.run(tree.size, stream, expected + 1 + index, id, type, atMax, leaf, text);
          tree = extend(tree, leaf);
        }
        outcomes.push({ done: true, revision: expected + events.length, position: tree.size - 1, repeated: false });
      }
      if (tree.size !== size) writeTree.run(tree.size, frontierBytes(tree));
      db.exec('COMMIT');
      return outcomes;
    } catch (error) {
      try {
        db.exec('ROLLBACK');
      } catch {
        // A full disk may have rolled back already; the next group begins anew either way.
      }
      const unavailable = error instanceof Error ? error.message : String(error);
      return group.map(() => ({ done: false, unavailable }));
    }
  };
};

if (parentPort !== null) {
  const port = parentPort;
  const { path, synchronous } = (workerData as { given: WriterOptions }).given;
  const db = openSqlite(path);
  db.exec(`PRAGMA synchronous=${synchronous}`);
  const write = groupWriter(db);
  port.on('message', (message: readonly WaitingAppend[] | 'close') => {
    if (message !== 'close') {
      port.postMessage(write(message));
      return;
    }
    db.close();
    port.close();
  });
}

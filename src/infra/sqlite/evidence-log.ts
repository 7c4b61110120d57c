import { chmodSync, statSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type { EventEnvelope, Position } from '../../domain/envelope.ts';
import { frontierOf, leafHash } from '../../tlog/frontier.ts';
import { answer } from '../answer.ts';
import { CopyRefused, LogDamaged, type CopyTarget, type Evidence, type EvidenceLog } from '../evidence-log.ts';
import { createTables, isEmpty, isLog } from './log-tables.ts';
import { groupWriter, type WaitingAppend } from './log-writer.ts';
import { isThere, PathFault } from '../path-fault.ts';
import { emptyWal, openSqlite, type Sqlite } from './database.ts';

type Row = {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly leaf: Uint8Array;
  readonly bytes: string;
};

const PAGE = 500;

const openChecked = (path: string, readOnly: boolean, isRight: (db: Sqlite) => boolean): Sqlite => {
  const db = openSqlite(path, { readOnly });
  try {
    if (isRight(db)) return db;
    throw new PathFault('NOTALEDGER', path);
  } catch (error) {
    db.close();
    throw error;
  }
};

/** A row's evidence, hashed again and compared with what the row says of it. */
const evidenceOf = (row: Row, expected: Position): Evidence => {
  const { position, bytes } = row;
  if (position !== expected) throw new LogDamaged(expected, 'is missing');
  const leaf = leafHash(Buffer.from(bytes, 'utf8'));
  if (!leaf.equals(row.leaf)) throw new LogDamaged(position, 'has other bytes than were hashed');
  const envelope = JSON.parse(bytes) as EventEnvelope;
  for (const member of ['stream', 'revision', 'id', 'type'] as const)
    if (envelope[member] !== row[member]) throw new LogDamaged(position, `lies at another ${member} than its envelope says`);
  return { position, envelope, text: bytes, leaf };
};

/** The evidence in an existing file. Throws `CopyRefused` where there is nothing, `PathFault` where it is no log. Whoever reads it keeps its service out. */
export const openSqliteEvidence = (path: string): EvidenceLog => {
  if (!isThere(path)) throw new CopyRefused('no-log');
  const db = openChecked(path, true, isLog);
  const { log_id: logId } = db.prepare('SELECT log_id FROM log').get() as { log_id: string };
  const { dev, ino } = statSync(path, { bigint: true });
  const rows = db.prepare(
    'SELECT position, stream, revision, id, type, leaf, bytes FROM events WHERE position >= ? AND position <= ? ORDER BY position LIMIT ?',
  );
  async function* evidence(from: Position, to: Position): AsyncGenerator<Evidence> {
    for (let next = from; next <= to;) {
      const page = await answer(() => rows.all(next, to, PAGE) as Row[]);
      if (page.length === 0) throw new LogDamaged(next, 'is missing');
      // So that a signal is heard.
      await turn();
      for (const row of page) {
        yield evidenceOf(row, next);
        next += 1;
      }
    }
  }
  return {
    logId,
    place: `${String(dev)}:${String(ino)}`,
    evidence,
    head: () => answer(() => (db.prepare('SELECT max(position) AS head FROM events').get() as { head: number | null }).head ?? -1),
    tree: () =>
      answer(() => {
        const { size, frontier } = db.prepare('SELECT size, frontier FROM tree').get() as { size: number; frontier: Uint8Array };
        return frontierOf(size, frontier);
      }),
    inUse: () => Promise.resolve(false),
    close: () => answer(() => { db.close(); }), // prettier-ignore
  };
};

const waitingOf = ({ envelope: { stream, revision, id, type, at }, text }: Evidence): WaitingAppend => ({
  stream,
  expected: revision - 1,
  events: [{ id, type, at, text }],
});

/**
 * A file to copy a log to, made where it is missing: what it begins with is the id of the log. Events are written as the
 * service's writer writes them, a chunk in one transaction with one sync. Throws `CopyRefused` where another log
 * lies there, `PathFault` where it is something else.
 */
export const openSqliteCopyTarget = (path: string, logId: string): CopyTarget => {
  const db = openChecked(path, false, (file) => isEmpty(file) || isLog(file));
  if (isEmpty(db)) chmodSync(path, 0o600);
  createTables(db, logId);
  const reader = openSqliteEvidence(path);
  if (reader.logId !== logId) {
    db.close();
    throw new CopyRefused('other-log');
  }
  const write = groupWriter(db);
  return {
    ...reader,
    append: (events) =>
      answer(() => {
        for (const [index, outcome] of write(events.map(waitingOf)).entries()) {
          const { position } = events[index] as Evidence;
          if (outcome.done && outcome.position === position && !outcome.repeated) continue;
          if (!outcome.done && 'unavailable' in outcome)
            throw Object.assign(new Error(`the copy cannot be written: ${outcome.unavailable}`), { path });
          throw new CopyRefused('interfered', position);
        }
      }),
    close: async () => {
      await reader.close();
      db.close();
      emptyWal(path);
    },
  };
};

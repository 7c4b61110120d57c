import { randomUUID } from 'node:crypto';
import type { Sqlite } from './database.ts';

/**
 * One table with two unique keys (message-db), the tree beside it, and triggers that refuse to change what was written:
 * they stop accidents; the tree finds attackers. `at_max` is the greatest `at` so far, so that it rises with the position.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS log (only INTEGER PRIMARY KEY CHECK (only = 1), log_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tree (only INTEGER PRIMARY KEY CHECK (only = 1), size INTEGER NOT NULL, frontier BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events (
  position INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  at_max TEXT NOT NULL,
  leaf BLOB NOT NULL,
  bytes TEXT NOT NULL,
  UNIQUE (stream, revision)
) STRICT;
CREATE TRIGGER IF NOT EXISTS events_keep BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS log_keep BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'a log keeps its id'); END;
CREATE TRIGGER IF NOT EXISTS log_stay BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'a log keeps its id'); END;
`;

export const isLog = (db: Sqlite): boolean =>
  (db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('log', 'tree', 'events')").get() as { n: number }).n === 3;
export const isEmpty = (db: Sqlite): boolean =>
  (db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n === 0;

/** Creates what is missing, and gives a new log its id: one of its own, or, for a copy, the one it has elsewhere. */
export const createTables = (db: Sqlite, logId: string = randomUUID()): void => {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.exec(TABLES);
    db.prepare('INSERT OR IGNORE INTO log VALUES (1, ?)').run(logId);
    db.prepare("INSERT OR IGNORE INTO tree VALUES (1, 0, x'')").run();
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
};

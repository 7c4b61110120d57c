import { DatabaseSync, type StatementSyncInstance } from '@photostructure/sqlite';

type Driver = InstanceType<typeof DatabaseSync>;
export type Statement = StatementSyncInstance;
export type Sqlite = {
  /** A statement, prepared once per text and connection. */
  readonly prepare: (text: string) => Statement;
  readonly exec: (text: string) => void;
  readonly close: () => void;
};
export type OpenOptions = {
  readonly readOnly?: boolean;
  /** FULL (the default) for what must survive a power cut once answered; NORMAL for what can be rebuilt. */
  readonly synchronous?: 'FULL' | 'NORMAL';
};

/** Statements kept per connection; the ones used longest ago go first. */
const MOST_STATEMENTS = 500;

const opened = (path: string, { readOnly = false, synchronous = 'FULL' }: OpenOptions): Driver => {
  let db: Driver | undefined;
  try {
    db = new DatabaseSync(path, { readOnly });
    db.exec(`PRAGMA busy_timeout=5000; PRAGMA synchronous=${synchronous}`);
    db.exec('PRAGMA cache_size=-65536');
    // A longer WAL takes pages that change again and again once, not every thousand pages.
    if (!readOnly) db.exec('PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=8000');
    return db;
  } catch (error) {
    db?.close();
    // SQLite does not say of which file it speaks; the file system does, in the same field.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
};

/** Opens a SQLite file in WAL mode. The only place that knows the driver; its API is that of `node:sqlite`. */
export const openSqlite = (path: string, options: OpenOptions = {}): Sqlite => {
  const db = opened(path, options);
  const statements = new Map<string, Statement>();
  return {
    prepare: (text) => {
      const statement = statements.get(text) ?? db.prepare(text);
      statements.delete(text);
      statements.set(text, statement);
      if (statements.size > MOST_STATEMENTS) for (const [oldest] of [...statements].slice(0, 1)) statements.delete(oldest);
      return statement;
    },
    exec: (text) => {
      db.exec(text);
    },
    close: () => {
      db.close();
    },
  };
};

/** Whether another connection holds the lock (SQLITE_BUSY). */
export const isBusy = (error: unknown): boolean => error instanceof Error && (error as { errcode?: number }).errcode === 5;

/**
 * Brings what the WAL holds into the file, so that a service that was stopped leaves whole files behind. SQLite does that
 * when the last connection closes, but the driver keeps statements beyond `close`, and with them the connection. Where
 * somebody still reads, or the disk is full, it stays in the WAL, from which the next one to open the file has it.
 */
export const emptyWal = (path: string): void => {
  const db = openSqlite(path);
  try {
    db.exec('PRAGMA busy_timeout=200; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // Durable in the WAL all the same.
  } finally {
    db.close();
  }
};

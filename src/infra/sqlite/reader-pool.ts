import { openSqlite, type Sqlite } from './database.ts';

/** More snapshots than this at once wait for one to end. */
const MOST = 8;

/** Of the file, what readers may look at in place instead of copying page by page: halves the cost of counting. */
const MAPPED_BYTES = 2 ** 31 - 65_536;

/** Read-only connections on one file, each lent to one reader at a time, with one snapshot from `lend` to `giveBack`. */
export type ReaderPool = {
  readonly lend: () => Promise<Sqlite>;
  readonly giveBack: (db: Sqlite) => void;
  readonly close: () => void;
};

export const readerPool = (path: string): ReaderPool => {
  const idle: Sqlite[] = [];
  const all: Sqlite[] = [];
  const waiting: ((db: Sqlite) => void)[] = [];

  const open = (): Sqlite => {
    const db = openSqlite(path, { readOnly: true });
    db.exec(`PRAGMA mmap_size = ${String(MAPPED_BYTES)}`);
    all.push(db);
    return db;
  };
  const next = (): Promise<Sqlite> => {
    const free = idle.pop() ?? (all.length < MOST ? open() : undefined);
    return free === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(free);
  };

  return {
    lend: async () => {
      const db = await next();
      db.exec('BEGIN');
      return db;
    },
    giveBack: (db) => {
      if (!all.includes(db)) return;
      db.exec('ROLLBACK');
      const waiter = waiting.shift();
      if (waiter === undefined) idle.push(db);
      else waiter(db);
    },
    close: () => {
      for (const db of all.splice(0)) db.close();
    },
  };
};

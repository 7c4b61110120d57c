import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { openLogReader } from '../src/infra/sqlite/log-reader.ts';
import { openSqlite, type Sqlite } from '../src/infra/sqlite/database.ts';
import type { Commit } from './rebuild-recording.ts';

/**
 * What a rebuild is held against: the log read once and parsed once, and the same documents and versions written as
 * ready-made bytes in equal transactions. `HISTORY` is the log, `RECORDING` the commits, `TO` the file to write.
 * Prints the seconds of that work alone; the reading of the recording is not in them.
 */
const { HISTORY = '', RECORDING = '', TO = '' } = process.env;

const writerOf = (db: Sqlite, projection: string): ((commit: Commit) => void) => {
  db.exec(`CREATE TABLE IF NOT EXISTS "${projection}" (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, json TEXT);
    CREATE TABLE IF NOT EXISTS "${projection} versions" (seq INTEGER NOT NULL, position INTEGER NOT NULL, json TEXT, PRIMARY KEY (seq, position))`);
  const upsert = db.prepare(
    `INSERT INTO "${projection}" VALUES (?, ?, ?, ?) ON CONFLICT (seq) DO UPDATE SET position = excluded.position, json = excluded.json`,
  );
  const add = db.prepare(`INSERT INTO "${projection} versions" VALUES (?, ?, ?)`);
  return ({ documents, versions }) => {
    db.exec('BEGIN IMMEDIATE');
    for (const [seq, id, position, json] of documents) upsert.run(seq, id, position, json);
    for (const [seq, , position, json] of versions) add.run(seq, position, json);
    db.exec('COMMIT');
  };
};

const log = openLogReader(HISTORY);
const db = openSqlite(TO, { synchronous: 'NORMAL' });
const writers = new Map<string, (commit: Commit) => void>();
let milliseconds = 0;
let readTo = -1;
for await (const line of createInterface({ input: createReadStream(RECORDING) })) {
  const commit = JSON.parse(line) as Commit;
  const started = performance.now();
  if (commit.to > readTo) {
    const batch: unknown[] = [];
    for await (const event of log.readAll({ after: readTo < 0 ? null : readTo, to: commit.to })) batch.push(event);
    readTo = commit.to;
  }
  const write = writers.get(commit.projection) ?? writerOf(db, commit.projection);
  writers.set(commit.projection, write);
  write(commit);
  milliseconds += performance.now() - started;
}
const started = performance.now();
db.close();
milliseconds += performance.now() - started;
await log.close();
console.log(milliseconds / 1_000);

import { parentPort, workerData } from 'node:worker_threads';
import { openSqlite } from '../src/infra/sqlite/database.ts';

/** Writes groups of texts, each group in one transaction with one sync, into one table without any other index. */
const { path } = (workerData as { readonly given: { readonly path: string } }).given;
const db = openSqlite(path);
db.exec('CREATE TABLE events (position INTEGER PRIMARY KEY, bytes TEXT NOT NULL) STRICT');
const insert = db.prepare('INSERT INTO events (bytes) VALUES (?)');
let position = -1;
parentPort?.on('message', (group: readonly (readonly string[])[]) => {
  db.exec('BEGIN IMMEDIATE');
  const positions = group.map((texts) => {
    for (const text of texts) insert.run(text);
    position += texts.length;
    return position;
  });
  db.exec('COMMIT');
  parentPort?.postMessage(positions);
});

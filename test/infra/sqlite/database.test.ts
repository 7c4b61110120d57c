import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyWal, openSqlite } from '../../../src/infra/sqlite/database.ts';
import { freshFolders } from '../../support/folders.ts';

const fresh = freshFolders();
const withRow = (path: string) => {
  const db = openSqlite(path);
  db.exec('CREATE TABLE things (a INTEGER) STRICT');
  db.prepare('INSERT INTO things VALUES (?)').run(1);
  return db;
};
const countIn = (path: string): unknown => {
  const db = openSqlite(path, { readOnly: true });
  const { n } = db.prepare('SELECT count(*) AS n FROM things').get() as { n: number };
  db.close();
  return n;
};

describe('the WAL of a SQLite file', () => {
  it('is emptied into it: a copy of the file alone is whole', () => {
    const path = join(fresh(), 'a.db');
    const db = withRow(path);
    const reader = openSqlite(path, { readOnly: true });
    reader.prepare('SELECT * FROM things').all();
    reader.close();
    db.close();
    emptyWal(path);
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    copyFileSync(path, `${path}.copy`);
    expect(countIn(`${path}.copy`)).toBe(1);
  });

  it('stays where somebody still reads an older state, and nothing is lost', () => {
    const path = join(fresh(), 'a.db');
    const db = withRow(path);
    const reader = openSqlite(path, { readOnly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT * FROM things').all();
    db.prepare('INSERT INTO things VALUES (?)').run(2);
    db.close();
    emptyWal(path);
    reader.exec('ROLLBACK');
    reader.close();
    expect(countIn(path)).toBe(2);
  });
});

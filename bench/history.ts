import { cpSync, writeFileSync } from 'node:fs';
import { createTables } from '../src/infra/sqlite/log-tables.ts';
import { groupWriter, type WaitingAppend } from '../src/infra/sqlite/log-writer.ts';
import { openSqlite } from '../src/infra/sqlite/database.ts';
import { cached, demoDirectory } from './directories.ts';

type Row = {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly bytes: string;
};

/** Streams of a city's life; everything else (people, offices, law) is there once, however much happens. */
const LIFE = ['application', 'grant', 'access', 'resource', 'code'];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Appends of one transaction. */
const GROUP = 5_000;
const SEED = 0x9e3779b9;

const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));

/** 32 bits that differ from copy to copy; none for the first, which stays as it was. */
const maskOf = (copy: number): number => (copy === 0 ? 0 : Math.imul(copy, SEED) ^ (Math.imul(copy, SEED) >>> 15));

/** Gives the things of a text other ids, the same ones for one copy; what is kept keeps its own. */
export const renaming =
  (kept: ReadonlySet<string>) =>
  (text: string, copy: number): string => {
    const mask = maskOf(copy);
    if (mask === 0) return text;
    return text.replaceAll(UUID, (id) =>
      kept.has(id) ? id : `${((Number.parseInt(id.slice(0, 8), 16) ^ mask) >>> 0).toString(16).padStart(8, '0')}${id.slice(8)}`,
    );
  };

/** The ids of people, offices and keys: what every copy of a city's life shares. */
export const sharedIds = (log: string): ReadonlySet<string> => {
  const db = openSqlite(log, { readOnly: true });
  const kept = new Set<string>();
  const rows = db.prepare('SELECT stream, bytes FROM events').all() as Row[];
  for (const { stream, bytes } of rows)
    if (!LIFE.includes(categoryOf(stream))) for (const [id] of bytes.matchAll(UUID)) kept.add(id);
  db.close();
  return kept;
};

/** A resource's number under its class: copies draw theirs from one stream, one after the other. */
const numbered = (row: Row, copy: number, copies: number): Row => {
  const of = (number: string): string => String((Number(number) - 1) * copies + copy + 1);
  if (row.type === 'ResourceSubmitted')
    return {
      ...row,
      bytes: row.bytes.replace(/"code":"(\d+)\/(\d+)"/, (_, code: string, n: string) => `"code":"${code}/${of(n)}"`),
    };
  if (row.type !== 'CodeDrawn') return row;
  const revision = row.revision * copies + copy;
  const bytes = row.bytes
    .replace(/"sequence":(\d+)/, (_, n: string) => `"sequence":${of(n)}`)
    .replace(/"revision":\d+,"schema"/, `"revision":${String(revision)},"schema"`);
  return { ...row, revision, bytes };
};

/**
 * A valid history of any size: the demonstration's own log, in which so many cities' lives as are needed run side by
 * side under the same offices, people and law. The same at every making but for the log's id.
 */
const writeHistory = (from: string, to: string, size: number): void => {
  const source = openSqlite(from, { readOnly: true });
  const rows = source.prepare('SELECT stream, revision, id, type, bytes FROM events ORDER BY position').all() as Row[];
  source.close();
  const rename = renaming(sharedIds(from));
  const lively = rows.filter(({ stream }) => LIFE.includes(categoryOf(stream))).length;
  const copies = Math.max(1, Math.ceil((size - (rows.length - lively)) / lively));
  const db = openSqlite(to);
  db.exec('PRAGMA synchronous=OFF');
  createTables(db);
  const write = groupWriter(db);
  let group: WaitingAppend[] = [];
  let written = 0;
  const flush = (): void => {
    const refused = write(group).find(({ done }) => !done);
    if (refused !== undefined) throw new Error(JSON.stringify(refused));
    group = [];
  };
  for (const row of rows) {
    const category = categoryOf(row.stream);
    for (let copy = 0; copy < (LIFE.includes(category) ? copies : 1) && written < size; copy += 1) {
      const { stream, revision, id, type, bytes } = numbered(row, copy, copies);
      const text = rename(bytes, copy);
      const at = /"at":"([^"]+)"/.exec(text)?.[1] ?? '';
      group.push({ stream: rename(stream, copy), expected: revision - 1, events: [{ id: rename(id, copy), type, at, text }] });
      written += 1;
      if (group.length === GROUP) flush();
    }
  }
  flush();
  const { log_id: logId } = db.prepare('SELECT log_id FROM log').get() as { log_id: string };
  writeFileSync(`${to.slice(0, to.lastIndexOf('/'))}/reactor.json`, JSON.stringify({ logId, position: size - 1 }));
  db.close();
};

/** A data directory with a log of `size` events whose reactions have run, and without views. */
export const historyDirectory = async (size: number): Promise<string> => {
  const demo = await demoDirectory();
  return cached(`history-${String(size)}`, (directory) => {
    cpSync(`${demo}/vault`, `${directory}/vault`, { recursive: true });
    writeHistory(`${demo}/events.db`, `${directory}/events.db`, size);
    return Promise.resolve();
  });
};

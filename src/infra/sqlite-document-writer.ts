import type { Document, Projection } from '../projections/projection.ts';
import type { Written } from '../projections/read-store.ts';
import type { Scalar } from '../projections/filter.ts';
import { documentTokens, searchText } from '../projections/search.ts';
import type { Collection } from './sqlite-collection.ts';
import { encodeScalar, quote, type SqlValue } from './sqlite-filter.ts';
import type { Sqlite } from './sqlite.ts';

type Body = { readonly seq: number; readonly position: number; readonly json: string | null };
/** A document as the store has it: its place, and the document itself while it lives. */
export type Stored = { readonly seq: number; readonly position: number; readonly document: Document | null };

/** Writes documents and versions of one collection inside the caller's transaction, and remembers what was read for them. */
export type DocumentWriter = {
  readonly load: (id: string) => Stored | null;
  readonly remember: (id: string, stored: Stored) => void;
  readonly write: (documents: readonly Written[], versions: readonly Written[]) => void;
  /** Forgets what was read: after a commit, whether it held or not. */
  readonly forget: () => void;
};

const same = (left: SqlValue | undefined, right: SqlValue | undefined): boolean =>
  left === right || (left instanceof Uint8Array && right instanceof Uint8Array && left[0] === right[0]);

export const documentWriter = (db: Sqlite, collection: Collection, projection: Projection): DocumentWriter => {
  const { bodies, fieldsTable, texts, words, versions, fields, history } = collection;
  const readers = fields.map((field) => projection.fields[field] ?? ((): Scalar => null));
  const valuesOf = (document: Document): SqlValue[] => readers.map((read) => encodeScalar(read(document)));
  const partsOf = (document: Document): string => searchText(projection.text?.(document) ?? []);
  const places = '?, '.repeat(fields.length);

  const selectBody = db.prepare(`SELECT seq, position, json FROM ${bodies} WHERE id = ?`);
  const insertBody = db.prepare(`INSERT INTO ${bodies} (id, position, json) VALUES (?, ?, ?)`);
  const updateBody = db.prepare(`UPDATE ${bodies} SET position = ?, json = ? WHERE seq = ? AND position < ?`);
  const insertFields = db.prepare(`INSERT INTO ${fieldsTable} VALUES (${places}?)`);
  const known = new Map<string, Stored | null>();

  const load = (id: string): Stored | null => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const row = selectBody.get(id) as Body | undefined;
    const stored =
      row === undefined
        ? null
        : { seq: row.seq, position: row.position, document: row.json === null ? null : (JSON.parse(row.json) as Document) };
    known.set(id, stored);
    return stored;
  };

  /** Only the columns that changed, so that only their indexes are touched. */
  const writeFields = (seq: number, before: Document | null, after: Document): void => {
    const values = valuesOf(after);
    if (before === null) {
      insertFields.run(...values, seq);
      return;
    }
    const old = valuesOf(before);
    const changed = fields.map((_, at) => at).filter((at) => !same(old[at], values[at]));
    if (changed.length === 0) return;
    const assignments = changed.map((at) => `${quote(fields[at] ?? '')} = ?`).join(', ');
    db.prepare(`UPDATE ${fieldsTable} SET ${assignments} WHERE seq = ?`).run(...changed.map((at) => values[at] ?? -Infinity), seq);
  };

  const writeText = (seq: number, before: Document | null, after: Document | null): void => {
    const [old, parts] = [before, after].map((document) => (document === null ? null : partsOf(document)));
    if (old === parts) return;
    if (old !== null) {
      db.prepare(`DELETE FROM ${texts} WHERE seq = ?`).run(seq);
      db.prepare(`DELETE FROM ${words} WHERE rowid = ?`).run(seq);
    }
    if (parts !== null && parts !== undefined) {
      db.prepare(`INSERT INTO ${texts} VALUES (?, ?)`).run(seq, parts);
      db.prepare(`INSERT INTO ${words} (rowid, grams) VALUES (?, ?)`).run(seq, documentTokens(parts).join(' '));
    }
  };

  const writeDocument = ({ id, document, position }: Written, json: string | null): number => {
    const stored = load(id);
    if (stored !== null && stored.position >= position) return stored.seq;
    const seq = stored === null ? Number(insertBody.run(id, position, json).lastInsertRowid) : stored.seq;
    if (stored !== null) updateBody.run(position, json, seq, position);
    const before = stored?.document ?? null;
    if (document !== null) writeFields(seq, before, document);
    else if (before !== null) db.prepare(`DELETE FROM ${fieldsTable} WHERE seq = ?`).run(seq);
    if (collection.text) writeText(seq, before, document);
    return seq;
  };

  const writeVersions = (
    written: readonly Written[],
    jsonOf: (document: Document | null) => string | null,
    seqs: ReadonlyMap<string, number>,
  ): void => {
    const insert = db.prepare(`INSERT OR IGNORE INTO ${versions} VALUES (?, ?, ${places}?, ?)`);
    const none = fields.map(() => -Infinity);
    for (const { id, document, position } of written) {
      const values = document === null ? none : valuesOf(document);
      const parts = document === null || !collection.text ? null : partsOf(document);
      insert.run(seqs.get(id), position, ...values, parts, jsonOf(document));
    }
  };

  const write = (documents: readonly Written[], written: readonly Written[]): void => {
    const texted = new Map<Document, string>();
    const jsonOf = (document: Document | null): string | null => {
      if (document === null) return null;
      const done = texted.get(document) ?? JSON.stringify(document);
      if (history) texted.set(document, done);
      return done;
    };
    const seqs = new Map<string, number>();
    for (const document of documents) seqs.set(document.id, writeDocument(document, jsonOf(document.document)));
    if (history) writeVersions(written, jsonOf, seqs);
  };

  return { load, remember: (id, stored) => known.set(id, stored), write, forget: () => { known.clear(); } }; // prettier-ignore
};

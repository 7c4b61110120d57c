import type { Scalar } from '../projections/filter.ts';
import type { Document, Projection } from '../projections/projection.ts';
import type { Written } from '../projections/read-store.ts';
import { documentTokens, searchText } from '../projections/search.ts';
import { fieldColumn, type Collection } from './sqlite-collection.ts';
import { encodeScalar, type SqlValue } from './sqlite-filter.ts';
import type { Sqlite } from './sqlite.ts';

/** A document as the store has it: its place, and the document itself while it lives. */
export type Stored = { readonly seq: number; readonly position: number; readonly document: Document | null };

/**
 * Writes documents and versions of one collection inside the caller's transaction. It remembers documents that it read
 * or wrote: they are what the store holds for as long as the checkpoint is where this writer left it, which `commit`
 * checks; after a commit that failed the caller must `forget`.
 */
export type DocumentWriter = {
  readonly load: (id: string) => Stored | null;
  readonly write: (documents: readonly Written[], versions: readonly Written[]) => void;
  readonly forget: () => void;
};

/** Documents remembered from one batch to the next. */
const MOST_REMEMBERED = 2_000;

/** What is written of a document: its text, its declared fields and what search looks through. */
type Rendered = { readonly json: string | null; readonly values: readonly SqlValue[]; readonly parts: string | null };

const same = (left: SqlValue | undefined, right: SqlValue | undefined): boolean =>
  left === right || (left instanceof Uint8Array && right instanceof Uint8Array && left[0] === right[0]);

export const documentWriter = (db: Sqlite, collection: Collection, projection: Projection): DocumentWriter => {
  const { bodies, fieldsTable, texts, words, versions, fields, history, text } = collection;
  const readers = fields.map((field) => projection.fields[field] ?? ((): Scalar => null));
  const gone: Rendered = { json: null, values: fields.map(() => -Infinity), parts: null };
  const places = '?, '.repeat(fields.length);

  const selectBody = db.prepare(`SELECT seq, position, json FROM ${bodies} WHERE id = ?`);
  const insertBody = db.prepare(`INSERT INTO ${bodies} (id, position, json) VALUES (?, ?, ?)`);
  const updateBody = db.prepare(`UPDATE ${bodies} SET position = ?, json = ? WHERE seq = ?`);
  const insertFields = db.prepare(`INSERT INTO ${fieldsTable} VALUES (${places}?)`);
  const known = new Map<string, Stored | null>();

  const render = (document: Document, json: string): Rendered => ({
    json,
    values: readers.map((read) => encodeScalar(read(document))),
    parts: text ? searchText(projection.text?.(document) ?? []) : null,
  });

  const load = (id: string): Stored | null => {
    const remembered = known.get(id);
    if (remembered !== undefined) return remembered;
    const row = selectBody.get(id) as { seq: number; position: number; json: string | null } | undefined;
    const stored = row === undefined ? null : { ...row, document: row.json === null ? null : (JSON.parse(row.json) as Document) };
    known.set(id, stored);
    return stored;
  };

  /** Only the columns that changed, so that only their indexes are touched. */
  const updateFields = (seq: number, before: readonly SqlValue[], after: readonly SqlValue[]): void => {
    const changed = fields.flatMap((field, at) => (same(before[at], after[at]) ? [] : [{ field, value: after[at] ?? -Infinity }]));
    if (changed.length === 0) return;
    const assignments = changed.map(({ field }) => `${fieldColumn(field)} = ?`).join(', ');
    db.prepare(`UPDATE ${fieldsTable} SET ${assignments} WHERE seq = ?`).run(...changed.map(({ value }) => value), seq);
  };

  const writeText = (seq: number, before: string | null, after: string | null): void => {
    if (before === after) return;
    if (before !== null) {
      db.prepare(`DELETE FROM ${texts} WHERE seq = ?`).run(seq);
      db.prepare(`DELETE FROM ${words} WHERE rowid = ?`).run(seq);
    }
    if (after !== null) {
      db.prepare(`INSERT INTO ${texts} VALUES (?, ?)`).run(seq, after);
      db.prepare(`INSERT INTO ${words} (rowid, grams) VALUES (?, ?)`).run(seq, documentTokens(after).join(' '));
    }
  };

  const writeDocument = ({ id, document, position }: Written, rendered: Rendered): number => {
    const stored = load(id);
    if (stored !== null && stored.position >= position) return stored.seq;
    const seq = stored === null ? Number(insertBody.run(id, position, rendered.json).lastInsertRowid) : stored.seq;
    if (stored !== null) updateBody.run(position, rendered.json, seq);
    const living = stored?.document ?? null;
    const before = living === null ? gone : render(living, '');
    if (living === null && document !== null) insertFields.run(...rendered.values, seq);
    else if (document !== null) updateFields(seq, before.values, rendered.values);
    else db.prepare(`DELETE FROM ${fieldsTable} WHERE seq = ?`).run(seq);
    writeText(seq, before.parts, rendered.parts);
    known.delete(id);
    known.set(id, { seq, position, document });
    return seq;
  };

  const write = (documents: readonly Written[], written: readonly Written[]): void => {
    const done = new Map<Document, Rendered>();
    const renderedOf = (document: Document | null): Rendered => {
      if (document === null) return gone;
      const rendered = done.get(document) ?? render(document, JSON.stringify(document));
      if (history) done.set(document, rendered);
      return rendered;
    };
    const seqs = new Map<string, number>();
    for (const document of documents) seqs.set(document.id, writeDocument(document, renderedOf(document.document)));
    if (history) {
      const insert = db.prepare(`INSERT OR IGNORE INTO ${versions} VALUES (?, ?, ${places}?, ?)`);
      for (const { id, document, position } of written) {
        const { json, values, parts } = renderedOf(document);
        insert.run(seqs.get(id) ?? load(id)?.seq, position, ...values, parts, json);
      }
    }
    for (const id of known.keys()) {
      if (known.size <= MOST_REMEMBERED) break;
      known.delete(id);
    }
  };

  return { load, write, forget: () => { known.clear(); } }; // prettier-ignore
};

import type { Scalar } from '../../projections/filter.ts';
import type { Document, Projection } from '../../projections/projection.ts';
import type { Written } from '../../projections/read-store.ts';
import { documentTokens, searchText } from '../../projections/search.ts';
import { fieldColumn, type Collection } from './collection.ts';
import { encodeScalar, type SqlValue } from './filter.ts';
import type { Sqlite } from './database.ts';

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

type Body = { readonly seq: number; readonly position: number; readonly json: string | null };

/** What is written of a document: its text, its declared fields and what search looks through. */
type Rendered = { readonly json: string | null; readonly values: readonly SqlValue[]; readonly parts: string | null };

/** A document as the store has it: its place, the document itself while it lives, and what was written of it. */
export type Stored = {
  readonly seq: number;
  readonly position: number;
  readonly document: Document | null;
  readonly rendered: Rendered;
};

/** One of a document's states, and the position it stood from. */
type State = { readonly position: number; readonly rendered: Rendered };

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
  const insertFields = db.prepare(`INSERT INTO ${fieldsTable} VALUES (${places}${history ? '?, ' : ''}?)`);
  const stampFields = history ? db.prepare(`UPDATE ${fieldsTable} SET position = ? WHERE seq = ?`) : null;
  const insertVersion = history ? db.prepare(`INSERT INTO ${versions} VALUES (?, ?, ?, ${places}?, ?)`) : null;
  const known = new Map<string, Stored | null>();

  const render = (document: Document, json: string): Rendered => ({
    json,
    values: readers.map((read) => encodeScalar(read(document))),
    parts: text ? searchText(projection.text?.(document) ?? []) : null,
  });

  const storedOf = ({ seq, position, json }: Body): Stored => {
    if (json === null) return { seq, position, document: null, rendered: gone };
    const document = JSON.parse(json) as Document;
    return { seq, position, document, rendered: render(document, json) };
  };

  const load = (id: string): Stored | null => {
    const remembered = known.get(id);
    if (remembered !== undefined) return remembered;
    const row = selectBody.get(id) as Body | undefined;
    const stored = row === undefined ? null : storedOf(row);
    known.set(id, stored);
    return stored;
  };

  /** Only the columns that changed, so that only their indexes are touched. */
  const updateFields = (seq: number, position: number, before: readonly SqlValue[], after: readonly SqlValue[]): void => {
    const changed = fields.flatMap((field, at) => (same(before[at], after[at]) ? [] : [{ field, value: after[at] ?? -Infinity }]));
    if (changed.length === 0) stampFields?.run(position, seq);
    else {
      const assignments = changed.map(({ field }) => `${fieldColumn(field)} = ?`).join(', ');
      const [stamp, values] = history ? [', position = ?', [position]] : ['', []];
      const statement = db.prepare(`UPDATE ${fieldsTable} SET ${assignments}${stamp} WHERE seq = ?`);
      statement.run(...changed.map(({ value }) => value), ...values, seq);
    }
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

  /** Adds what stood before the document and the states that the batch passed through on the way to it. */
  const writeReplaced = (seq: number, states: readonly State[]): void => {
    for (const [at, { position, rendered }] of states.slice(0, -1).entries()) {
      const until = states[at + 1]?.position ?? position;
      insertVersion?.run(seq, position, until, ...rendered.values, rendered.parts, rendered.json);
    }
  };

  /** Writes one document; `passed` are the states on the way to it. */
  const writeDocument = ({ id, document, position }: Written, rendered: Rendered, passed: readonly State[]): void => {
    const stored = load(id);
    if (stored !== null && stored.position >= position) return;
    const seq = stored === null ? Number(insertBody.run(id, position, rendered.json).lastInsertRowid) : stored.seq;
    if (stored !== null) updateBody.run(position, rendered.json, seq);
    const before = stored?.rendered ?? gone;
    if (before === gone && document !== null) insertFields.run(...rendered.values, ...(history ? [position] : []), seq);
    else if (document !== null) updateFields(seq, position, before.values, rendered.values);
    else db.prepare(`DELETE FROM ${fieldsTable} WHERE seq = ?`).run(seq);
    writeText(seq, before.parts, rendered.parts);
    const stood = stored === null ? [] : [{ position: stored.position, rendered: before }];
    const unseen = passed.filter((state) => state.position > (stored?.position ?? -1));
    writeReplaced(seq, [...stood, ...unseen, { position, rendered }]);
    known.delete(id);
    known.set(id, { seq, position, document, rendered });
  };

  const write = (documents: readonly Written[], states: readonly Written[]): void => {
    const done = new Map<Document, Rendered>();
    const renderedOf = (document: Document | null): Rendered => {
      if (document === null) return gone;
      const rendered = done.get(document) ?? render(document, JSON.stringify(document));
      if (history) done.set(document, rendered);
      return rendered;
    };
    const last = new Map(documents.map(({ id, position }) => [id, position]));
    const passed = new Map<string, State[]>();
    for (const { id, document, position } of history ? states : []) {
      if (position >= (last.get(id) ?? 0)) continue;
      const before = passed.get(id) ?? [];
      before.push({ position, rendered: renderedOf(document) });
      passed.set(id, before);
    }
    for (const written of documents) writeDocument(written, renderedOf(written.document), passed.get(written.id) ?? []);
    for (const id of known.keys()) {
      if (known.size <= MOST_REMEMBERED) break;
      known.delete(id);
    }
  };

  return { load, write, forget: () => { known.clear(); } }; // prettier-ignore
};

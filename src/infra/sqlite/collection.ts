import type { ProjectionRef } from '../../projections/read-store.ts';
import type { Shape } from '../projection-shape.ts';
import { quote } from './filter.ts';

/**
 * The tables of one projection version.
 * - `bodies` (seq, id, position, json): every document ever born, in the order of birth; json NULL once deleted, so that
 *   one that comes back keeps its place whatever the batches were.
 * - `fields` (seq, a column per declared field, position where history is kept): the living documents, narrow, so that
 *   filters, sorting and facets never touch the bodies.
 * - `texts` (seq, parts) and `words` (FTS5, rowid = seq): what search looks through, and its bigrams.
 * - `versions` (seq, position, until, fields, text, json): the states that were replaced, each with the position that it
 *   stood from and the one that replaced it; only ever added to. What still stands is in the other tables alone.
 */
export type Collection = Shape & {
  readonly ref: ProjectionRef;
  readonly bodies: string;
  readonly fieldsTable: string;
  readonly texts: string;
  readonly words: string;
  readonly versions: string;
};

/** Raised when the tables below change for all projections: what was made with another is refused. */
export const LAYOUT = 2;

export const collectionOf = ({ name, version }: ProjectionRef, shape: Shape): Collection => {
  const table = (kind: string): string => quote(`${name}_v${String(version)}_${kind}`);
  return {
    ...shape,
    ref: { name, version },
    bodies: table('bodies'),
    fieldsTable: table('fields'),
    texts: table('texts'),
    words: table('words'),
    versions: table('versions'),
  };
};

/** The index that `indexes[at]` became, on the living documents or on the states that were replaced. */
export const indexName = ({ ref }: Collection, kind: 'fields' | 'versions', at: number): string =>
  quote(`${ref.name}_v${String(ref.version)}_${kind}_${String(at)}`);

/** The column of a declared field; no field's name can be that of a column of ours. */
export const fieldColumn = (field: string): string => quote(`field:${field}`);

const columns = (fields: readonly string[]): string => fields.map((field) => `${fieldColumn(field)} NOT NULL, `).join('');

/** Statements that make the collection, without its declared indexes. */
export const creation = (collection: Collection): string => {
  const { ref: { name, version }, fields, history, text, bodies, fieldsTable, texts, words, versions } = collection; // prettier-ignore
  const statements = [
    `CREATE TABLE ${bodies} (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, json TEXT)`,
    `CREATE TABLE ${fieldsTable} (${columns(fields)}${history ? 'position INTEGER NOT NULL, ' : ''}seq INTEGER PRIMARY KEY)`,
  ];
  if (text) {
    statements.push(
      `CREATE TABLE ${texts} (seq INTEGER PRIMARY KEY, parts TEXT NOT NULL)`,
      `CREATE VIRTUAL TABLE ${words} USING fts5(grams, tokenize='unicode61', content='', contentless_delete=1, detail=none)`,
    );
  }
  if (history)
    statements.push(
      `CREATE TABLE ${versions} (seq INTEGER NOT NULL, position INTEGER NOT NULL, until INTEGER NOT NULL, ${columns(fields)}parts TEXT, json TEXT)`,
      `CREATE UNIQUE INDEX ${quote(`${name}_v${String(version)}_versions_key`)} ON ${versions} (seq, position)`,
    );
  return statements.join(';\n');
};

/** The statement that makes the index of `indexes[at]` on the living documents, where it is missing. */
export const indexCreation = (collection: Collection, at: number): string =>
  `CREATE INDEX IF NOT EXISTS ${indexName(collection, 'fields', at)} ON ${collection.fieldsTable} (${(collection.indexes[at] ?? []).map(fieldColumn).join(', ')})`;

/** Statements that make all indexes where missing. Every one ends in seq, the order of birth (in `fields` as its rowid). */
export const indexing = (collection: Collection): string => {
  const { indexes, history, versions } = collection;
  const statements = indexes.map((_, at) => indexCreation(collection, at));
  if (history)
    statements.push(
      ...indexes.map(
        (index, at) =>
          `CREATE INDEX IF NOT EXISTS ${indexName(collection, 'versions', at)} ON ${versions} (${index.map((field) => `${fieldColumn(field)}, `).join('')}seq)`,
      ),
    );
  return statements.join(';\n');
};

/** Statements that remove it. */
export const removal = ({ bodies, fieldsTable, texts, words, versions }: Collection): string =>
  [bodies, fieldsTable, texts, words, versions].map((table) => `DROP TABLE IF EXISTS ${table}`).join(';\n');

import type { ProjectionRef } from '../projections/read-store.ts';
import type { Shape } from './projection-shape.ts';
import { quote } from './sqlite-filter.ts';

/**
 * The tables of one projection version.
 * - `bodies` (seq, id, position, json): every document ever born, in the order of birth; json NULL once deleted, so that
 *   one that comes back keeps its place whatever the batches were.
 * - `fields` (seq, a column per declared field): the living documents, narrow, so that filters, sorting and facets never
 *   touch the bodies.
 * - `texts` (seq, parts) and `words` (FTS5, rowid = seq): what search looks through, and its bigrams.
 * - `versions` (seq, position, fields, text, json): every version of a document, only ever added to.
 */
export type Collection = Shape & {
  readonly ref: ProjectionRef;
  readonly bodies: string;
  readonly fieldsTable: string;
  readonly texts: string;
  readonly words: string;
  readonly versions: string;
};

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

/** The index that `indexes[at]` became, on the living documents or on their versions. */
export const indexName = ({ ref }: Collection, kind: 'fields' | 'versions', at: number): string =>
  quote(`${ref.name}_v${String(ref.version)}_${kind}_${String(at)}`);

/** The column of a declared field; no field's name can be that of a column of ours. */
export const fieldColumn = (field: string): string => quote(`field:${field}`);

const columns = (fields: readonly string[]): string => fields.map((field) => `${fieldColumn(field)} NOT NULL, `).join('');

/** Statements that make the collection. Every index ends in seq, the order of birth (in `fields` as its rowid). */
export const creation = (collection: Collection): string => {
  const { fields, indexes, history, text, bodies, fieldsTable, texts, words, versions } = collection;
  const statements = [
    `CREATE TABLE ${bodies} (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, json TEXT)`,
    `CREATE TABLE ${fieldsTable} (${columns(fields)}seq INTEGER PRIMARY KEY)`,
    ...indexes.map(
      (index, at) => `CREATE INDEX ${indexName(collection, 'fields', at)} ON ${fieldsTable} (${index.map(fieldColumn).join(', ')})`,
    ),
  ];
  if (text) {
    statements.push(
      `CREATE TABLE ${texts} (seq INTEGER PRIMARY KEY, parts TEXT NOT NULL)`,
      `CREATE VIRTUAL TABLE ${words} USING fts5(grams, tokenize='unicode61', content='', contentless_delete=1, detail=none)`,
    );
  }
  if (history) {
    statements.push(
      `CREATE TABLE ${versions} (seq INTEGER NOT NULL, position INTEGER NOT NULL, ${columns(fields)}parts TEXT, json TEXT, PRIMARY KEY (seq, position))`,
      ...indexes.map(
        (index, at) =>
          `CREATE INDEX ${indexName(collection, 'versions', at)} ON ${versions} (${index.map((field) => `${fieldColumn(field)}, `).join('')}seq)`,
      ),
    );
  }
  return statements.join(';\n');
};

/** Statements that remove it. */
export const removal = ({ bodies, fieldsTable, texts, words, versions }: Collection): string =>
  [bodies, fieldsTable, texts, words, versions].map((table) => `DROP TABLE IF EXISTS ${table}`).join(';\n');

/** What the store knows of its collections: shape, checkpoint (logId NULL before the first commit), and which is active. */
export const REGISTRY = `
  CREATE TABLE IF NOT EXISTS projections (
    name TEXT NOT NULL, version INTEGER NOT NULL, shape TEXT NOT NULL,
    log_id TEXT, position INTEGER NOT NULL DEFAULT -1, event_id TEXT, shared TEXT,
    PRIMARY KEY (name, version)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS active (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
`;

import type { Filter } from '../../projections/filter.ts';
import type { Document } from '../../projections/projection.ts';
import type { AtPosition, Page, Query, ReadView, SortKey } from '../../projections/read-store.ts';
import { answer } from '../answer.ts';
import { facetCounts } from '../facet-counts.ts';
import type { Collection } from './collection.ts';
import { decodeScalar, type Sql, type SqlValue } from './filter.ts';
import { atLeastSql, countSql, facetsSql, pageSql, valuesOf } from './query.ts';
import type { Sqlite } from './database.ts';

/** A page's row: where the document lies, its text, and its sort keys. */
export type PageRow = { readonly seq: number; readonly position: number; readonly json: string; readonly [key: string]: SqlValue };

type Body = { readonly seq: number; readonly position: number; readonly json: string | null };

/** Every state of documents, in the order of birth and then of positions: those that were replaced, and what stands. */
export const statesSql = ({ bodies, versions }: Collection, where = ''): string =>
  `SELECT v.seq, v.position, b.id, v.json FROM ${versions} v CROSS JOIN ${bodies} b ON b.seq = v.seq ${where} UNION ALL SELECT b.seq, b.position, b.id, b.json FROM ${bodies} b ${where} ORDER BY 1, 2`;

const run = (db: Sqlite, { text, values }: Sql): unknown[] => db.prepare(text).all(...values);

export const readPage = (
  db: Sqlite,
  collection: Collection,
  query: Query,
  at: AtPosition,
  oldestFirst = false,
): readonly PageRow[] => {
  const page = pageSql(collection, query, at, oldestFirst);
  return page === undefined ? [] : (run(db, page) as PageRow[]);
};

const sortKeyOf = (row: PageRow, fields: number): SortKey => [
  ...Array.from({ length: fields }, (_, place) => decodeScalar(row[`k${String(place)}`] ?? -Infinity)),
  row.seq,
];

/** A filter that one document in so many passes is broad. */
const BROAD = 8;

/** Reads of one collection on a connection that holds one snapshot open. */
export const readViewOf = (db: Sqlite, collection: Collection, position: number): ReadView => {
  const kept = (at: AtPosition): AtPosition => {
    if (at !== undefined && !collection.history) throw new Error(`${collection.ref.name} keeps no history`);
    return at;
  };

  const get = (id: string, at: AtPosition): string | null | undefined => {
    const stored = db.prepare(`SELECT seq, position, json FROM ${collection.bodies} WHERE id = ?`).get(id) as Body | undefined;
    if (at === undefined || stored === undefined || stored.position <= at) return stored?.json;
    const replaced: unknown = db
      .prepare(`SELECT json FROM ${collection.versions} WHERE seq = ? AND position <= ? AND until > ?`)
      .get(stored.seq, at, at);
    return (replaced as Pick<Body, 'json'> | undefined)?.json;
  };

  const find = <Doc extends Document>(query: Query, at: AtPosition): Page<Doc> => {
    const rows = readPage(db, collection, { ...query, limit: query.limit + 1 }, at);
    const shown = rows.slice(0, query.limit);
    const end = shown.at(-1);
    return {
      items: shown.map(({ json }) => JSON.parse(json) as Doc),
      last: end === undefined ? null : sortKeyOf(end, query.sort?.length ?? 0),
      more: rows.length > shown.length,
    };
  };

  /** Would walking an index to each match cost more than reading all documents in turn? */
  const isBroad = (filter: Filter): boolean => {
    const end = db.prepare(`SELECT max(seq) AS seq FROM ${collection.bodies}`).get() as { seq: number | null };
    return run(db, atLeastSql(collection, filter, Math.floor((end.seq ?? 0) / BROAD))).length > 0;
  };

  const facets = (filter: Filter, fields: readonly string[], at: AtPosition): ReturnType<typeof facetCounts> => {
    if (fields.length === 0) return {};
    const rows = run(db, facetsSql(collection, filter, fields, at, at === undefined && isBroad(filter)));
    const combinations = (rows as { combination: string; hits: number }[]).map(({ combination, hits }) => ({
      values: valuesOf(combination),
      hits,
    }));
    return facetCounts(fields, combinations);
  };

  const versions = <Doc extends Document>(id: string): readonly { position: number; document: Doc | null }[] => {
    kept(0);
    const rows = db.prepare(statesSql(collection, 'WHERE b.id = ?')).all(id, id) as Pick<Body, 'position' | 'json'>[];
    return rows.map((row) => ({ position: row.position, document: row.json === null ? null : (JSON.parse(row.json) as Doc) }));
  };

  const count = (filter: Filter, at: AtPosition): number =>
    (run(db, countSql(collection, filter, at)) as { hits: number }[])[0]?.hits ?? 0;

  return {
    version: collection.ref.version,
    position,
    get: <Doc extends Document>(id: string, at?: AtPosition) =>
      answer(() => {
        const json = get(id, kept(at));
        return json === null || json === undefined ? undefined : (JSON.parse(json) as Doc);
      }),
    find: (query, at) => answer(() => find(query, kept(at))),
    count: (filter, at) => answer(() => count(filter, kept(at))),
    facets: (filter, fields, at) => answer(() => facets(filter, fields, kept(at))),
    versions: (id) => answer(() => versions(id)),
  };
};

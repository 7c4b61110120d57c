import type { Collection as Rows } from 'mongodb';
import type { Position } from '../../domain/envelope.ts';
import type { Filter, Scalar } from '../../projections/filter.ts';
import type { Document } from '../../projections/projection.ts';
import type { AtPosition, Page, Query, ReadView } from '../../projections/read-store.ts';
import { facetCounts } from '../facet-counts.ts';
import { BY_ID, fieldKey, type Collection, type FieldKey, type Row } from './collection.ts';
import { conditionOf, mergedPage, pageOf, sortKeyOf, type Part } from './query.ts';

type Combination = { readonly values: readonly Scalar[]; readonly hits: number };

/** Tries to count both parts while no row moves between them, before rows are told apart one by one. */
const TRIES = 5;

const partsAt = (position: Position): readonly [Part, Part] => [
  { part: 'open', position },
  { part: 'ended', position },
];

/** The first rows of a query as of a position that may be the newest one, in its order. */
export const readRows = async (
  rows: Rows<Row>,
  collection: Collection,
  query: Query,
  parts: readonly Part[],
  oldestFirst = false,
): Promise<readonly Row[]> => {
  const found: Row[] = [];
  // One after the other, the open ones first: what is ended meanwhile is then found twice, not missed.
  for (const part of parts) {
    const { condition, sort } = pageOf(collection, query, part, oldestFirst);
    found.push(
      ...(await rows
        .find(condition, { projection: { words: 0, parts: 0 } })
        .sort(sort)
        .limit(query.limit)
        .toArray()),
    );
  }
  return mergedPage(collection, query, found, oldestFirst);
};

/** Reads of one collection as of one checkpoint. No transaction: rows say themselves from when to when they stood. */
export const readViewOf = (rows: Rows<Row>, collection: Collection, position: Position): ReadView => {
  const partsOf = (at: AtPosition): readonly Part[] => {
    if (at === undefined) return partsAt(position);
    if (!collection.history) throw new Error(`${collection.ref.name} keeps no history`);
    return [{ part: 'past', position: Math.min(at, position) }];
  };

  const find = async <Doc extends Document>(query: Query, at: AtPosition): Promise<Page<Doc>> => {
    const found = await readRows(rows, collection, { ...query, limit: query.limit + 1 }, partsOf(at));
    const shown = found.slice(0, query.limit);
    const end = shown.at(-1);
    return {
      items: shown.map(({ json }) => JSON.parse(json ?? 'null') as Doc),
      last: end === undefined ? null : sortKeyOf(collection, query, end),
      more: found.length > shown.length,
    };
  };

  const keysOf = (fields: readonly string[]): readonly (FieldKey | undefined)[] =>
    fields.map((field) => fieldKey(collection, field));

  const grouped = async (filter: Filter, keys: readonly (FieldKey | undefined)[], part: Part): Promise<readonly Combination[]> => {
    const values = Object.fromEntries(keys.map((key, place) => [`v${String(place)}`, key === undefined ? null : `$${key}`]));
    const groups = rows.aggregate<{ _id: Record<string, Scalar>; hits: number }>([
      { $match: conditionOf(collection, filter, part) },
      { $group: { _id: values, hits: { $sum: 1 } } },
    ]);
    const found: Combination[] = [];
    for await (const { _id, hits } of groups) {
      found.push({ values: keys.map((_, place): Scalar => _id[`v${String(place)}`] ?? null), hits });
    }
    return found;
  };

  /** Row by row, each once however often it is found. */
  const told = async (filter: Filter, keys: readonly (FieldKey | undefined)[], parts: readonly Part[]): Promise<Combination[]> => {
    const known = new Map<string, Combination>();
    const projection = Object.fromEntries(keys.flatMap((key) => (key === undefined ? [] : [[key, 1]])));
    for (const part of parts) {
      for await (const row of rows.find(conditionOf(collection, filter, part), { projection })) {
        known.set(row._id, { values: keys.map((key): Scalar => (key === undefined ? null : (row[key] ?? null))), hits: 1 }); // prettier-ignore
      }
    }
    return [...known.values()];
  };

  const sum = (combinations: readonly Combination[]): number => combinations.reduce((all, { hits }) => all + hits, 0);

  /** Exact for the checkpoint: rows only ever move from `open` to `ended`, so if as many are ended after as before, none moved. */
  const counted = async (filter: Filter, fields: readonly string[], at: AtPosition): Promise<readonly Combination[]> => {
    const keys = keysOf(fields);
    const [first, second] = partsOf(at);
    if (first === undefined) return [];
    if (second === undefined) return grouped(filter, keys, first);
    for (let tries = 0, before = 0; tries < TRIES; tries++) {
      const open = await grouped(filter, keys, first);
      const ended = await grouped(filter, keys, second);
      if (sum(ended) === before) return [...open, ...ended];
      before = sum(ended);
    }
    return told(filter, keys, [first, second]);
  };

  return {
    version: collection.ref.version,
    position,
    get: async <Doc extends Document>(id: string, at?: AtPosition) => {
      const asOf = partsOf(at).at(-1)?.position ?? position;
      const [row] = await rows
        .find({ id, position: { $lte: asOf }, until: { $gt: asOf } })
        .hint(BY_ID)
        .limit(1)
        .toArray();
      return row === undefined || row.json === null ? undefined : (JSON.parse(row.json) as Doc);
    },
    find,
    count: async (filter, at) => sum(await counted(filter, [], at)),
    facets: async (filter, fields, at) => (fields.length === 0 ? {} : facetCounts(fields, await counted(filter, fields, at))),
    versions: async <Doc extends Document>(id: string) => {
      partsOf(0);
      const found = rows
        .find({ id, position: { $lte: position } })
        .hint(BY_ID)
        .sort({ position: 1 });
      const versions: { position: Position; document: Doc | null }[] = [];
      for await (const { position: own, json } of found)
        versions.push({ position: own, document: json === null ? null : (JSON.parse(json) as Doc) });
      return versions;
    },
  };
};

/** Both parts of what stands at a position, for reads that go on from page to page. */
export const bothParts = partsAt;

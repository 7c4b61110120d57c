import type { Filter as RowsFilter } from 'mongodb';
import type { Filter, Scalar } from '../../projections/filter.ts';
import { compareScalars } from '../../projections/matches.ts';
import type { Query, SortKey } from '../../projections/read-store.ts';
import { branchCount, branchesOf, MAX_BRANCHES, orderOf, type Order } from '../query-branches.ts';
import { fieldKey, OPEN, type Collection, type Row } from './collection.ts';
import { absentIsBeyond, ALWAYS, allOf, anyOf, beyond, compileFilter, NEVER, type Condition } from './filter.ts';

/**
 * Which rows are looked at. `open`: what stands and was written up to the position. `ended`: what stood at the position
 * and has been ended since. Together they are what stood at the position, whatever is written meanwhile, when `open` is
 * read first: a row moves from the one to the other, and never back. `past`: what stood at a position, in one read.
 */
export type Part = { readonly part: 'open' | 'ended' | 'past'; readonly position: number };

/** What the part says of a row. A deletion stands too, and is no document. */
export const standing = ({ part, position }: Part): Condition => {
  const until = { open: { $eq: OPEN }, ended: { $gt: position, $lt: OPEN }, past: { $gt: position } }[part];
  return { until, position: { $lte: position }, json: { $ne: null } };
};

export type SortSpec = Readonly<Record<string, 1 | -1>>;
/** A condition on rows, as the driver takes it. */
export type RowCondition = RowsFilter<Row>;
export type Find = { readonly condition: RowCondition; readonly sort: SortSpec };

const keyed = (collection: Collection, order: Order) =>
  order.fields.map(({ field, falling }) => ({ key: fieldKey(collection, field), falling }));

/** Alternatives for what lies behind the last item in the order. */
const behind = (collection: Collection, order: Order, after: SortKey): readonly Condition[] => {
  const ways: Condition[] = [];
  const same: Condition[] = [];
  for (const [place, { key, falling }] of keyed(collection, order).entries()) {
    const value: Scalar = after[place] ?? null;
    if (key === undefined) {
      if (absentIsBeyond(value, falling)) return [...ways, allOf(same)];
      if (value !== null) return ways;
      continue;
    }
    ways.push(...beyond(key, value, falling).map((further) => allOf([...same, further])));
    same.push({ [key]: { $eq: value } });
  }
  const born = { born: { [order.falling ? '$lt' : '$gt']: after[order.fields.length] } };
  return [...ways, allOf([...same, born])];
};

/** One condition for the rows of the part that pass. Alternatives stand at its root, where each can walk its own index. */
export const conditionOf = (
  collection: Collection,
  filter: Filter,
  rows: Part,
  ways: readonly Condition[] = [ALWAYS],
): RowCondition => {
  const split = rows.part !== 'ended' && branchCount(filter) * ways.length <= MAX_BRANCHES;
  const branches = (split ? branchesOf(filter) : [filter]).map((branch) => compileFilter(branch, collection));
  const possible = branches.filter((branch) => branch !== NEVER);
  if (possible.length === 0) return NEVER as RowCondition;
  if (!split) return allOf([standing(rows), ...possible, anyOf(ways)]) as RowCondition;
  return anyOf(possible.flatMap((branch) => ways.map((way) => allOf([standing(rows), branch, way])))) as RowCondition;
};

/** How a page is found: its rows' condition and order. */
export const pageOf = (collection: Collection, query: Query, rows: Part, oldestFirst = false): Find => {
  const order = orderOf(query, !oldestFirst);
  const ways = query.after === undefined ? [ALWAYS] : behind(collection, order, query.after);
  const sort: Record<string, 1 | -1> = {};
  for (const { key, falling } of keyed(collection, order)) if (key !== undefined) sort[key] ??= falling ? -1 : 1;
  return { condition: conditionOf(collection, query.filter, rows, ways), sort: { ...sort, born: order.falling ? -1 : 1 } };
};

/** Where a row stands in the order. */
export const sortKeyOf = (collection: Collection, query: Query, row: Row): SortKey => [
  ...keyed(collection, orderOf(query)).map(({ key }): Scalar => (key === undefined ? null : (row[key] ?? null))),
  row.born,
];

/** Rows of both parts as one page: each once, in the order of the query. */
export const mergedPage = (collection: Collection, query: Query, rows: readonly Row[], oldestFirst = false): readonly Row[] => {
  const order = orderOf(query, !oldestFirst);
  const ways = [...order.fields.map(({ falling }) => falling), order.falling];
  const placed = Array.from(new Map(rows.map((row) => [row._id, row])).values(), (row) => ({
    row,
    key: sortKeyOf(collection, query, row),
  }));
  const compare = (a: SortKey, b: SortKey): number => {
    for (const [place, falling] of ways.entries()) {
      const less = compareScalars(a[place] ?? null, b[place] ?? null);
      if (less !== 0) return falling ? -less : less;
    }
    return 0;
  };
  return placed
    .sort((a, b) => compare(a.key, b.key))
    .slice(0, query.limit)
    .map(({ row }) => row);
};

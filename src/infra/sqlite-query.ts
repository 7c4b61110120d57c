import { all, EVERYTHING, eq, type Filter, type Scalar } from '../projections/filter.ts';
import type { AtPosition, Query } from '../projections/read-store.ts';
import { queryTokens, searchTerms } from '../projections/search.ts';
import { indexName, type Collection } from './sqlite-collection.ts';
import {
  compileFilter,
  conjunction,
  encodeScalar,
  joined,
  NULL_LITERAL,
  quote,
  sql,
  type FilterTarget,
  type Sql,
} from './sqlite-filter.ts';

/** More branches than this and a disjunction stays one condition. */
const MAX_BRANCHES = 16;

/**
 * A filter as alternatives without a disjunction inside, so that each can walk its own index and SQLite merges them in
 * order: a page costs what it shows, also for "mine, or offered by me".
 */
const branchesOf = (filter: Filter): readonly Filter[] => {
  if ('any' in filter) return filter.any.flatMap(branchesOf);
  if ('all' in filter) {
    return filter.all.map(branchesOf).reduce((left, right) => left.flatMap((a) => right.map((b) => all(a, b))), [EVERYTHING]);
  }
  if ('field' in filter && filter.is === 'in') return filter.value.map((value) => eq(filter.field, value));
  return [filter];
};

const branchCount = (filter: Filter): number => {
  if ('any' in filter) return filter.any.reduce((sum, part) => sum + branchCount(part), 0);
  if ('all' in filter) return filter.all.reduce((product, part) => product * branchCount(part), 1);
  return 'field' in filter && filter.is === 'in' ? filter.value.length : 1;
};

const conjuncts = (filter: Filter): readonly Filter[] => ('all' in filter ? filter.all.flatMap(conjuncts) : [filter]);

const pinnedFields = (filter: Filter): ReadonlySet<string> =>
  new Set(conjuncts(filter).flatMap((part) => ('field' in part && part.is === 'eq' ? [part.field] : [])));

type Order = { readonly fields: readonly { readonly field: string; readonly falling: boolean }[]; readonly falling: boolean };

const orderOf = ({ sort = [] }: Pick<Query, 'sort'>, fallingByDefault = true): Order => {
  const fields = sort.map(({ field, falling = false }) => ({ field, falling }));
  return { fields, falling: fields[0]?.falling ?? fallingByDefault };
};

/** Which declared index gives the rows of a branch in the wanted order: fields pinned by the filter, then those of the order. */
const servingIndex = ({ indexes }: Collection, branch: Filter, order: Order): number | undefined => {
  if (order.fields.some(({ falling }) => falling !== order.falling)) return undefined;
  const pinned = pinnedFields(branch);
  const wanted = order.fields.map(({ field }) => field).filter((field) => !pinned.has(field));
  let best: { at: number; prefix: number } | undefined;
  for (const [at, index] of indexes.entries()) {
    const prefix = index.length - wanted.length;
    const serves =
      prefix >= 0 && index.every((field, place) => (place < prefix ? pinned.has(field) : field === wanted[place - prefix]));
    if (serves && prefix + wanted.length > 0 && (best === undefined || prefix > best.prefix)) best = { at, prefix };
  }
  if (best?.prefix === 0 && indexes.some(([first]) => first !== undefined && pinned.has(first))) return undefined;
  return best?.at;
};

/** `f` is the row looked at: a living document's fields, or a version. */
const column =
  ({ fields }: Collection) =>
  (field: string): string =>
    fields.includes(field) ? `f.${quote(field)}` : NULL_LITERAL;

const holdsEach = (parts: string, terms: readonly string[]): Sql =>
  conjunction(terms.map((term) => sql(`instr(${parts}, ?) > 0`, term)));

/** The hidden column that stands for the whole row has the table's own name. */
const matching = ({ words }: Collection, terms: readonly string[]): Sql =>
  sql(`w.${words} MATCH ?`, queryTokens(terms).join(' AND '));

const currentTarget = (collection: Collection): FilterTarget => ({
  column: column(collection),
  search: (terms) => {
    const hits = conjunction([matching(collection, terms), holdsEach('t.parts', terms)]);
    const from = `${collection.words} w CROSS JOIN ${collection.texts} t ON t.seq = w.rowid`;
    return { text: `f.seq IN (SELECT w.rowid FROM ${from} WHERE ${hits.text})`, values: hits.values };
  },
});

const versionsTarget = (collection: Collection): FilterTarget => ({
  column: column(collection),
  search: (terms) => holdsEach('f.parts', terms),
});

type Source = { readonly from: string; readonly where: Sql };

/** The newest version of each document up to a position, unless that version is its deletion. */
const versionsSource = (collection: Collection, filter: Filter, at: number, index: number | undefined): Source => {
  const by = index === undefined ? '' : ` INDEXED BY ${indexName(collection, 'versions', index)}`;
  const newest = sql(
    `f.position <= ? AND f.json IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${collection.versions} n WHERE n.seq = f.seq AND n.position > f.position AND n.position <= ?)`,
    at,
    at,
  );
  return { from: `${collection.versions} f${by}`, where: conjunction([compileFilter(filter, versionsTarget(collection)), newest]) };
};

/**
 * Living documents. A search that all hits must pass leads: its word list is read in the order of birth and stops with
 * the page; one inside a disjunction becomes a condition.
 */
const currentSource = (collection: Collection, filter: Filter, index: number | undefined): Source => {
  const parts = conjuncts(filter);
  const terms = [...new Set(parts.flatMap((part) => ('search' in part ? searchTerms(part.search) : [])))];
  if (terms.length === 0) {
    const by = index === undefined ? '' : ` INDEXED BY ${indexName(collection, 'fields', index)}`;
    return { from: `${collection.fieldsTable} f${by}`, where: compileFilter(filter, currentTarget(collection)) };
  }
  const others = parts.filter((part) => !('search' in part)).map((part) => compileFilter(part, currentTarget(collection)));
  return {
    from: `${collection.words} w CROSS JOIN ${collection.texts} t ON t.seq = w.rowid CROSS JOIN ${collection.fieldsTable} f ON f.seq = w.rowid`,
    where: conjunction([matching(collection, terms), holdsEach('t.parts', terms), ...others]),
  };
};

const hasSearch = (filter: Filter): boolean =>
  conjuncts(filter).some((part) => 'search' in part && searchTerms(part.search).length > 0);

const sourceOf = (collection: Collection, filter: Filter, at: AtPosition, index?: number): Source =>
  at === undefined ? currentSource(collection, filter, index) : versionsSource(collection, filter, at, index);

/** What lies behind the last item in the order. All keys one way: one row comparison, which an index serves. */
const behind = (keys: readonly string[], falling: readonly boolean[], after: readonly Scalar[]): Sql => {
  const values = after.map(encodeScalar);
  if (falling.every((way) => way === falling[0])) {
    const places = values.map(() => '?').join(', ');
    if (keys.length === 1) return { text: `${keys.join('')} ${falling[0] === true ? '<' : '>'} ?`, values };
    return { text: `(${keys.join(', ')}) ${falling[0] === true ? '<' : '>'} (${places})`, values };
  }
  const ways = keys.map((key, at) =>
    conjunction([
      ...keys.slice(0, at).map((earlier, place) => sql(`${earlier} = ?`, values[place] ?? -Infinity)),
      sql(`${key} ${falling[at] === true ? '<' : '>'} ?`, values[at] ?? -Infinity),
    ]),
  );
  const either = joined(ways, ' OR ');
  return { text: `(${either.text})`, values: either.values };
};

const seqOf = (collection: Collection, filter: Filter, at: AtPosition): string =>
  at === undefined && hasSearch(filter) ? 'w.rowid' : 'f.seq';

/** The filter's alternatives, each with the index that serves it; the whole filter as one where some would have none. */
const planOf = (
  collection: Collection,
  filter: Filter,
  order: Order,
): readonly { readonly branch: Filter; readonly index: number | undefined }[] => {
  if (!hasSearch(filter) && branchCount(filter) <= MAX_BRANCHES) {
    const branches = branchesOf(filter).map((branch) => ({ branch, index: servingIndex(collection, branch, order) }));
    if (branches.length < 2 || branches.every(({ index }) => index !== undefined)) return branches;
  }
  return [{ branch: filter, index: hasSearch(filter) ? undefined : servingIndex(collection, filter, order) }];
};

/**
 * The page as rows of (seq, position, json, key0, key1, …), in order. Undefined: no document can match.
 * `oldestFirst` turns the default order round.
 */
export const pageSql = (collection: Collection, query: Query, at: AtPosition, oldestFirst = false): Sql | undefined => {
  const order = orderOf(query, !oldestFirst);
  const ways = [...order.fields.map(({ falling }) => falling), order.falling];
  const names = order.fields.map((_, place) => `k${String(place)}`);
  const selects = planOf(collection, query.filter, order).map(({ branch, index }) => {
    const source = sourceOf(collection, branch, at, index);
    const seq = seqOf(collection, branch, at);
    const keys = [...order.fields.map(({ field }) => column(collection)(field)), seq];
    const where = query.after === undefined ? source.where : conjunction([source.where, behind(keys, ways, query.after)]);
    const position = at === undefined ? '' : ', f.position AS version';
    const selected = order.fields.map(({ field }, place) => `${column(collection)(field)} AS k${String(place)}, `).join('');
    return sql(`SELECT ${selected}${seq} AS seq${position} FROM ${source.from} WHERE ${where.text}`, ...where.values);
  });
  if (selects.length === 0) return undefined;
  const orderBy = (prefix: string): string =>
    [...names, 'seq'].map((name, place) => `${prefix}${name}${ways[place] === true ? ' DESC' : ''}`).join(', ');
  const page = joined(selects, ' UNION ');
  const bodies =
    at === undefined
      ? `${collection.bodies} b ON b.seq = p.seq`
      : `${collection.versions} b ON b.seq = p.seq AND b.position = p.version`;
  const keys = names.map((name) => `, p.${name}`).join('');
  return sql(
    `SELECT p.seq, b.position, b.json${keys} FROM (${page.text} ORDER BY ${orderBy('')} LIMIT ?) p CROSS JOIN ${bodies} ORDER BY ${orderBy('p.')}`,
    ...page.values,
    query.limit,
  );
};

export const countSql = (collection: Collection, filter: Filter, at: AtPosition): Sql => {
  const { from, where } = sourceOf(collection, filter, at);
  return sql(`SELECT count(*) AS hits FROM ${from} WHERE ${where.text}`, ...where.values);
};

/** Rows of (which field, value, count): one pass over the matches, then one grouping of their values per field. */
export const facetsSql = (collection: Collection, filter: Filter, fields: readonly string[], at: AtPosition): Sql => {
  const { from, where } = sourceOf(collection, filter, at);
  const values = fields.map((field, place) => `${column(collection)(field)} AS v${String(place)}`).join(', ');
  const groups = fields
    .map((_, place) => `SELECT ${String(place)} AS field, v${String(place)} AS value, count(*) AS hits FROM found GROUP BY value`)
    .join(' UNION ALL ');
  return sql(`WITH found AS MATERIALIZED (SELECT ${values} FROM ${from} WHERE ${where.text}) ${groups}`, ...where.values);
};

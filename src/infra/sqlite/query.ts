import type { Filter, Scalar } from '../../projections/filter.ts';
import type { AtPosition, Query } from '../../projections/read-store.ts';
import { queryTokens, searchTerms } from '../../projections/search.ts';
import { branchCount, branchesOf, conjuncts, MAX_BRANCHES, orderOf, pinnedFields, type Order } from '../query-branches.ts';
import { fieldColumn, indexName, type Collection } from './collection.ts';
import {
  compileFilter,
  conjunction,
  decodeScalar,
  encodeScalar,
  joined,
  NULL_LITERAL,
  sql,
  type FilterTarget,
  type Sql,
} from './filter.ts';

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

/** `f` is the row looked at: a living document's fields, or a state that was replaced. */
const column =
  ({ fields }: Collection) =>
  (field: string): string =>
    fields.includes(field) ? `f.${fieldColumn(field)}` : NULL_LITERAL;

/** Terms of one or two characters are tokens themselves: filed means held. Longer ones are looked up in the text. */
const heldBy = (parts: string, terms: readonly string[]): readonly Sql[] =>
  terms.filter((term) => Array.from(term).length > 2).map((term) => sql(`instr(${parts}, ?) > 0`, term));

/** The documents whose words and text hold all terms; `w` is their word list, whose hidden column has the table's name. */
const hitsOf = ({ words, texts }: Collection, terms: readonly string[]): Source => {
  const held = heldBy('t.parts', terms);
  return {
    from: held.length === 0 ? `${words} w` : `${words} w CROSS JOIN ${texts} t ON t.seq = w.rowid`,
    where: conjunction([sql(`w.${words} MATCH ?`, queryTokens(terms).join(' AND ')), ...held]),
  };
};

const currentTarget = (collection: Collection): FilterTarget => ({
  column: column(collection),
  search: (terms) => {
    if (!collection.text) return sql('0');
    const { from, where } = hitsOf(collection, terms);
    return { text: `f.seq IN (SELECT w.rowid FROM ${from} WHERE ${where.text})`, values: where.values };
  },
});

const versionsTarget = (collection: Collection): FilterTarget => ({
  column: column(collection),
  search: (terms) => conjunction(terms.map((term) => sql('instr(f.parts, ?) > 0', term))),
});

type Source = { readonly from: string; readonly where: Sql };
/** How rows are come by: through a declared index, through none, or as SQLite thinks best. */
type Access = number | 'scan' | 'any';

const accessClause = (collection: Collection, kind: 'fields' | 'versions', access: Access): string => {
  if (access === 'any') return '';
  return access === 'scan' ? ' NOT INDEXED' : ` INDEXED BY ${indexName(collection, kind, access)}`;
};

/** What stood at a position and has been replaced since, unless it was a deletion. */
const replacedSource = (collection: Collection, filter: Filter, at: number, access: Access): Source => {
  const stood = sql('f.position <= ? AND f.until > ? AND f.json IS NOT NULL', at, at);
  const where = conjunction([compileFilter(filter, versionsTarget(collection)), stood]);
  return { from: `${collection.versions} f${accessClause(collection, 'versions', access)}`, where };
};

/** What stood at a position and still stands. */
const standingSource = (collection: Collection, filter: Filter, at: number, access: Access): Source => ({
  from: `${collection.fieldsTable} f${accessClause(collection, 'fields', access)}`,
  where: conjunction([compileFilter(filter, currentTarget(collection)), sql('f.position <= ?', at)]),
});

/** The terms that every hit must hold. */
const leadingTerms = (collection: Collection, filter: Filter): readonly string[] =>
  collection.text ? [...new Set(conjuncts(filter).flatMap((part) => ('search' in part ? searchTerms(part.search) : [])))] : [];

/**
 * Living documents. A search that all hits must pass leads: its word list is read in the order of birth and stops with
 * the page; one inside a disjunction becomes a condition.
 */
const currentSource = (collection: Collection, filter: Filter, access: Access): Source => {
  const terms = leadingTerms(collection, filter);
  if (terms.length === 0) {
    const from = `${collection.fieldsTable} f${accessClause(collection, 'fields', access)}`;
    return { from, where: compileFilter(filter, currentTarget(collection)) };
  }
  const others = conjuncts(filter).filter((part) => !('search' in part));
  const hits = hitsOf(collection, terms);
  return {
    from: `${hits.from} CROSS JOIN ${collection.fieldsTable} f NOT INDEXED ON f.seq = w.rowid`,
    where: conjunction([hits.where, ...others.map((part) => compileFilter(part, currentTarget(collection)))]),
  };
};

/** The tables that hold what is looked for, no document in more than one of them. */
const sourcesOf = (collection: Collection, filter: Filter, at: AtPosition, access: Access = 'any'): readonly Source[] =>
  at === undefined
    ? [currentSource(collection, filter, access)]
    : [standingSource(collection, filter, at, access), replacedSource(collection, filter, at, access)];

/** The matches in all sources, each as what `selected` says. */
const matchesSql = (sources: readonly Source[], selected: string): Sql =>
  joined(
    sources.map(({ from, where }) => sql(`SELECT ${selected} FROM ${from} WHERE ${where.text}`, ...where.values)),
    ' UNION ALL ',
  );

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

type Walk = { readonly branch: Filter; readonly access: Access };

/** The filter's alternatives, each with the index that serves it; the whole filter as one where some would have none. */
const walksOf = (collection: Collection, filter: Filter, order: Order, searching: boolean): readonly Walk[] => {
  if (searching) return [{ branch: filter, access: 'any' }];
  const walk = (branch: Filter): Walk => ({ branch, access: servingIndex(collection, branch, order) ?? 'any' });
  if (branchCount(filter) <= MAX_BRANCHES) {
    const walks = branchesOf(filter).map(walk);
    if (walks.length < 2 || walks.every(({ access }) => access !== 'any')) return walks;
  }
  return [walk(filter)];
};

/** Which of the declared indexes give the matches in the order of birth. */
export const servingIndexes = (collection: Collection, filter: Filter): readonly number[] =>
  walksOf(collection, filter, orderOf({}, false), false).flatMap(({ access }) => (typeof access === 'number' ? [access] : []));

/**
 * The page as rows of (seq, position, json, key0, key1, …), in order. Undefined: no document can match.
 * `oldestFirst` turns the default order round.
 */
export const pageSql = (collection: Collection, query: Query, at: AtPosition, oldestFirst = false): Sql | undefined => {
  const order = orderOf(query, !oldestFirst);
  const ways = [...order.fields.map(({ falling }) => falling), order.falling];
  const names = order.fields.map((_, place) => `k${String(place)}`);
  const searching = at === undefined && leadingTerms(collection, query.filter).length > 0;
  const seq = searching ? 'w.rowid' : 'f.seq';
  const walks = walksOf(collection, query.filter, order, searching);
  const selects = walks.flatMap(({ branch, access }) => {
    const keys = [...order.fields.map(({ field }) => column(collection)(field)), seq];
    const position = at === undefined ? '' : ', f.position AS version';
    const selected = order.fields.map(({ field }, place) => `${column(collection)(field)} AS k${String(place)}, `).join('');
    return sourcesOf(collection, branch, at, access).map(({ from, where: matching }) => {
      const where = query.after === undefined ? matching : conjunction([matching, behind(keys, ways, query.after)]);
      return sql(`SELECT ${selected}${seq} AS seq${position} FROM ${from} WHERE ${where.text}`, ...where.values);
    });
  });
  if (selects.length === 0) return undefined;
  const orderBy = (prefix: string): string =>
    [...names, 'seq'].map((name, place) => `${prefix}${name}${ways[place] === true ? ' DESC' : ''}`).join(', ');
  // Only alternatives can find a document twice.
  const page = joined(selects, walks.length > 1 ? ' UNION ' : ' UNION ALL ');
  const { bodies, versions } = collection;
  const texts =
    at === undefined
      ? { position: 'b.position', json: 'b.json', from: `CROSS JOIN ${bodies} b ON b.seq = p.seq` }
      : {
          position: 'p.version AS position',
          json: 'ifnull(v.json, b.json) AS json',
          from: `CROSS JOIN ${bodies} b ON b.seq = p.seq LEFT JOIN ${versions} v ON v.seq = p.seq AND v.position = p.version`,
        };
  const keys = names.map((name) => `, p.${name}`).join('');
  return sql(
    `SELECT p.seq, ${texts.position}, ${texts.json}${keys} FROM (${page.text} ORDER BY ${orderBy('')} LIMIT ?) p ${texts.from} ORDER BY ${orderBy('p.')}`,
    ...page.values,
    query.limit,
  );
};

export const countSql = (collection: Collection, filter: Filter, at: AtPosition): Sql => {
  const { text, values } = matchesSql(sourcesOf(collection, filter, at), '1');
  return sql(`SELECT count(*) AS hits FROM (${text})`, ...values);
};

/** Do at least so many documents match? One row, or none. */
export const atLeastSql = (collection: Collection, filter: Filter, most: number): Sql => {
  const { text, values } = matchesSql(sourcesOf(collection, filter, undefined), '1');
  return sql(`${text} LIMIT 1 OFFSET ?`, ...values, most);
};

/**
 * Rows of (combination of the fields' values, count), in one pass over the matches. A combination is one text, so that
 * it groups by one comparison: the values as SQL literals, with commas between. `scan` reads all documents in the order
 * of birth, which is the cheaper way to more than a few of them.
 */
export const facetsSql = (
  collection: Collection,
  filter: Filter,
  fields: readonly string[],
  at: AtPosition,
  scan: boolean,
): Sql => {
  const combination = fields.map((field) => `quote(${column(collection)(field)})`).join(" || ',' || ");
  const { text, values } = matchesSql(sourcesOf(collection, filter, at, scan ? 'scan' : 'any'), `${combination} AS combination`);
  return sql(`SELECT combination, count(*) AS hits FROM (${text}) GROUP BY combination`, ...values);
};

/** The values of a combination. */
export const valuesOf = (combination: string): readonly Scalar[] =>
  Array.from(combination.matchAll(/'((?:[^']|'')*)'|X'(0[01])'|([^,]+)/gu), ([, text, flag, number]) => {
    if (text !== undefined) return text.replaceAll("''", "'");
    if (flag !== undefined) return flag === '01';
    return decodeScalar(Number(number));
  });

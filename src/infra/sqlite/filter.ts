import type { Filter, Scalar } from '../../projections/filter.ts';
import { searchTerms } from '../../projections/search.ts';

/**
 * Filters as SQL, with exactly the meaning of `matches`. So that SQLite's own order of values is that of
 * `compareScalars` and no comparison is ever NULL, null is stored as -infinity (which JSON cannot hold: below every
 * number) and booleans as one-byte blobs (above every text).
 */
export type SqlValue = number | string | Uint8Array;
export type Sql = { readonly text: string; readonly values: readonly SqlValue[] };

const FALSE = new Uint8Array([0]);
const TRUE = new Uint8Array([1]);
/** The stored null as a literal. */
export const NULL_LITERAL = '(-9e999)';

export const encodeScalar = (value: Scalar | undefined): SqlValue => {
  if (value === null || value === undefined) return -Infinity;
  if (typeof value === 'boolean') return value ? TRUE : FALSE;
  return value;
};

export const decodeScalar = (value: SqlValue): Scalar => {
  if (value === -Infinity) return null;
  return value instanceof Uint8Array ? value[0] === 1 : value;
};

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

export const sql = (text: string, ...values: readonly SqlValue[]): Sql => ({ text, values });

/** Fragments one after the other, with something between. */
export const joined = (parts: readonly Sql[], between: string): Sql => ({
  text: parts.map(({ text }) => text).join(between),
  values: parts.flatMap(({ values }) => values),
});

export const conjunction = (parts: readonly Sql[]): Sql => (parts.length === 0 ? sql('1') : joined(parts, ' AND '));

const OPERATOR = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** Less and greater stay within one kind of value: the bound on the far side is where that kind ends. */
const comparison = (column: string, is: keyof typeof OPERATOR, value: Scalar): Sql => {
  if (value === null) return sql('0');
  const below = is === 'lt' || is === 'lte';
  const bound = sql(`${column} ${OPERATOR[is]} ?`, encodeScalar(value));
  if (typeof value === 'number') return conjunction([bound, sql(below ? `${column} > ${NULL_LITERAL}` : `${column} < ''`)]);
  if (typeof value === 'string') return conjunction([bound, sql(below ? `${column} >= ''` : `${column} < x''`)]);
  return below ? conjunction([bound, sql(`${column} >= x''`)]) : bound;
};

/** How the table being read names a field, and how it is searched for terms. */
export type FilterTarget = { readonly column: (field: string) => string; readonly search: (terms: readonly string[]) => Sql };

export const compileFilter = (filter: Filter, target: FilterTarget): Sql => {
  if ('all' in filter) return conjunction(filter.all.map((part) => compileFilter(part, target)));
  if ('any' in filter) {
    if (filter.any.length === 0) return sql('0');
    const either = joined(
      filter.any.map((part) => compileFilter(part, target)),
      ' OR ',
    );
    return { text: `(${either.text})`, values: either.values };
  }
  if ('search' in filter) {
    const terms = searchTerms(filter.search);
    return terms.length === 0 ? sql('1') : target.search(terms);
  }
  const column = target.column(filter.field);
  switch (filter.is) {
    case 'eq':
      return sql(`${column} = ?`, encodeScalar(filter.value));
    case 'ne':
      return sql(`${column} <> ?`, encodeScalar(filter.value));
    case 'in':
      return sql(`${column} IN (${filter.value.map(() => '?').join(',')})`, ...filter.value.map(encodeScalar));
    default:
      return comparison(column, filter.is, filter.value);
  }
};

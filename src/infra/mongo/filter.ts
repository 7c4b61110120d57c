import type { Filter, Scalar } from '../../projections/filter.ts';
import { matches } from '../../projections/matches.ts';
import { queryTokens, searchTerms } from '../../projections/search.ts';
import type { Shape } from '../projection-shape.ts';
import { fieldKey } from './collection.ts';

/** A condition in MongoDB's query language. */
export type Condition = Readonly<Record<string, unknown>>;

export const ALWAYS: Condition = {};
export const NEVER: Condition = { _id: { $in: [] } };

export const allOf = (conditions: readonly Condition[]): Condition => {
  const telling = conditions.filter((condition) => condition !== ALWAYS);
  return telling.length > 1 ? { $and: telling } : (telling[0] ?? ALWAYS);
};
export const anyOf = (conditions: readonly Condition[]): Condition => {
  if (conditions.includes(ALWAYS)) return ALWAYS;
  const possible = conditions.filter((condition) => condition !== NEVER);
  return possible.length > 1 ? { $or: possible } : (possible[0] ?? NEVER);
};

/** The text as a pattern that matches it and nothing else. */
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');

/** Terms of one or two characters are tokens themselves: filed means held. Longer ones are looked for in the text. */
const holding = (terms: readonly string[]): Condition =>
  allOf([
    { words: { $all: queryTokens(terms) } },
    ...terms.filter((term) => Array.from(term).length > 2).map((term) => ({ parts: { $regex: literally(term) } })),
  ]);

/** What the filter says of a document whose fields are all null and that has no text. */
const ofNothing = (filter: Filter): Condition => (matches(filter, { fields: {} }, { id: '' }) ? ALWAYS : NEVER);

/**
 * The filter as MongoDB's, with exactly the meaning of `matches`: MongoDB compares values of one kind only, and orders
 * kinds as `compareScalars` does.
 */
export const compileFilter = (filter: Filter, shape: Shape): Condition => {
  if ('all' in filter) return allOf(filter.all.map((part) => compileFilter(part, shape)));
  if ('any' in filter) return anyOf(filter.any.map((part) => compileFilter(part, shape)));
  if ('search' in filter) {
    const terms = searchTerms(filter.search);
    return terms.length > 0 && shape.text ? holding(terms) : ofNothing(filter);
  }
  const key = fieldKey(shape, filter.field);
  if (key === undefined) return ofNothing(filter);
  switch (filter.is) {
    case 'eq':
    case 'ne':
    case 'in':
      return { [key]: { [`$${filter.is}`]: filter.value } };
    default:
      // MongoDB has null at or before null; here null is neither less nor greater.
      return filter.value === null ? NEVER : { [key]: { [`$${filter.is}`]: filter.value } };
  }
};

/** The least value of each kind, in the order of kinds. */
const KINDS = [
  { kind: 'null', least: null },
  { kind: 'number', least: -Number.MAX_VALUE },
  { kind: 'string', least: '' },
  { kind: 'boolean', least: false },
] as const;

/**
 * Alternatives that together hold for what comes after a value in the one order of all kinds. Ranges of one kind each,
 * so that an index walks them.
 */
export const beyond = (key: string, value: Scalar, falling: boolean): readonly Condition[] => {
  const own = KINDS.findIndex(({ kind }) => kind === (value === null ? 'null' : typeof value));
  const others = falling ? KINDS.slice(0, own) : KINDS.slice(own + 1);
  return [
    ...(value === null ? [] : [{ [key]: { [falling ? '$lt' : '$gt']: value } }]),
    ...others.map(({ least }) => (least === null ? { [key]: { $eq: null } } : { [key]: { $gte: least } })),
  ];
};

/** Does a field that this version lacks come after the value? It equals null, which is before all else. */
export const absentIsBeyond = (value: Scalar, falling: boolean): boolean => falling && value !== null;

import { holdsTerms } from './search.ts';

/**
 * The one filter language of read models: evaluated in memory here, compiled to SQL and to MongoDB by the adapters, so
 * that a batch's documents and the store's answer by the same rules (decision 10). Fields are those that the projection
 * declares; a missing field equals null.
 */
export type Scalar = string | number | boolean | null;
export type Filter =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly field: string; readonly is: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'; readonly value: Scalar }
  | { readonly field: string; readonly is: 'in'; readonly value: readonly Scalar[] }
  /** The document's words (declared as `text`) hold every term of the query as a substring of one of its parts. */
  | { readonly search: string };

/** Holds for every document. */
export const EVERYTHING: Filter = { all: [] };
/** Holds for none. */
export const NOTHING: Filter = { any: [] };

export const all = (...filters: readonly Filter[]): Filter => ({ all: filters });
export const any = (...filters: readonly Filter[]): Filter => ({ any: filters });
export const eq = (field: string, value: Scalar): Filter => ({ field, is: 'eq', value });
export const ne = (field: string, value: Scalar): Filter => ({ field, is: 'ne', value });
export const lt = (field: string, value: Scalar): Filter => ({ field, is: 'lt', value });
export const lte = (field: string, value: Scalar): Filter => ({ field, is: 'lte', value });
export const gt = (field: string, value: Scalar): Filter => ({ field, is: 'gt', value });
export const gte = (field: string, value: Scalar): Filter => ({ field, is: 'gte', value });
export const oneOf = (field: string, value: readonly Scalar[]): Filter => ({ field, is: 'in', value });

/** A document as filters see it. */
export type Searchable = {
  /** Its declared fields; one that is missing equals null. */
  readonly fields: Readonly<Record<string, Scalar | undefined>>;
  /** The parts in which `search` looks; each is one substring space. */
  readonly text: readonly string[];
};

const RANK = { number: 1, string: 2, boolean: 3 } as const;
const rank = (value: Scalar): number => (value === null ? 0 : RANK[typeof value as keyof typeof RANK]);

/** Code units in the order of code points: surrogates stand for what lies above U+FFFF. */
const codeOrder = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const compareText = (left: string, right: string): number => {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (a !== b) return codeOrder(a) - codeOrder(b);
  }
  return left.length - right.length;
};

/**
 * The one order of field values, in memory and on every store: null, numbers, texts by code point, false, true.
 * Negative, zero or positive like a comparator's answer.
 */
export const compareScalars = (left: Scalar, right: Scalar): number => {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  const [a, b] = [rank(left), rank(right)];
  return a === b ? Number(left) - Number(right) : a - b;
};

/** Less and greater hold between values of one kind only; null is neither. */
const compares = (is: 'lt' | 'lte' | 'gt' | 'gte', actual: Scalar, value: Scalar): boolean => {
  if (actual === null || value === null || typeof actual !== typeof value) return false;
  const order = compareScalars(actual, value);
  switch (is) {
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
  }
};

/** Does the document pass? The rules that every store's compiled filter follows: values of different kinds are unequal. */
export const matches = (filter: Filter, document: Searchable): boolean => {
  if ('all' in filter) return filter.all.every((part) => matches(part, document));
  if ('any' in filter) return filter.any.some((part) => matches(part, document));
  if ('search' in filter) return holdsTerms(filter.search, document.text);
  const actual = document.fields[filter.field] ?? null;
  switch (filter.is) {
    case 'eq':
      return actual === filter.value;
    case 'ne':
      return actual !== filter.value;
    case 'in':
      return filter.value.includes(actual);
    default:
      return compares(filter.is, actual, filter.value);
  }
};

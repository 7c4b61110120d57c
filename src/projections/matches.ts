import type { Filter, Scalar } from './filter.ts';
import type { Document, Projection } from './projection.ts';
import { holdsTerms } from './search.ts';

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
export const matches = <Doc extends Document>(
  filter: Filter,
  projection: Pick<Projection<Doc>, 'fields' | 'text'>,
  doc: Doc,
): boolean => {
  if ('all' in filter) return filter.all.every((part) => matches(part, projection, doc));
  if ('any' in filter) return filter.any.some((part) => matches(part, projection, doc));
  if ('search' in filter) return holdsTerms(filter.search, projection.text?.(doc) ?? []);
  const actual = projection.fields[filter.field]?.(doc) ?? null;
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

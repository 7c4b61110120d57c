import { all, EVERYTHING, eq, type Filter } from '../projections/filter.ts';
import type { Query } from '../projections/read-store.ts';

/** More branches than this and a disjunction stays one condition. */
export const MAX_BRANCHES = 16;

/**
 * A filter as alternatives without a disjunction inside, so that each can walk its own index and the store merges them
 * in order: a page costs what it shows, also for "mine, or offered by me". No alternative: nothing can match.
 */
export const branchesOf = (filter: Filter): readonly Filter[] => {
  if ('any' in filter) return filter.any.flatMap(branchesOf);
  if ('all' in filter) {
    return filter.all.map(branchesOf).reduce((left, right) => left.flatMap((a) => right.map((b) => all(a, b))), [EVERYTHING]);
  }
  if ('field' in filter && filter.is === 'in') return filter.value.map((value) => eq(filter.field, value));
  return [filter];
};

export const branchCount = (filter: Filter): number => {
  if ('any' in filter) return filter.any.reduce((sum, part) => sum + branchCount(part), 0);
  if ('all' in filter) return filter.all.reduce((product, part) => product * branchCount(part), 1);
  return 'field' in filter && filter.is === 'in' ? filter.value.length : 1;
};

export const conjuncts = (filter: Filter): readonly Filter[] => ('all' in filter ? filter.all.flatMap(conjuncts) : [filter]);

export const pinnedFields = (filter: Filter): ReadonlySet<string> =>
  new Set(conjuncts(filter).flatMap((part) => ('field' in part && part.is === 'eq' ? [part.field] : [])));

/** The fields of a query's order, and the way of its last tie-breaker, the order of birth. */
export type Order = {
  readonly fields: readonly { readonly field: string; readonly falling: boolean }[];
  readonly falling: boolean;
};

export const orderOf = ({ sort = [] }: Pick<Query, 'sort'>, fallingByDefault = true): Order => {
  const fields = sort.map(({ field, falling = false }) => ({ field, falling }));
  return { fields, falling: fields[0]?.falling ?? fallingByDefault };
};

import type { Scope } from '../domain/relation.ts';
import { any, eq, EVERYTHING, type Filter } from './filter.ts';

/**
 * What a reader may see, as a filter (decision 17): documents that name one of the reader's bodies (for `self`, the account)
 * in a field of one of the relations, or are `listed`. No relation: nothing.
 */
export const scopeFilter = (scope: Scope): Filter => {
  if (scope.sees === 'everything') return EVERYTHING;
  return any(
    ...scope.relations.flatMap((relation) => {
      if (relation === 'listed') return [eq('listed', true)];
      if (relation === 'self') return [eq('self', scope.account)];
      return scope.bodies.map((body) => eq(relation, body));
    }),
  );
};

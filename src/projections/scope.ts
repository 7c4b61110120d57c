import type { Scope } from '../domain/relation.ts';
import { any, eq, EVERYTHING, type Filter } from './filter.ts';

/**
 * What a reader may see, as a filter (decision 17): documents that name the reader's organization (for `self`, the
 * account) in a field of one of the relations, or are `listed`. No relation: nothing.
 */
export const scopeFilter = (scope: Scope): Filter => {
  if (scope.sees === 'everything') return EVERYTHING;
  return any(
    ...scope.relations.map((relation) => {
      if (relation === 'listed') return eq('listed', true);
      return eq(relation, relation === 'self' ? scope.account : scope.organization);
    }),
  );
};

import { describe, expect, it } from 'vitest';
import { all, any, eq, EVERYTHING, gt, NOTHING, oneOf } from '../../../src/projections/filter.ts';
import type { Projection } from '../../../src/projections/projection.ts';
import type { Query } from '../../../src/projections/read-store.ts';
import { ITEMS } from '../../contract/read-store.ts';
import { expectServed, queryPlan } from '../../support/query-plan.ts';

const items = ITEMS as Projection;
const after = (query: Query, last: Query['after']): Query => ({ ...query, ...(last === undefined ? {} : { after: last }) });

describe('pages through declared indexes', () => {
  it.each<[string, Query, Query['after']]>([
    ['one value, newest first', { filter: eq('kind', 'x'), limit: 50 }, [9]],
    ['one value with a condition beside it', { filter: all(eq('kind', 'x'), eq('flag', true)), limit: 50 }, [9]],
    ['one value by another field', { filter: eq('kind', 'x'), sort: [{ field: 'size' }], limit: 50 }, [1, 9]],
    [
      'one value by another field, falling',
      { filter: eq('kind', 'x'), sort: [{ field: 'size', falling: true }], limit: 50 },
      [1, 9],
    ],
    [
      'a range of the field that sorts',
      { filter: all(eq('kind', 'x'), gt('size', 3)), sort: [{ field: 'size' }], limit: 50 },
      [1, 9],
    ],
    ['all by a field', { filter: EVERYTHING, sort: [{ field: 'size' }], limit: 50 }, [1, 9]],
    ['all, newest first', { filter: EVERYTHING, limit: 50 }, [9]],
    ['several relations at once', { filter: any(eq('kind', 'x'), eq('kind', 'y')), limit: 50 }, [9]],
    ['several values by a field', { filter: all(oneOf('kind', ['x', 'y', null])), sort: [{ field: 'size' }], limit: 50 }, [1, 9]],
    ['a search, newest first', { filter: { search: '低保对象' }, limit: 50 }, [9]],
    ['a search among one value', { filter: all(eq('kind', 'x'), { search: '低保' }), limit: 50 }, [9]],
  ])('%s', (_, query, last) => {
    expectServed(items, query);
    expectServed(items, after(query, last));
  });

  it.each<[string, Query, Query['after']]>([
    ['one value, newest first', { filter: eq('flag', true), sort: [{ field: 'size' }], limit: 50 }, [1, 9]],
    ['everything, newest first', { filter: all(EVERYTHING, eq('kind', 'x')), limit: 50 }, [9]],
  ])('as of a position: %s', (_, query, last) => {
    expectServed(items, query, 7);
    expectServed(items, after(query, last), 7);
  });

  it('asks nothing where nothing can match', () => {
    expect(queryPlan(items, { filter: NOTHING, limit: 50 })).toEqual([]);
  });

  it('sorts, and says so, where no index is declared', () => {
    expect(queryPlan(items, { filter: EVERYTHING, sort: [{ field: 'flag' }], limit: 50 })).toContainEqual(
      expect.stringContaining('TEMP B-TREE'),
    );
  });
});

import { expect } from 'vitest';
import { shapeOf } from '../../src/infra/projection-shape.ts';
import { collectionOf, creation, indexing } from '../../src/infra/sqlite/collection.ts';
import { pageSql } from '../../src/infra/sqlite/query.ts';
import { openSqlite } from '../../src/infra/sqlite/database.ts';
import type { Projection } from '../../src/projections/projection.ts';
import type { AtPosition, Query } from '../../src/projections/read-store.ts';

/** How SQLite would read a page: the steps of EXPLAIN QUERY PLAN. */
export const queryPlan = (projection: Projection, query: Query, at?: AtPosition): readonly string[] => {
  const db = openSqlite(':memory:');
  try {
    const collection = collectionOf(projection, shapeOf(projection));
    db.exec(`${creation(collection)};${indexing(collection)}`);
    const page = pageSql(collection, query, at);
    if (page === undefined) return [];
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${page.text}`).all(...page.values) as { detail: string }[];
    return steps.map(({ detail }) => detail);
  } finally {
    db.close();
  }
};

/**
 * A page of this shape costs what it shows, however many documents there are: read through declared indexes (or the
 * search's word list) in the wanted order, nothing sorted, nothing read whole. (Without a condition, reading in order
 * stops with the page.)
 */
export const expectServed = (projection: Projection, query: Query, at?: AtPosition): void => {
  const plan = queryPlan(projection, query, at);
  const conditional = JSON.stringify(query.filter).includes('"field"');
  const costly = plan.filter((step) => /TEMP B-TREE|AUTOMATIC/.test(step) || (conditional && /^SCAN f\b/.test(step)));
  expect(costly, plan.join(' | ')).toEqual([]);
};

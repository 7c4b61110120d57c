import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectionOf, type Row } from '../../../src/infra/mongo/collection.ts';
import { pageOf, type Part } from '../../../src/infra/mongo/query.ts';
import { openMongoReadStore } from '../../../src/infra/mongo/read-store.ts';
import { shapeOf } from '../../../src/infra/projection-shape.ts';
import { openProjector } from '../../../src/infra/projector/projector.ts';
import { PROJECTIONS } from '../../../src/projections/index.ts';
import { openCity, type City } from '../../support/city.ts';
import { tellStory } from '../../support/city-story.ts';
import { queriesOfHttp, type AskedQuery } from '../../support/http-queries.ts';
import { freshDatabases, MONGO_TEST_URL } from '../../support/mongo.ts';

/** Every value of a field, however deep. */
const valuesOf = (plan: unknown, names: readonly string[]): readonly string[] => {
  if (typeof plan !== 'object' || plan === null) return [];
  return Object.entries(plan).flatMap(([name, value]) => [
    ...(names.includes(name) && typeof value === 'string' ? [value] : []),
    ...valuesOf(value, names),
  ]);
};

/** The indexes of a plan: MongoDB's own says `IXSCAN` and `indexName`; DocumentDB shows PostgreSQL's, with `Index Name`. */
const indexesIn = (explained: unknown): readonly string[] => {
  const { queryPlanner } = explained as { queryPlanner: { winningPlan?: unknown; Plan?: unknown } };
  const plan = queryPlanner.winningPlan ?? queryPlanner.Plan;
  const steps = valuesOf(plan, ['stage', 'Node Type']);
  const whole = steps.some((step) => step === 'COLLSCAN' || step === 'Seq Scan');
  return whole ? ['none'] : [...new Set(valuesOf(plan, ['indexName', 'Index Name']))].filter((name) => name !== '_id_');
};

describe.skipIf(MONGO_TEST_URL === undefined)('every query that HTTP offers', { timeout: 600_000 }, () => {
  const fresh = freshDatabases();
  const address = MONGO_TEST_URL === undefined ? '' : fresh();
  let city: City;
  let asked: readonly AskedQuery[];
  beforeAll(async () => {
    city = await openCity();
    await tellStory(city);
    asked = await queriesOfHttp(city, ['admin-1', 'lead-1', 'operator', 'auditor', 'provider', 'applicant']);
    const store = await openMongoReadStore({ address });
    const projector = await openProjector({ log: city.service.store, store, projections: PROJECTIONS });
    await projector.catchUp();
    expect(projector.status().filter(({ stopped }) => stopped !== undefined)).toEqual([]);
    await store.close();
  }, 600_000);
  afterAll(() => city.close());

  it('is served by an index that knows what it looks for', async () => {
    expect(new Set(asked.map(({ projection }) => projection.name)).size).toBeGreaterThan(7);
    const client = new MongoClient(address);
    const unserved: string[] = [];
    for (const { projection, query, at, url } of asked) {
      const collection = collectionOf(projection, shapeOf(projection));
      const parts: readonly Part[] =
        at === undefined ? [{ part: 'open', position: 1e6 }, { part: 'ended', position: 5 }] : [{ part: 'past', position: at }]; // prettier-ignore
      for (const part of parts) {
        const { condition, sort } = pageOf(collection, query, part);
        const rows = client.db().collection<Row>(collection.name);
        const explained: unknown = await rows.find(condition).sort(sort).limit(query.limit).explain('queryPlanner');
        const indexes = indexesIn(explained);
        // What was ended since a position is a handful, found by that alone.
        const told = part.part === 'ended' ? /"(until)":/g : /"(f\d+|words|born)":/g;
        const looked = [...JSON.stringify([condition, { ...sort, born: undefined }]).matchAll(told)].map(
          ([, name]) => `${name ?? ''}_1`,
        );
        const knows = looked.length === 0 || indexes.some((name) => looked.some((field) => `_${name}`.includes(`_${field}`)));
        if (indexes.length === 0 || indexes.includes('none') || !knows)
          unserved.push(`${part.part} ${url}: ${JSON.stringify(condition)}`);
      }
    }
    await client.close();
    expect(unserved).toEqual([]);
  });
});

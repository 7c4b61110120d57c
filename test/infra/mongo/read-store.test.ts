import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, it } from 'vitest';
import { openMongoReadStore } from '../../../src/infra/mongo/read-store.ts';
import { eq, EVERYTHING, oneOf } from '../../../src/projections/filter.ts';
import type { Checkpoint, Projection } from '../../../src/projections/projection.ts';
import type { ReadStore, Written } from '../../../src/projections/read-store.ts';
import { ITEMS, readStoreContract, type Item } from '../../contract/read-store.ts';
import { openMongoProxy } from '../../support/mongo-proxy.ts';
import { freshDatabases, MONGO_TEST_URL } from '../../support/mongo.ts';

const at = (position: number): Checkpoint => ({
  logId: 'log-1',
  position,
  eventId: `event-${String(position)}`,
  shared: undefined,
});
const written = (document: Item, position: number): Written => ({ id: document.id, document, position });
const PLAIN: Projection<Item> = { ...ITEMS, name: 'plain-items', history: false };

describe.skipIf(MONGO_TEST_URL === undefined)('on a server', { timeout: 120_000 }, () => {
  const fresh = freshDatabases();
  readStoreContract('mongodb', () => {
    const address = fresh();
    return () => openMongoReadStore({ address });
  });

  const opened: { close: () => Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });
  const open = async (address: string, now?: () => number): Promise<ReadStore> => {
    const store = await openMongoReadStore({ address, ...(now === undefined ? {} : { now }) });
    opened.push(store);
    return store;
  };
  const commit = (store: ReadStore, projection: Projection<Item>, from: number, to: number, changes: readonly Written[]) =>
    store.commit(projection, from, at(to), changes, changes);
  const ids = async (store: ReadStore, kind: string): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { document } of store.matching(ITEMS, eq('kind', kind))) found.push(document.id);
    return found;
  };

  it('answers as of the checkpoint, whatever a worker that died before moving it left beyond', async () => {
    const address = fresh();
    const store = await open(address);
    await store.prepare(ITEMS);
    const before = [written({ id: 'a', kind: 'x', size: 1 }, 0), written({ id: 'b', kind: 'x', size: 2 }, 1), written({ id: 'c', kind: 'y' }, 2)]; // prettier-ignore
    await commit(store, ITEMS, -1, 2, before);

    const proxy = await openMongoProxy(address);
    opened.push(proxy);
    const dying = await open(proxy.address);
    await dying.prepare(ITEMS);
    proxy.cut(({ command, collection }) => command === 'update' && collection === 'projections');
    const beyond = [written({ id: 'a', kind: 'y', size: 9 }, 3), { id: 'b', document: null, position: 4 }, written({ id: 'd', kind: 'x' }, 5)]; // prettier-ignore
    await expect(commit(dying, ITEMS, 2, 5, beyond)).rejects.toThrow('MongoDB');

    const client = new MongoClient(address);
    expect(await client.db().collection('sample-items.v1').countDocuments()).toBe(6);
    await client.close();
    for (const one of [store, await open(address)]) {
      await one.prepare(ITEMS);
      expect([...(await one.load(ITEMS, ['a', 'b', 'd']))].map(([id, { position }]) => [id, position])).toEqual([['a', 0], ['b', 1]]); // prettier-ignore
      expect(await ids(one, 'x')).toEqual(['a', 'b']);
      expect(await ids(one, 'y')).toEqual(['c']);
      const seen = await one.snapshot(ITEMS, async (view) => ({
        position: view.position,
        got: [await view.get('a'), await view.get('d')],
        found: (await view.find({ filter: EVERYTHING, limit: 10 })).items.map(({ id }) => id),
        bySize: (await view.find({ filter: oneOf('kind', ['x', 'y']), sort: [{ field: 'size' }], limit: 2 })).items.map(({ id }) => id), // prettier-ignore
        count: await view.count(eq('kind', 'x')),
        facets: await view.facets(EVERYTHING, ['kind']),
        past: await view.count(EVERYTHING, 7),
        versions: (await view.versions('a')).length,
      }));
      expect(seen).toEqual({
        position: 2,
        got: [{ id: 'a', kind: 'x', size: 1 }, undefined],
        found: ['c', 'b', 'a'],
        bySize: ['c', 'a'],
        count: 2,
        facets: { kind: [{ value: 'x', count: 2 }, { value: 'y', count: 1 }] },
        past: 3,
        versions: 1,
      }); // prettier-ignore
    }
  });

  it('counts exactly what stood at the checkpoint while commits go on', async () => {
    const store = await open(fresh());
    await store.prepare(ITEMS);
    const items = (size: number, from: number) =>
      Array.from({ length: 20 }, (_, n) => written({ id: `item-${String(n)}`, kind: 'x', size }, from + n));
    await commit(store, ITEMS, -1, 19, items(0, 0));
    let end = 19;
    const going = { on: true };
    const writing = (async () => {
      while (going.on) {
        await commit(store, ITEMS, end, end + 20, items(end, end + 1));
        end += 20;
      }
    })();
    for (let read = 0; read < 40; read++) {
      const [count, facets, found] = await store.snapshot(ITEMS, async (view) => [
        await view.count(eq('kind', 'x')),
        await view.facets(EVERYTHING, ['kind', 'size']),
        (await view.find<Item>({ filter: EVERYTHING, limit: 50 })).items,
      ]);
      expect(count).toBe(20);
      expect(facets).toEqual({ kind: [{ value: 'x', count: 20 }], size: [{ value: found[0]?.size, count: 20 }] });
      expect(found).toHaveLength(20);
    }
    going.on = false;
    await writing;
    expect(end).toBeGreaterThan(59);
  });

  it('forgets what was ended where no history is kept, once no snapshot can be reading it', async () => {
    const address = fresh();
    let now = 0;
    const store = await open(address, () => now);
    await store.prepare(PLAIN);
    await store.prepare(ITEMS);
    const client = new MongoClient(address);
    opened.push(client);
    const rows = (): Promise<readonly number[]> =>
      Promise.all(['plain-items.v1', 'sample-items.v1'].map((name) => client.db().collection(name).countDocuments()));
    for (let position = 0; position < 5; position++) {
      now = position * 30_000;
      for (const projection of [PLAIN, ITEMS])
        await commit(store, projection, position - 1, position, [written({ id: 'a', size: position }, position)]);
    }
    expect(await rows()).toEqual([5, 5]);
    now = 190_000;
    await commit(store, PLAIN, 4, 5, [{ id: 'a', document: null, position: 5 }]);
    // Checkpoint 2 is more than two minutes old: what had ended by then is gone.
    expect(await rows()).toEqual([4, 5]);
    expect(await store.snapshot(PLAIN as Projection, (view) => view.get('a'))).toBeUndefined();
    now = 500_000;
    await commit(store, PLAIN, 5, 6, []);
    await commit(store, PLAIN, 6, 7, [written({ id: 'a', size: 7 }, 7)]);
    const places: string[] = [];
    for await (const row of store.dump(PLAIN)) places.push(`${row.id} ${String(row.position)}`);
    expect(places).toEqual(['a 7']);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openMongoReadStore } from '../../../src/infra/mongo/read-store.ts';
import { ALONE } from '../../../src/infra/lease.ts';
import { startProjectorByLease } from '../../../src/infra/projector/projector-by-lease.ts';
import { compareRebuild, dropOld } from '../../../src/infra/projector/projection-rebuild.ts';
import { openProjector, type Projector } from '../../../src/infra/projector/projector.ts';
import type { ReadableLog } from '../../../src/domain/event-store.ts';
import { openSqliteReadStore } from '../../../src/infra/sqlite/read-store.ts';
import { EVERYTHING } from '../../../src/projections/filter.ts';
import type { Projection } from '../../../src/projections/projection.ts';
import type { ReadStore } from '../../../src/projections/read-store.ts';
import { eventually } from '../../support/esdb.ts';
import { logOf } from '../../support/memory-log.ts';
import { openMongoProxy, type Asked, type MongoProxy } from '../../support/mongo-proxy.ts';
import { freshDatabases, MONGO_TEST_URL } from '../../support/mongo.ts';
import { RAISED, SAMPLE, sampleEvents } from '../../support/sample-projection.ts';

const directory = mkdtempSync(join(tmpdir(), 'lost-lease-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});
let files = 0;

const PLAIN = { ...SAMPLE, name: 'sample-plain', history: false } as unknown as Projection;
const PROJECTIONS = [SAMPLE as unknown as Projection, PLAIN];
/** Births, changes, deletions and a return, one batch for whoever takes so many; at the end a merger, which moves and adds. */
const events = sampleEvents([
  [0, 0, 0], [0, 1, 1], [0, 2, 1], [1, 0, 0], [0, 3, 1], [1, 0, 0], [3, 1, 0], [1, 3, 0], [0, 4, 1], [1, 0, 0], [0, 1, 3], [1, 4, 0], [0, 5, 2], [1, 5, 0], [1, 3, 0], [2, 1, 0], [1, 0, 0],
], 10); // prettier-ignore

type Worker = { readonly store: ReadStore; readonly projector: Projector };

describe.skipIf(MONGO_TEST_URL === undefined)('workers of one read store', { timeout: 120_000 }, () => {
  const fresh = freshDatabases();
  const opened: { close: () => Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });

  const workerOn = async (
    address: string,
    log: ReadableLog,
    batch: number,
    projections: readonly Projection[] = PROJECTIONS,
  ): Promise<Worker> => {
    const store = await openMongoReadStore({ address });
    opened.push(store);
    return { store, projector: await openProjector({ log, store, projections, batch }) };
  };
  const proxied = async (address: string): Promise<MongoProxy> => {
    const proxy = await openMongoProxy(address);
    opened.push(proxy);
    return proxy;
  };
  /** Where the read models first differ from the log's fold at their checkpoint; null: nowhere. */
  const difference = async (
    log: ReadableLog,
    store: ReadStore,
    projections: readonly Projection[] = PROJECTIONS,
  ): Promise<unknown> => {
    const empty = openSqliteReadStore(join(directory, `rebuilt-${String(files++)}.db`));
    try {
      const compared = await compareRebuild({ log, store, projections }, empty);
      return compared.difference;
    } finally {
      await empty.close();
    }
  };
  const positions = async (store: ReadStore, projections: readonly Projection[] = PROJECTIONS): Promise<readonly unknown[]> =>
    Promise.all(projections.map(async (projection) => (await store.checkpoint(projection))?.position));

  it.each<[string, (asked: Asked) => boolean]>([
    ['its first rows', ({ command, collection }) => command === 'insert' && collection.startsWith('sample')],
    ['the ends of rows', ({ command, collection }) => command === 'update' && collection.startsWith('sample')],
    ['its checkpoint', ({ command, collection }) => command === 'update' && collection === 'projections'],
  ])('one that was stopped before %s, and lost its lease, moves no checkpoint and leaves what the log gives', async (_, at) => {
    const address = fresh();
    const log = logOf(events);
    await (await workerOn(address, log, 3)).projector.step(2);
    const proxy = await proxied(address);
    const slow = await workerOn(proxy.address, log, 1000);
    const quick = await workerOn(address, log, 2);

    const held = proxy.hold(at);
    const stepping = slow.projector.step();
    await held;
    await quick.projector.catchUp(8);
    proxy.release();
    await stepping;

    expect(slow.projector.status().map(({ stopped }) => stopped?.error)).toEqual(
      PROJECTIONS.map(() => expect.stringContaining('CheckpointMoved') as string),
    );
    expect(await positions(quick.store)).toEqual([8, 8]);
    expect(await difference(log, quick.store)).toBeNull();
    await quick.projector.catchUp();
    expect(await positions(quick.store)).toEqual([events.length - 1, events.length - 1]);
    expect(await difference(log, quick.store)).toBeNull();
  });

  it('one that was stopped in a batch of a version that was dropped leaves nothing that the next drop does not take away', async () => {
    const address = fresh();
    const log = logOf(events);
    const proxy = await proxied(address);
    const slow = await workerOn(proxy.address, log, 1000, [SAMPLE]);
    const { store, projector } = await workerOn(address, log, 1000, [RAISED]);
    await projector.catchUp();
    const held = proxy.hold(({ command }) => command === 'insert');
    const stepping = slow.projector.step();
    await held;
    expect(await dropOld(store, [RAISED])).toEqual(['sample v1']);
    proxy.release();
    await stepping;

    const client = new MongoClient(address);
    opened.push(client);
    const collections = async () => (await client.db().listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort(); // prettier-ignore
    expect(await collections()).toContain('sample.v1');
    expect(await dropOld(store, [RAISED])).toEqual([]);
    expect(await collections()).toEqual(['projections', 'sample.v2']);
    expect(await difference(log, store, [RAISED])).toBeNull();
  });

  it.each([
    ['is refused', 'CheckpointMoved', () => false],
    ['never arrives', 'StoreUnavailable', ({ command, collection }: Asked) => command === 'update' && collection === 'projections'],
  ] as const)(
    'one that slept until what it writes had been ended and collected, and whose checkpoint %s, leaves what the log gives',
    async (_, error, lost) => {
      const address = fresh();
      const log = logOf(events);
      await (await workerOn(address, log, 3, [PLAIN])).projector.step(2);
      const proxy = await proxied(address);
      const slow = await workerOn(proxy.address, log, 6, [PLAIN]);
      let now = 0;
      const store = await openMongoReadStore({ address, now: () => now });
      opened.push(store);

      const held = proxy.hold(({ command, collection }) => command === 'insert' && collection.startsWith('sample'));
      const stepping = slow.projector.step();
      await held;
      const quick = await openProjector({ log, store, projections: [PLAIN], batch: 1 });
      for (let moved = true; moved; now += 60_000) moved = await quick.step();
      proxy.drop(lost);
      proxy.release();
      await stepping;
      expect(slow.projector.status()[0]?.stopped?.error).toContain(error);
      expect(await difference(log, store, [PLAIN])).toBeNull();
      const found = await store.snapshot(PLAIN, (view) => view.find({ filter: EVERYTHING, limit: 50 }));
      expect(new Set(found.items.map(({ id }) => id)).size).toBe(found.items.length);
    },
  );

  it('one whose checkpoint arrives after a later one has only begun moves nothing', async () => {
    const address = fresh();
    const log = logOf(events);
    const proxy = await proxied(address);
    const slow = await workerOn(proxy.address, log, 1000);
    const next = await openMongoReadStore({ address });
    opened.push(next);
    for (const { name } of PROJECTIONS) await slow.store.claim(name, 1);

    const held = proxy.hold(({ command, collection }) => command === 'update' && collection === 'projections');
    const stepping = slow.projector.step();
    await held;
    for (const { name } of PROJECTIONS) await next.claim(name, 2);
    proxy.release();
    await stepping;
    expect(slow.projector.status().map(({ stopped }) => stopped?.error)).toEqual(PROJECTIONS.map(() => expect.stringContaining('Fenced') as string)); // prettier-ignore
    expect(await positions(next)).toEqual([undefined, undefined]);
  });

  it('feed two versions of a view until the older one is dropped beside them, and go on with the newer', async () => {
    const [address, log] = [fresh(), [...events.slice(0, 9)]];
    await (await workerOn(address, logOf(log), 1000, [SAMPLE])).projector.catchUp();
    const [store, other] = [await openMongoReadStore({ address }), await openMongoReadStore({ address })];
    const versions = [SAMPLE, RAISED] as unknown as readonly Projection[];
    const errors: unknown[] = [];
    const projector = startProjectorByLease({ log: logOf(log), store, projections: versions, leases: ALONE, onProgress: () => undefined, onError: (error) => errors.push(error) }); // prettier-ignore
    opened.push(store, other, projector);
    const places = () => positions(other, versions);
    await eventually(() => other.active(SAMPLE.name), (active) => active === 2); // prettier-ignore
    log.push(...events.slice(9, 12));
    await eventually(places, (now) => now.every((at) => at === 11)); // prettier-ignore
    expect([await dropOld(other, versions), errors]).toEqual([['sample v1'], []]);
    log.push(...events.slice(12));
    await eventually(places, ([, at]) => at === events.length - 1); // prettier-ignore
    expect([await other.versions(SAMPLE.name), errors.map(String)]).toEqual([[2], [expect.stringContaining('CheckpointMoved')]]);
    expect(await difference(logOf(log), other, versions)).toBeNull();
  });

  /** Mostly births and changes, and a merger, which ends a batch, now and then. */
  const draws = fc.array(fc.tuple(fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 1, 1, 3, 3, 4, 2), fc.nat(14), fc.nat(14)), {
    minLength: 10,
    maxLength: 60,
  });
  const PEOPLE = 15;
  const batch = fc.integer({ min: 1, max: 20 });
  const nth = (requests: number): ((asked: Asked) => boolean) => {
    let left = requests;
    return ({ command }) => ['insert', 'update', 'delete'].includes(command) && left-- === 0;
  };

  it('leave what the log gives, wherever one is held up and however their batches overlap', async () => {
    await fc.assert(
      fc.asyncProperty(draws, batch, batch, fc.nat(8), fc.nat(1_000), async (drawn, slowBatch, quickBatch, requests, share) => {
        const address = fresh();
        const log = logOf(sampleEvents(drawn, PEOPLE));
        const proxy = await proxied(address);
        const slow = await workerOn(proxy.address, log, slowBatch);
        const quick = await workerOn(address, log, quickBatch);
        const held = proxy.hold(nth(requests));
        const stepping = slow.projector.catchUp();
        await Promise.race([held, stepping]);
        const next = await workerOn(address, log, quickBatch);
        await next.projector.catchUp(Math.floor((share / 1_000) * drawn.length));
        proxy.release();
        await stepping;
        expect(await difference(log, next.store)).toBeNull();
        await (await workerOn(address, log, quickBatch)).projector.catchUp();
        expect(await positions(quick.store)).toEqual([drawn.length - 1, drawn.length - 1]);
        expect(await difference(log, quick.store)).toBeNull();
      }),
      { numRuns: 25 },
    );
  });

  it('leave what the log gives when one is killed before any of its writes and another goes on in other batches', async () => {
    await fc.assert(
      fc.asyncProperty(draws, batch, batch, fc.nat(8), async (drawn, killedBatch, nextBatch, requests) => {
        const address = fresh();
        const log = logOf(sampleEvents(drawn, PEOPLE));
        const proxy = await proxied(address);
        const killed = await workerOn(proxy.address, log, killedBatch);
        proxy.cut(nth(requests));
        await killed.projector.catchUp();
        await proxy.close();
        const next = await workerOn(address, log, nextBatch);
        expect(await difference(log, next.store)).toBeNull();
        await next.projector.catchUp();
        expect(await positions(next.store)).toEqual([drawn.length - 1, drawn.length - 1]);
        expect(await difference(log, next.store)).toBeNull();
      }),
      { numRuns: 25 },
    );
  });
});

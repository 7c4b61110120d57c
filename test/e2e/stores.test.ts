import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTIONS } from '../../src/projections/index.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { readConfig } from '../../src/infra/config.ts';
import { createLogger } from '../../src/infra/logging.ts';
import { openService } from '../../src/main.ts';
import { openCity, type Answer, type City } from '../support/city.ts';
import { tellStory } from '../support/city-story.ts';
import { eventually, freshLog } from '../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../support/esdb-server/start.ts';
import { openMongoProxy, type MongoProxy } from '../support/mongo-proxy.ts';
import { freshDatabases, MONGO_TEST_URL } from '../support/mongo.ts';

let server: EsdbServer;
beforeAll(async () => {
  server = await startEsdbServer();
});
afterAll(async () => {
  await server.dispose();
});

/** The same bytes and ids in every run: counters, hashed. */
const sameEachTime = () => {
  const drawn = { bytes: 0, ids: 0 };
  const digest = (text: string): Buffer => createHash('sha512').update(text).digest();
  return {
    random: (size: number): Buffer => {
      const n = (drawn.bytes += 1);
      const parts = Array.from({ length: Math.ceil(size / 64) }, (_, part) => digest(`bytes ${String(n)} ${String(part)}`));
      return Buffer.concat(parts).subarray(0, size);
    },
    uuid: (): string => {
      const hex = digest(`id ${String((drawn.ids += 1))}`).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
  };
};

type Outcome = { readonly size: number; readonly root: string; readonly views: Readonly<Record<string, string>> };

/** Everything that the projections hold, a hash for each, and the tree over the log. */
const outcomeOf = async ({ service }: City): Promise<Outcome> => {
  await service.settled();
  const views: Record<string, string> = {};
  for (const projection of PROJECTIONS) {
    const hash = createHash('sha256');
    for await (const row of service.deps.readStore.dump(projection)) hash.update(`${JSON.stringify(row)}\n`);
    views[projection.name] = hash.digest('hex');
  }
  const { size, root } = await service.store.root();
  return { size, root: root.toString('hex'), views };
};

const play = async (environment: Readonly<Record<string, string>>): Promise<Outcome> => {
  const city = await openCity(undefined, environment, sameEachTime());
  try {
    await tellStory(city);
    return await outcomeOf(city);
  } finally {
    await city.close();
  }
};

describe('one story on every pair of stores', { timeout: 180_000 }, () => {
  let embedded: Outcome;
  beforeAll(async () => {
    embedded = await play({});
  }, 60_000);
  const fresh = freshDatabases();

  it('is the same twice on files', async () => {
    expect(embedded.size).toBeGreaterThan(100);
    expect(await play({})).toEqual(embedded);
  });

  it('leaves the same documents and the same tree on EventStoreDB and SQLite', async () => {
    expect(await play({ EVENT_STORE: freshLog(server.address) })).toEqual(embedded);
  });

  it.skipIf(MONGO_TEST_URL === undefined)('leaves the same on SQLite and MongoDB', async () => {
    expect(await play({ READ_STORE: fresh(), VAULT: fresh() })).toEqual(embedded);
  });

  it.skipIf(MONGO_TEST_URL === undefined)('leaves the same on EventStoreDB and MongoDB', async () => {
    expect(await play({ EVENT_STORE: freshLog(server.address), READ_STORE: fresh(), VAULT: fresh() })).toEqual(embedded);
  });
});

describe('with the event store away', { timeout: 180_000 }, () => {
  it('answers a command 503 with Retry-After in time, names what is missing, and goes on by itself', async () => {
    const own = await startEsdbServer();
    const city = await openCity(undefined, { EVENT_STORE: own.address });
    const command = () => city.post('admin-1', '/organizations', { name: '南昌市水务局', level: 'city', kind: 'department', divisionCode: '360100' }, { key: 'water' }); // prettier-ignore
    const missing = async () => (await city.ask('GET', '/readyz')).body['missing'] as string[];
    try {
      await eventually(missing, (names) => names.length === 0);
      await own.kill();
      const began = performance.now();
      const refused = await command();
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(refused.status).toBe(503);
      expect(refused.headers['retry-after']).toMatch(/^[1-9]/);
      expect(refused.body['type']).toMatch(/ledger\.un(available|sealed)/);
      await eventually(missing, (names) => names.includes('event-log') && names.includes('sequencer'));
      expect((await city.ask('GET', '/metrics')).status).toBe(200);

      await own.restart();
      await eventually(missing, (names) => names.length === 0, 20_000);
      const done = await command();
      expect(done.status).toBe(201);
      const read = await city.get('admin-1', `/organizations/${String(done.body['id'])}`);
      expect([read.status, read.body['name']]).toEqual([200, '南昌市水务局']);
    } finally {
      await city.close();
      await own.dispose();
    }
  });
});

describe('a worker that starts while the event store refuses what its reactor asks', { timeout: 60_000 }, () => {
  it('serves, says that it is behind, and catches up by itself', async () => {
    const address = freshLog(server.address);
    const directory = mkdtempSync(join(tmpdir(), 'hongzhang-start-'));
    await server.fault({ name: 'read', stream: 'bookmark-reactor', code: 14 });
    const service = await openService(readConfig({ DATA_DIR: directory, EVENT_STORE: address }), { clock: systemClock, logger: createLogger('silent') }); // prettier-ignore
    const missing = async () => (await service.app.inject({ url: '/readyz' })).json<{ missing: string[] }>().missing;
    try {
      await eventually(missing, (names) => names.length === 1 && names[0] === 'reactor');
      await server.clear('bookmark-reactor');
      await eventually(missing, (names) => names.length === 0);
    } finally {
      await server.clear('bookmark-reactor');
      await service.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

const NOWHERE = '00000000-0000-4000-8000-000000000000';

describe.skipIf(MONGO_TEST_URL === undefined)('with MongoDB away', { timeout: 180_000 }, () => {
  const fresh = freshDatabases();
  let proxies: readonly [MongoProxy, MongoProxy];
  let city: City;
  beforeEach(async () => {
    proxies = [await openMongoProxy(fresh()), await openMongoProxy(fresh())];
    const [views, vault] = proxies;
    city = await openCity(undefined, { EVENT_STORE: freshLog(server.address), READ_STORE: views.address, VAULT: vault.address });
    await eventually(missing, (names) => names.length === 0, 30_000);
    // Beginning a ledger is some forty commands, one after another, on a machine that may be busy.
  }, 120_000);
  afterEach(async () => {
    await city.close();
    for (const proxy of proxies) await proxy.close();
  });
  const missing = async () => (await inTime(() => city.ask('GET', '/readyz'))).body['missing'] as string[];
  const command = () => city.post('admin-1', '/organizations', { name: '南昌市水务局', level: 'city', kind: 'department', divisionCode: '360100' }, { key: 'water' }); // prettier-ignore
  const inTime = async (asking: () => Promise<Answer>): Promise<Answer> => {
    const began = performance.now();
    const answer = await asking();
    expect(performance.now() - began).toBeLessThan(5_000);
    return answer;
  };
  /** The projector looks for its store at most every five seconds. */
  const shown = ({ body }: Answer): Promise<Answer> =>
    eventually(() => city.get('admin-1', `/organizations/${String(body['id'])}`), ({ status }) => status === 200, 20_000); // prettier-ignore
  const isRefused = ({ status, headers, body }: Answer): void => {
    expect([status, body['type']]).toEqual([503, expect.stringMatching(/ledger\.unavailable/)]);
    expect(headers['retry-after']).toMatch(/^[1-9]/);
  };
  const ways: readonly (readonly [string, (proxy: MongoProxy) => void, (proxy: MongoProxy) => void])[] = [
    ['breaks every connection', ({ cut }) => { cut(() => true); }, ({ cut }) => { cut(() => false); }],
    ['takes every request and answers none', ({ hold }) => { void hold(() => true); }, ({ release }) => { release(); }],
  ]; // prettier-ignore

  it.each(ways)('answers a command 503 with Retry-After in time where it %s, and goes on by itself', async (_, away, back) => {
    const authorization = await city.authorization('admin-1');
    proxies.forEach(away);
    isRefused(await inTime(command));
    const bytes = { ...authorization, 'content-type': 'application/octet-stream', 'content-range': 'bytes 0-0/1' };
    const name = { 'content-type': 'application/json' };
    isRefused(await inTime(() => city.ask('PUT', `/api/v1/resources/${NOWHERE}/content`, bytes, 'x')));
    isRefused(await inTime(() => city.ask('POST', '/api/v1/session', name, '{"account":"admin-1","password":"-"}')));
    isRefused(await inTime(() => city.ask('DELETE', '/api/v1/session', authorization)));
    await eventually(missing, (names) => names.includes('read-models') && names.includes('vault'), 10_000);
    isRefused(await inTime(command));
    isRefused(await inTime(async () => city.ask('GET', '/api/v1/organizations', await city.authorization('admin-1'))));

    proxies.forEach(back);
    await eventually(missing, (names) => names.length === 0, 60_000);
    const done = await command();
    expect(done.status).toBe(201);
    const read = await shown(done);
    expect(read.body['name']).toBe('南昌市水务局');
  });

  it.each(ways)('takes a command that needs no view where only the views` database %s', async (_, away, back) => {
    const [views] = proxies;
    away(views);
    const done = await inTime(command);
    expect(done.status).toBe(201);
    await eventually(missing, (names) => names.includes('read-models') && !names.includes('vault'), 10_000);
    isRefused(await inTime(async () => city.ask('GET', '/api/v1/organizations', await city.authorization('admin-1'))));

    back(views);
    await eventually(missing, (names) => names.length === 0, 60_000);
    const read = await shown(done);
    expect(read.body['name']).toBe('南昌市水务局');
  });
});

describe.skipIf(MONGO_TEST_URL === undefined)('an API node and a worker', { timeout: 120_000 }, () => {
  const fresh = freshDatabases();

  it('serve together what neither does alone', async () => {
    const environment = { EVENT_STORE: freshLog(server.address), READ_STORE: fresh(), VAULT: fresh() };
    const worker = await openService(readConfig({ ...environment, ROLE: 'worker' }), { clock: systemClock, logger: createLogger('silent') }); // prettier-ignore
    worker.watch();
    const api = await openCity(undefined, { ...environment, ROLE: 'api' });
    try {
      const id = await api.organization('南昌市水务局');
      expect((await api.get('admin-1', `/organizations/${id}`)).body['name']).toBe('南昌市水务局');
      const missing = async () => (await api.ask('GET', '/readyz')).body['missing'] as string[];
      await eventually(missing, (names) => names.length === 0);
      // Each node looks after itself: the one is ready while the other has not looked yet.
      const missingOfWorker = async () => (await worker.app.inject({ url: '/readyz' })).json<{ missing: string[] }>().missing;
      await eventually(missingOfWorker, (names) => names.length === 0);
      const statusOf = async (url: string): Promise<number> => (await worker.app.inject({ url })).statusCode;
      expect(await Promise.all(['/healthz', '/readyz', '/metrics'].map(statusOf))).toEqual([200, 200, 200]);
      expect(await Promise.all(['/', '/docs', '/openapi.json', '/api/v1/organizations'].map(statusOf))).toEqual([404, 404, 404, 404]); // prettier-ignore

      await worker.close();
      await eventually(missing, (names) => names.includes('sequencer'));
    } finally {
      await api.close();
    }
  });
});

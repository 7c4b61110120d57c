import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/infra/config.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { createLogger } from '../../src/infra/logging.ts';
import { openService } from '../../src/main.ts';
import { openCity, type City } from '../support/city.ts';
import { beginCli, serveCli } from '../support/cli.ts';
import { envelopesOf, uuidOf } from '../support/envelopes.ts';
import { eventually, freshLog, openEsdbLog } from '../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../support/esdb-server/start.ts';
import { freshFolders } from '../support/folders.ts';
import { ask } from '../support/server.ts';

const fresh = freshFolders();
let server: EsdbServer;
let environment: Readonly<Record<string, string>>;
beforeAll(async () => {
  server = await startEsdbServer();
});
beforeEach(() => {
  environment = { EVENT_STORE: freshLog(server.address), DATA_DIR: join(fresh(), 'data') };
});
afterEach(async () => {
  await server.clear();
});
afterAll(async () => {
  await server.dispose();
});

/** What is under way is waited for; what a start has before it takes longer in each of these tests. */
const PROMPT_MS = 8_000;
const promptly = async <T>(work: () => Promise<T>): Promise<T> => {
  const began = performance.now();
  const done = await work();
  expect(performance.now() - began).toBeLessThan(PROMPT_MS);
  return done;
};
const writeEvents = async (...given: Parameters<typeof envelopesOf>): Promise<void> => {
  const { store, dispose } = await openEsdbLog(environment['EVENT_STORE'] ?? '');
  await store.append(given[0], envelopesOf(...given), 'no_stream');
  await dispose();
};

/** At a tenth of a second each. */
const LINKS = 400;

describe('a process that starts', { timeout: 120_000 }, () => {
  it('on a long ledger listens, says that it is starting, refuses what it cannot know yet, and is ready by itself', async () => {
    await writeEvents('login-a', 0, LINKS);
    await server.fault({ name: 'slow', after: 100, stream: 'ledger$' });
    const node = await serveCli([], { ...environment, LOG_LEVEL: 'info' });
    const health = async () => (await ask(node, 'GET', '/healthz')).body['status'];
    const ready = () => ask(node, 'GET', '/readyz');
    expect(await health()).toBe('starting');
    const { status, body } = await ready();
    expect([status, body['missing']]).toEqual([503, expect.arrayContaining(['index', 'reactor'])]);
    const signingIn = await ask(node, 'POST', '/api/v1/session', { body: { account: 'a', password: 'b' } });
    expect([signingIn.status, signingIn.body['code']]).toEqual([503, 'ledger.unavailable']);
    expect(signingIn.headers.get('retry-after')).toMatch(/^[1-9]/);
    // It says so every five seconds. The reactor asks nothing in vain meanwhile.
    await eventually(() => node.said().out.split('the ledger is being read').length, (parts) => parts > 2, 20_000); // prettier-ignore
    expect(node.said().out).not.toContain('what is owed at the start');

    await server.clear();
    await eventually(async () => (await ready()).body['missing'], (missing) => JSON.stringify(missing) === '[]', 20_000); // prettier-ignore
    expect(await health()).toBe('alive');
    expect((await node.end()).code).toBe(0);
  });

  it('on a long ledger ends promptly, and well, when it is asked to', async () => {
    await writeEvents('login-a', 0, LINKS);
    // With views that are filled already, so that it has nothing else under way.
    const before = await serveCli([], environment);
    await eventually(async () => (await ask(before, 'GET', '/readyz')).status, (status) => status === 200, 20_000); // prettier-ignore
    await before.end();
    await server.fault({ name: 'slow', after: 100, stream: 'ledger$' });
    const node = await serveCli([], environment);
    expect((await ask(node, 'GET', '/readyz')).body['missing']).toContain('index');
    expect((await promptly(node.end)).code).toBe(0);
  });

  it('and waits for a store ends promptly, and well, when it is asked to', async () => {
    await server.fault({ name: 'mute', stream: 'log$' });
    const before = await server.status();
    const { child, said } = beginCli(['serve'], environment);
    // It looks for a lease first.
    await eventually(() => server.status(), ({ reads }) => reads > before.reads, 20_000); // prettier-ignore
    const closed = once(child, 'close');
    await promptly(() => {
      child.kill('SIGTERM');
      return closed;
    });
    expect(said()).toMatchObject({ code: 0, errors: '' });
  });

  it('and owes many reactions says so meanwhile, and closes after the one that is under way', async () => {
    const data = { organization: uuidOf('none'), reason: '' };
    await writeEvents('account-a', 0, 100, { type: 'AccountDisabled', data });
    // What records that a rule refused the reaction is sealed slowly.
    await server.fault({ name: 'slow', after: 200, stream: 'reaction-' });
    const service = await openService(readConfig(environment), { clock: systemClock, logger: createLogger('silent') });
    const { position } = await service.store.head();
    const missing = async () => (await service.app.inject({ url: '/readyz' })).json<{ missing: string[] }>().missing;
    await eventually(() => service.store.head(), (head) => head.position > position); // prettier-ignore
    expect(await missing()).toContain('reactor');
    await promptly(service.close);
  });
});

describe('what became due while nobody served', { timeout: 60_000 }, () => {
  let city: City;
  beforeEach(async () => {
    city = await openCity(undefined, environment);
  }, 60_000);
  afterEach(async () => {
    await server.clear();
    await city.close();
  });

  it('is named by readiness until no store refuses it any more', async () => {
    const missing = async () => (await city.ask('GET', '/readyz')).body['missing'] as string[];
    await eventually(missing, (names) => names.length === 0);
    const [from, into] = [await city.organization('南昌市水利局'), await city.organization('南昌市水务局')];
    await city.act('merge-organization', 'admin-1', `/organizations/${from}/merge`, { into, effectiveOn: '2026-03-10', document: null }); // prettier-ignore
    await city.service.settled();
    city.at('2026-03-09T16:00:00.000Z');
    await server.fault({ name: 'refuse', stream: 'organization-', code: 14 });
    const { position } = await city.service.store.head();
    city.service.watch();
    await eventually(missing, (names) => names.includes('reactor'));
    await server.clear();
    await eventually(missing, (names) => names.length === 0, 20_000);
    const events = [];
    for await (const { type } of city.service.store.readAll({ after: position })) events.push(type);
    expect(events).toEqual(['OrganizationAbsorbed']);
  });
});

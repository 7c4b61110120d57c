import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  outcomeOf,
  projected,
  startLoad,
  supervised,
  watchLeases,
  type Acknowledged,
  type Kept,
  type Node,
  type Sent,
  type Supervised,
} from '../support/cluster.ts';
import { freshLog } from '../support/esdb.ts';
import { startEsdbServer } from '../support/esdb-server/start.ts';
import { MONGO_TEST_SERVE, startMongoEngine, type MongoEngine } from '../support/mongo-engine.ts';
import { freshDatabases, MONGO_TEST_URL, withDatabase } from '../support/mongo.ts';
import { ask, PASSWORD, signIn } from '../support/server.ts';

const KILLS = 20;
/** Who registers organizations, and who accounts: only these put into the vault what no rebuild brings back. */
const [CALLERS, REGISTRARS] = [6, 2];
const folder = mkdtempSync(join(tmpdir(), 'hongzhang-kills-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const accountsOf = (organization: string): Sent => ({
  path: '/api/v1/accounts',
  body: (name) => ({ login: name, password: PASSWORD, name, organization, assurance: 'high' }),
});

/** The vault has kept the password of an account that was acknowledged, and the key that its name is sealed with. */
const expectInVault = async (node: Node, token: string, { id, name }: Acknowledged): Promise<void> => {
  expect(await signIn(node, name)).toMatch(/\./);
  expect((await ask(node, 'GET', `/api/v1/accounts/${id}`, { token })).body['name']).toBe(name);
};

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

describe.skipIf(MONGO_TEST_URL === undefined)('API nodes, workers, an event store and a MongoDB that are killed under load', () => {
  const fresh = freshDatabases();
  /** A MongoDB of this test's own; undefined where none can be started, and then none is killed. */
  const ownEngine = async (): Promise<MongoEngine | undefined> => {
    if (MONGO_TEST_SERVE === undefined) return undefined;
    const engine = await startMongoEngine(MONGO_TEST_SERVE);
    onTestFinished(engine.end);
    return engine;
  };
  if (MONGO_TEST_SERVE === undefined) it.skip('the MongoDB among them (MONGO_TEST_SERVE names no program that starts one)');

  it('keep every acknowledged command, once, and every view as a rebuild makes it', async () => {
    const engine = await ownEngine();
    const server = await startEsdbServer();
    onTestFinished(server.dispose);
    const [readStore, vault] = engine === undefined ? [fresh(), fresh()] : [withDatabase(engine.address, 'views'), withDatabase(engine.address, 'vault')]; // prettier-ignore
    const kept: Kept = { eventStore: freshLog(server.address), readStore, vault };
    const leases = watchLeases(kept.eventStore);
    onTestFinished(leases.close);
    const all: Supervised[] = [];
    onTestFinished(async () => {
      for (const one of all) await one.end('SIGKILL');
    });

    // The first begins the ledger.
    const first = await supervised('worker', kept);
    all.push(first);
    all.push(...(await Promise.all((['worker', 'api', 'api'] as const).map((role) => supervised(role, kept)))));
    const [workers, apis] = (['worker', 'api'] as const).map((role) => all.filter(({ node }) => node().role === role));
    const nodes = () => apis!.map(({ node }) => node());
    const token = await signIn(apis![0]!.node(), 'admin-1');
    const organizations = startLoad(nodes, token, CALLERS);
    await organizations.more(1);
    const home = organizations.acknowledged[0]!.id;
    const accounts = startLoad(nodes, token, REGISTRARS, accountsOf(home));
    const more = () => Promise.all([organizations.more(CALLERS + 1), accounts.more(REGISTRARS + 1)]);

    /** By turns a worker that has the turn and one that waits for it. */
    const workerFor = async (round: number): Promise<Supervised> => {
      const holder = await leases.holder('sequencer');
      return workers!.find(({ node }) => (node().pid === holder?.pid) === (round % 2 === 0)) ?? workers![0]!;
    };
    const kills: readonly ((round: number) => Promise<void> | void)[] = [
      (round) => apis![round % 2]!.kill(),
      async (round) => (await workerFor(round)).kill(),
      async () => {
        await server.kill();
        await server.restart();
      },
      ...(engine === undefined ? [] : [engine.kill]),
    ];
    for (let kill = 0; kill < KILLS; kill += 1) {
      // Under load however slow the machine is, and then at another moment each time.
      await more();
      await pause(kill * 7);
      await kills[kill % kills.length]!(Math.floor(kill / kills.length));
    }
    await more();
    for (const load of [organizations, accounts]) await load.stop();

    await Promise.all(all.map(({ up }) => up()));
    for (const load of [organizations, accounts])
      for (const command of load.acknowledged.filter((_, at) => at % 5 === 0)) {
        const { status, headers, body } = await load.again(command);
        expect([status, headers.get('idempotency-replayed'), body['id']]).toEqual([201, 'true', command.id]);
      }
    await projected(kept);
    for (const account of accounts.acknowledged) await expectInVault(nodes()[0]!, token, account);
    await projected(kept);
    for (const one of all.splice(0)) await one.end();

    const { events, difference, documents } = await outcomeOf(kept, join(folder, 'rebuilt.db'));
    const registered = events
      .filter(({ type, data }) => type === 'OrganizationRegistered' && (data as { name: string }).name.startsWith('部门 '))
      .map(({ stream, data }) => ({ name: (data as { name: string }).name, id: stream.slice('organization-'.length) }));
    const admitted = events
      .filter(({ type, data }) => type === 'AccountRegistered' && (data as { organization: string }).organization === home)
      .map(({ stream }) => stream.slice('account-'.length));
    expect(organizations.acknowledged.length).toBeGreaterThan(KILLS * CALLERS);
    expect(registered.sort(byName)).toEqual(organizations.acknowledged.map(({ name, id }) => ({ name, id })).sort(byName));
    expect(admitted.sort()).toEqual(accounts.acknowledged.map(({ id }) => id).sort());
    expect(difference).toBeNull();
    expect(documents).toBeGreaterThan(organizations.acknowledged.length + accounts.acknowledged.length);
    if (engine !== undefined) expect(engine.said().match(/was killed, and begins again/g)).toHaveLength(KILLS / kills.length);
  }, 600_000);
});

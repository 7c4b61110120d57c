import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { outcomeOf, projected, startLoad, supervised, watchLeases, type Kept, type Supervised } from '../support/cluster.ts';
import { freshLog } from '../support/esdb.ts';
import { startEsdbServer } from '../support/esdb-server/start.ts';
import { freshDatabases, MONGO_TEST_URL } from '../support/mongo.ts';
import { signIn } from '../support/server.ts';

const KILLS = 20;
const CALLERS = 8;
const folder = mkdtempSync(join(tmpdir(), 'hongzhang-kills-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(MONGO_TEST_URL === undefined)('API nodes, workers and an event store that are killed under load', () => {
  const fresh = freshDatabases();

  it('keep every acknowledged command, once, and every view as a rebuild makes it', async () => {
    const server = await startEsdbServer();
    const kept: Kept = { eventStore: freshLog(server.address), readStore: fresh(), vault: fresh() };
    const leases = watchLeases(kept.eventStore);
    const all: Supervised[] = [];
    try {
      // The first begins the ledger.
      const first = await supervised('worker', kept);
      const others = await Promise.all((['worker', 'api', 'api'] as const).map((role) => supervised(role, kept)));
      all.push(first, ...others);
      const [workers, apis] = (['worker', 'api'] as const).map((role) => all.filter(({ node }) => node().role === role));
      const token = await signIn(apis![0]!.node(), 'admin-1');
      const load = startLoad(() => apis!.map(({ node }) => node()), token, CALLERS);

      /** By turns a worker that has the turn and one that waits for it. */
      const workerFor = async (kill: number): Promise<Supervised> => {
        const holder = await leases.holder('sequencer');
        return workers!.find(({ node }) => (node().pid === holder?.pid) === (kill % 2 === 0)) ?? workers![0]!;
      };
      const kills: readonly ((kill: number) => Promise<void>)[] = [
        (kill) => apis![kill % 2]!.kill(),
        async (kill) => (await workerFor(kill)).kill(),
        async () => {
          await server.kill();
          await server.restart();
        },
      ];
      for (let kill = 0; kill < KILLS; kill += 1) {
        // Under load however slow the machine is, and then at another moment each time.
        await load.more(CALLERS + 1);
        await pause(kill * 7);
        await kills[kill % kills.length]!(kill);
      }
      await load.more(CALLERS + 1);
      await load.stop();

      await Promise.all(all.map(({ up }) => up()));
      for (const command of load.acknowledged.filter((_, at) => at % 5 === 0)) {
        const { status, headers, body } = await load.again(command);
        expect([status, headers.get('idempotency-replayed'), body['id']]).toEqual([201, 'true', command.id]);
      }
      await projected(kept);
      for (const one of all.splice(0)) await one.end();

      const { events, difference, documents } = await outcomeOf(kept, join(folder, 'rebuilt.db'));
      const registered = events
        .filter(({ type, data }) => type === 'OrganizationRegistered' && (data as { name: string }).name.startsWith('部门 '))
        .map(({ stream, data }) => ({ name: (data as { name: string }).name, id: stream.slice('organization-'.length) }));
      const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
      expect(load.acknowledged.length).toBeGreaterThan(KILLS * CALLERS);
      expect(registered.sort(byName)).toEqual(load.acknowledged.map(({ name, id }) => ({ name, id })).sort(byName));
      expect(difference).toBeNull();
      expect(documents).toBeGreaterThan(load.acknowledged.length);
    } finally {
      for (const one of all) await one.end('SIGKILL');
      await leases.close();
      await server.dispose();
    }
  }, 600_000);
});

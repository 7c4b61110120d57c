import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTIONS_LEASE } from '../../src/infra/projector/projector-by-lease.ts';
import {
  outcomeOf,
  projected,
  startLoad,
  startNode,
  watchLeases,
  type Kept,
  type Node,
  type NodeRole,
} from '../support/cluster.ts';
import { openConnection } from '../../src/infra/esdb/connection.ts';
import { eventually, freshLog } from '../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../support/esdb-server/start.ts';
import { openMongoProxy, type Answered, type Asked } from '../support/mongo-proxy.ts';
import { freshDatabases, MONGO_TEST_URL } from '../support/mongo.ts';
import { signIn } from '../support/server.ts';

/** The lease of every worker, and the second that a takeover may add to it. */
const [LEASE_MS, TAKEOVER_MS] = [2_000, 1_000];
const LEASES = ['sequencer', PROJECTIONS_LEASE] as const;
const folder = mkdtempSync(join(tmpdir(), 'hongzhang-takeover-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const movesCheckpoint = ({ command, collection }: Asked): boolean => command === 'update' && collection === 'projections';

describe.skipIf(MONGO_TEST_URL === undefined)('workers that take turns under load', { timeout: 300_000 }, () => {
  const fresh = freshDatabases();
  let server: EsdbServer;
  let kept: Kept;
  let leases: ReturnType<typeof watchLeases>;
  const nodes: Node[] = [];
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  beforeEach(() => {
    kept = { eventStore: freshLog(server.address), readStore: fresh(), vault: fresh() };
    leases = watchLeases(kept.eventStore);
  });
  afterEach(async () => {
    await leases.close();
    for (const node of nodes.splice(0)) {
      node.child.kill('SIGCONT');
      await node.kill('SIGKILL');
    }
  });
  afterAll(async () => {
    await server.dispose();
  });
  const started = async (role: NodeRole, own: Kept = kept): Promise<Node> => {
    const node = await startNode(role, own);
    nodes.push(node);
    return node;
  };
  const ended = async (node: Node): Promise<void> => {
    await node.kill('SIGTERM');
    nodes.splice(nodes.indexOf(node), 1);
  };
  /** Resolves once one process has the turn of sealing and of projecting; the turns' numbers. */
  const holdsAll = async ({ pid }: Node): Promise<readonly number[]> => {
    const holders = () => Promise.all(LEASES.map((name) => leases.holder(name)));
    const found = await eventually(holders, (all) => all.every((holder) => holder?.pid === pid), 30_000);
    return found.map((holder) => holder?.token ?? -1);
  };

  it('one that slept through its lease moves no checkpoint when it wakes, and leaves what the log gives', async () => {
    const answers: Answered[] = [];
    const proxy = await openMongoProxy(kept.readStore, (answered) => answers.push(answered));
    const sleeper = await started('worker', { ...kept, readStore: proxy.address });
    const [other, api] = [await started('worker'), await started('api')];
    const load = startLoad(() => [api], await signIn(api, 'admin-1'), 6);
    await holdsAll(sleeper);
    await load.more(20);

    // It sleeps between the rows of a batch and the checkpoint that makes them seen.
    await proxy.hold(movesCheckpoint);
    sleeper.child.kill('SIGSTOP');
    const turns = await holdsAll(other);
    await load.more(60);
    answers.length = 0;
    proxy.release();
    sleeper.child.kill('SIGCONT');
    await eventually(() => answers.filter(movesCheckpoint).length, (count) => count > 0); // prettier-ignore
    await eventually(sleeper.said, (said) => /was interrupted/.test(said));
    await load.more(60);
    await load.stop();
    await projected(kept);

    expect(await holdsAll(other)).toEqual(turns);
    expect(answers.filter(movesCheckpoint).filter(({ found }) => found > 0)).toEqual([]);
    for (const node of [api, other, sleeper]) await ended(node);
    await proxy.close();
    const { events, difference } = await outcomeOf(kept, join(folder, 'slept.db'));
    expect(difference).toBeNull();
    expect(events.length).toBeGreaterThan(140);
  });

  it('have the next position within a lease and a second after the one that had the turn was killed', async () => {
    let holder = await started('worker');
    await holdsAll(holder);
    const apis = await Promise.all([started('api'), started('api')]);
    const load = startLoad(() => apis, await signIn(apis[0], 'admin-1'), 6);
    const connection = openConnection(kept.eventStore);
    const sealed = async (): Promise<number> =>
      (await connection.read('ledger', { from: 'end', backwards: true, limit: 1, timeoutMs: 1_000 }))[0]?.event?.revision ?? -1;
    const measured: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const next = await started('worker');
      await load.more(20);
      await holdsAll(holder);
      const began = performance.now();
      await holder.kill('SIGKILL');
      const last = await sealed();
      await eventually(sealed, (position) => position > last);
      const took = performance.now() - began;
      measured.push(`${took.toFixed(0)} ms`);
      expect(took).toBeLessThan(LEASE_MS + TAKEOVER_MS);
      await holdsAll(next);
      holder = next;
    }
    console.log(`from SIGKILL of the worker to the next position: ${measured.join(', ')}`);
    await load.stop();
    await projected(kept);
    await connection.close();
    for (const node of [...apis, holder]) await ended(node);
    expect((await outcomeOf(kept, join(folder, 'killed.db'))).difference).toBeNull();
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chance } from '../../../src/infra/chance.ts';
import { readConfig, type Role } from '../../../src/infra/config.ts';
import { openConnection } from '../../../src/infra/esdb/connection.ts';
import { openStores, type Stores } from '../../../src/infra/stores.ts';
import { envelopeOf } from '../../support/envelopes.ts';
import { eventually, freshLog } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';
import { freshFolders } from '../../support/folders.ts';

/** A lease is renewed in less, and looked at in less. */
const OVER_MS = 4_000;

describe('readiness names the sequencer, on its own node and on others, where it has its turn and', { timeout: 60_000 }, () => {
  const fresh = freshFolders();
  let server: EsdbServer;
  let address: string;
  let nodes: readonly Stores[] = [];
  let errors: string[];
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterAll(async () => {
    await server.dispose();
  });
  const open = (role: Role): Promise<Stores> => {
    const config = readConfig({ EVENT_STORE: address, DATA_DIR: fresh() });
    const onError = (error: unknown, worker: string): void => {
      if (worker === 'sequencer') errors.push(String(error));
    };
    return openStores({ ...config, role }, { draw: chance, synchronous: 'OFF', onError });
  };
  const vain = async (): Promise<boolean[]> =>
    (await Promise.all(nodes.map(({ missing }) => missing()))).map((missing) => missing.includes('sequencer'));
  const wellOn = (): Promise<boolean[]> => eventually(vain, (all) => all.every((one) => !one), 20_000);
  const vainOn = (): Promise<boolean[]> => eventually(vain, (all) => all.every((one) => one), 20_000);
  beforeEach(async () => {
    address = freshLog(server.address);
    errors = [];
    nodes = [await open('all'), await open('api')];
    await wellOn();
  });
  afterEach(async () => {
    await server.clear();
    for (const { close } of nodes) await close();
  });

  it('stands before an event that is none of ours', async () => {
    const connection = openConnection(address);
    await connection.append('login-stranger', [{ id: randomUUID(), type: 'Strange', json: { x: 1 } }], -1, 2_000);
    await connection.close();
    await vainOn();
    // It goes on trying, at the same event: that is no news, and nobody takes it for being well.
    const until = performance.now() + OVER_MS;
    await eventually(
      async () => ({ vain: await vain(), over: performance.now() > until }),
      (now) => {
        expect(now.vain).toEqual([true, true]);
        return now.over;
      },
    );
    expect(errors.filter((error) => error.includes('login-stranger@0'))).toHaveLength(1);
  });

  it.each([
    ['may not read $all', { name: 'read', stream: '^\\$all$', code: 7, exception: 'access-denied' }],
    ['the ledger was deleted', { name: 'refuse', stream: 'ledger$', code: 9, exception: 'stream-deleted' }],
  ] as const)('%s, until it goes on', async (_, fault) => {
    await server.fault(fault);
    // What it reads already goes on being read.
    await server.fault({ name: 'drop', times: 1, stream: '^\\$all$' });
    const [worker] = nodes as readonly [Stores];
    const appended = worker.log.append('login-a', [envelopeOf('login-a', 0)], 'no_stream');
    appended.catch(() => undefined);
    await vainOn();
    await expect(appended).rejects.toThrow('has no position yet');
    await server.clear();
    await wellOn();
    expect((await worker.log.head()).position).toBe(0);
  });
});

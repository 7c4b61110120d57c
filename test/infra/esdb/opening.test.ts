import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/event-store.ts';
import { openEsdbEventStore } from '../../../src/infra/esdb/event-store.ts';
import { indexed, type Indexing } from '../../../src/infra/esdb/indexing.ts';
import { envelopesOf } from '../../support/envelopes.ts';
import { eventually, freshLog, openEsdbLog } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

const LINKS = 60;
const SILENT_MS = 1_500;

describe('a node that opens on a long ledger', () => {
  let server: EsdbServer;
  let address: string;
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterAll(async () => {
    await server.dispose();
  });
  beforeEach(async () => {
    address = freshLog(server.address);
    const { store, dispose } = await openEsdbLog(address);
    await store.append('login-a', envelopesOf('login-a', 0, LINKS), 'no_stream');
    await dispose();
    // More links than come in the time for which nothing may come, and too slow for a look beside the subscription.
    await server.fault({ name: 'slow', after: 50, stream: 'ledger$' });
  });
  afterEach(async () => {
    await server.clear();
  });

  it('waits as long as it goes on', async () => {
    const began = performance.now();
    const store = await openEsdbEventStore({ address, openMs: SILENT_MS });
    expect(performance.now() - began).toBeGreaterThan(SILENT_MS);
    expect(store.index().position).toBe(LINKS - 1);
    await store.close();
  });

  it('gives up where no more comes', async () => {
    const { delivered } = await server.status();
    const opening = openEsdbEventStore({ address, openMs: SILENT_MS });
    opening.catch(() => undefined);
    await eventually(
      () => server.status(),
      (now) => now.delivered > delivered + 5,
    );
    await server.fault({ name: 'mute', stream: 'ledger$' });
    await expect(opening).rejects.toThrow(StoreUnavailable);
    await expect(opening).rejects.toThrow(/up to \d+ of 59, and no more comes/);
  });
});

it('a node that opens tells how far it has come', async () => {
  const told: Indexing[] = [];
  let position = -1;
  // As a follower whose time is over, a hundred links further each time.
  const reached = (head: number): Promise<boolean> => {
    position += 100;
    return Promise.resolve(position >= head);
  };
  const options = { silentMs: 0, onProgress: (now: Indexing) => told.push(now), check: () => undefined };
  await indexed({ position: () => position, reached }, 250, options);
  expect(told).toEqual([99, 199].map((at) => ({ position: at, head: 250 })));
});

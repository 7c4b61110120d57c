import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/event-store.ts';
import { withBudget } from '../../../src/infra/command-budget.ts';
import { openEsdbEventStore, type EsdbEventStore } from '../../../src/infra/esdb/event-store.ts';
import { tellIndexing, type Indexing } from '../../../src/infra/esdb/indexing.ts';
import { envelopesOf } from '../../support/envelopes.ts';
import { freshLog, openEsdbLog } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

const LINKS = 60;
const BUDGET_MS = 300;
const never = new AbortController().signal;

describe('a node that opens on a long ledger', () => {
  const events = envelopesOf('login-a', 0, LINKS);
  let server: EsdbServer;
  let store: EsdbEventStore;
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterAll(async () => {
    await server.dispose();
  });
  beforeEach(async () => {
    const address = freshLog(server.address);
    const { store: before, dispose } = await openEsdbLog(address);
    await before.append('login-a', events, 'no_stream');
    await dispose();
    // Too slow for a look beside the subscription; the link of the head is read alone.
    await server.fault({ name: 'slow', after: 100, stream: 'ledger$' });
    store = await openEsdbEventStore({ address });
  });
  afterEach(async () => {
    await server.clear();
    await store.close();
  });

  it('tells its head and gives its events in their order before it has read it', async () => {
    expect(store.isIndexed()).toBe(false);
    expect((await store.head()).position).toBe(LINKS - 1);
    for await (const first of store.readAll({ after: null, to: 0 })) expect(first.id).toBe(events[0]?.id);
    expect(store.isIndexed()).toBe(false);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['append', () => store.append('login-a', events.slice(-1), LINKS - 2)],
    ['a read of a stream', async () => store.streamSince('login-a', -1)],
    ['a look for an event', () => store.eventById(events[LINKS - 1]?.id ?? '')],
    ['a look for an instant', () => store.positionAt('2026-01-06T00:00:00.000Z')],
  ])('refuses %s that cannot wait so long', async (_, ask) => {
    await expect(withBudget(BUDGET_MS, ask)).rejects.toThrow(StoreUnavailable);
    expect(store.isIndexed()).toBe(false);
  });

  it('says how far it is to whoever asks too soon, and knows what was seen before once it has come so far', async () => {
    const repeating = store.append('login-a', events.slice(-1), LINKS - 2);
    await expect(withBudget(BUDGET_MS, async () => store.streamSince('login-a', -1))).rejects.toThrow(
      /has read the ledger up to -?\d+ of 59/,
    );
    await server.clear();
    await store.indexed(never);
    expect(store.isIndexed()).toBe(true);
    expect(await repeating).toEqual({ revision: LINKS - 1, position: LINKS - 1, repeated: true });
  });

  it('is waited for no longer than whoever waits wants to', async () => {
    const stopping = new AbortController();
    const waiting = store.indexed(stopping.signal);
    stopping.abort();
    await waiting;
    expect(store.isIndexed()).toBe(false);
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
  await tellIndexing({ position: () => position, reached }, 250, (now) => told.push(now), never);
  expect(told).toEqual([99, 199].map((at) => ({ position: at, head: 250 })));
});

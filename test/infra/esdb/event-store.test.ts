import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { openEsdbEventStore } from '../../../src/infra/esdb/event-store.ts';
import { startEsdbWorker } from '../../../src/infra/esdb/worker.ts';
import { eventStoreContract } from '../../contract/event-store.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

/** Each test has a log of its own on the one server, as two ledgers of one cluster have. */
const inNamespace = (address: string): string =>
  `${address}${address.includes('?') ? '&' : '?'}namespace=t${randomBytes(8).toString('hex')}`;
const openOn = async (server: string) => {
  const address = inNamespace(server);
  const worker = startEsdbWorker({ address });
  const store = await openEsdbEventStore({ address });
  return {
    store,
    dispose: async () => {
      await store.close();
      await worker.close();
    },
  };
};

describe.each([
  ['batches of appends', true],
  ['an append a call', false],
])('over the wire, %s', (name, batch) => {
  let server: EsdbServer;
  beforeAll(async () => {
    server = await startEsdbServer({ batch });
  });
  afterAll(async () => {
    await server.dispose();
  });
  eventStoreContract(`EventStoreDB, ${name}`, () => openOn(server.address));
});

const real = process.env['EVENTSTORE_TEST_URL'];
describe.skipIf(real === undefined)('on a real server (EVENTSTORE_TEST_URL)', () => {
  eventStoreContract('EventStoreDB', () => openOn(real ?? ''));
});

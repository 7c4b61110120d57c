import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Binary, MongoClient } from 'mongodb';
import { openConnection } from '../src/infra/esdb/connection.ts';
import { openEsdbEventStore } from '../src/infra/esdb/event-store.ts';
import { startEsdbWorker } from '../src/infra/esdb/worker.ts';
import { openLogReader } from '../src/infra/sqlite/log-reader.ts';
import { SERVICE_KEYS } from '../src/infra/vault/vault.ts';
import { startEsdbServer, type EsdbServer } from '../test/support/esdb-server/start.ts';
import { startProcess, type Running } from './processes.ts';

/** Why benchmarks that need a MongoDB cannot run; null where they can. */
export const withoutMongo = (): string | null =>
  process.env['MONGO_TEST_URL'] === undefined
    ? 'MONGO_TEST_URL names no MongoDB (.ci/mongo-server/serve starts one and prints it)'
    : null;

/** A database of MongoDB that no other run has. */
export const freshDatabase = (): string => {
  const url = new URL(process.env['MONGO_TEST_URL'] ?? '');
  url.pathname = `/hongzhang-bench-${randomUUID()}`;
  return url.href;
};

/** Forgets a database. */
export const dropDatabase = async (address: string): Promise<void> => {
  const client = new MongoClient(address);
  await client.db().dropDatabase();
  await client.close();
};

/** Our own server of EventStoreDB's protocol, in a process of its own, on an empty store. */
export const withEventStore = async <T>(work: (server: EsdbServer) => Promise<T>): Promise<T> => {
  const server = await startEsdbServer();
  try {
    return await work(server);
  } finally {
    await server.dispose();
  }
};

/**
 * Puts a log in a file, whose reactions have run, into EventStoreDB, event by event in its order, so that the positions are
 * the same.
 */
export const fillEventStore = async (address: string, file: string): Promise<void> => {
  process.stderr.write(`  filling the event store from ${file}\n`);
  const [log, connection, worker] = [openLogReader(file), openConnection(address), startEsdbWorker({ address })];
  const { position: head } = await log.head();
  for await (const { position: _, ...envelope } of log.readAll({ after: null }))
    await connection.append(
      envelope.stream,
      [{ id: envelope.id, type: envelope.type, json: envelope }],
      envelope.revision - 1,
      5_000,
    );
  const store = await openEsdbEventStore({ address });
  while ((await store.head()).position < head) await pause(50);
  await worker.bookmark('reactor').save(await store.head());
  await store.close();
  await worker.close();
  await connection.close();
  await log.close();
};

/** Gives a vault on MongoDB the service keys of one in a directory, so that both take each other's tokens. */
export const shareServiceKeys = async (address: string, directory: string): Promise<void> => {
  const client = new MongoClient(address);
  const keys = client.db().collection<{ readonly _id: string; readonly key: Binary }>('serviceKeys');
  await keys.insertMany(
    SERVICE_KEYS.map((name) => ({ _id: name, key: new Binary(readFileSync(`${directory}/service/${name}.key`)) })),
  );
  await client.close();
};

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** `hongzhang serve` as it was built, in one role on servers. Resolves when it is ready. */
export const serveRole = (
  role: 'api' | 'worker',
  stores: Readonly<Record<'EVENT_STORE' | 'READ_STORE' | 'VAULT', string>>,
): Promise<Running> => startProcess([CLI, 'serve'], { ...stores, ROLE: role, LOG_LEVEL: 'error' });

type Readiness = { readonly projections: readonly { readonly lag: number }[] };

/** Resolves when the views have caught up, and stay so: nothing of one measurement runs on into the next. */
export const caughtUp = async ({ port }: Running): Promise<void> => {
  for (let quiet = 0; quiet < 5;) {
    const { projections } = (await (await fetch(`http://127.0.0.1:${String(port)}/readyz`)).json()) as Readiness;
    quiet = projections.every(({ lag }) => lag === 0) ? quiet + 1 : 0;
    await pause(300);
  }
};

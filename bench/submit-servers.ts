import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openSqlite } from '../src/infra/sqlite/database.ts';
import { demoDirectory, withFresh } from './directories.ts';
import { historyDirectory } from './history.ts';
import { loadOf } from './load.ts';
import { runNode, startProcess, type Running } from './processes.ts';
import { resultOf, type Benchmark } from './report.ts';
import { interleaved } from './rounds.ts';
import { caughtUp, dropDatabase, fillEventStore, freshDatabase, serveRole, shareServiceKeys, withEventStore, withoutMongo } from './servers.ts'; // prettier-ignore
import { applicantsOf, bytesByAccount, LOAD, requestsOf, type Applicant } from './submit.ts';

/** Events of the demonstration that the log holds before. */
const EVENTS = 5_000;
const FILL = fileURLToPath(new URL('rebuild-servers-process.ts', import.meta.url));
const FLOOR = fileURLToPath(new URL('submit-servers-floor.ts', import.meta.url));

/** The resources that are published by then. */
const publishedIn = (file: string): ReadonlySet<string> => {
  const db = openSqlite(file, { readOnly: true });
  const rows = db.prepare("SELECT DISTINCT stream FROM events WHERE type = 'ResourcePublished'").all() as { stream: string }[];
  db.close();
  return new Set(rows.map(({ stream }) => stream.slice('resource-'.length)));
};

const onlyFor = (applicants: readonly Applicant[], resources: ReadonlySet<string>): readonly Applicant[] =>
  applicants.map(({ account, bodies }) => ({
    account,
    bodies: bodies.filter((body) => resources.has((JSON.parse(body) as { readonly resourceId: string }).resourceId)),
  }));

/** The same keys would be the same commands: each round has connections of other names. */
const renewed = (requests: readonly (() => string)[], round: number): readonly (() => string)[] =>
  requests.map((next) => () => next().replace('idempotency-key: bench-', `idempotency-key: round-${String(round)}-`));

export const submitServers: Benchmark = {
  limits: { 'submit-servers': null },
  about:
    'submit on EventStoreDB (our wire-level server) and MongoDB, one API node and one worker ÷ the same bytes through the bare client',
  missing: withoutMongo,
  run: async () =>
    withEventStore(async (eventStore) => {
      const [base, history] = [await demoDirectory(), await historyDirectory(EVENTS)];
      const bytes = await bytesByAccount(base, applicantsOf(base));
      const applicants = onlyFor(applicantsOf(base), publishedIn(`${history}/events.db`));
      const stores = { EVENT_STORE: `${eventStore.address}&namespace=bench`, READ_STORE: freshDatabase(), VAULT: freshDatabase() };
      const running: Running[] = [];
      try {
        await fillEventStore(stores.EVENT_STORE, `${history}/events.db`);
        await shareServiceKeys(stores.VAULT, `${base}/vault`);
        await runNode(['--import', 'tsx', FILL], { ESDB: stores.EVENT_STORE, MONGO: stores.READ_STORE });
        const worker = await serveRole('worker', stores);
        running.push(worker);
        const api = await serveRole('api', stores);
        running.push(api);
        let round = 0;
        const ours = async (): Promise<number> => {
          await caughtUp(worker);
          round += 1;
          const rate = await loadOf(api.port, renewed(await requestsOf(base, applicants), round), { ...LOAD, again: 503 });
          await caughtUp(worker);
          return rate;
        };
        const floor = (): Promise<number> =>
          withFresh(base, async (directory) => {
            const path = `${directory}/floor-bytes.json`;
            writeFileSync(path, JSON.stringify(bytes));
            const server = await startProcess(['--import', 'tsx', FLOOR], {
              DATA_DIR: directory,
              BYTES: path,
              ESDB: eventStore.address,
            });
            const rate = await loadOf(server.port, await requestsOf(directory, applicants), LOAD);
            await server.stop();
            return rate;
          });
        const medians = await interleaved({ floor, ours });
        return [resultOf('submit-servers', 'commands/s', medians.ours, medians.floor)];
      } finally {
        for (const { stop } of running.reverse()) await stop();
        await dropDatabase(stores.READ_STORE);
        await dropDatabase(stores.VAULT);
      }
    }),
};

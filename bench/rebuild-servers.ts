import { fileURLToPath } from 'node:url';
import { historyDirectory } from './history.ts';
import { runNode } from './processes.ts';
import { recordingOf } from './rebuild-recording.ts';
import { resultOf, type Benchmark } from './report.ts';
import { interleaved } from './rounds.ts';
import { dropDatabase, fillEventStore, freshDatabase, withEventStore, withoutMongo } from './servers.ts';

const EVENTS = 5_000;
const OURS = fileURLToPath(new URL('rebuild-servers-process.ts', import.meta.url));
const FLOOR = fileURLToPath(new URL('rebuild-servers-floor.ts', import.meta.url));

/** Events a second of a process that fills an empty database and prints its seconds. */
const rateOf = async (script: string, environment: Readonly<Record<string, string>>): Promise<number> => {
  const MONGO = freshDatabase();
  try {
    const { output } = await runNode(['--import', 'tsx', script], { ...environment, MONGO });
    return EVENTS / Number(output);
  } finally {
    await dropDatabase(MONGO);
  }
};

export const rebuildServers: Benchmark = {
  limits: { 'rebuild-servers': null },
  about:
    'all views over 5,000 events, from EventStoreDB (our wire-level server) into MongoDB ÷ the same documents ready-made by the bare driver',
  missing: withoutMongo,
  run: async () =>
    withEventStore(async ({ address }) => {
      const [history, RECORDING] = [await historyDirectory(EVENTS), await recordingOf(EVENTS)];
      const log = `${address}&namespace=bench`;
      await fillEventStore(log, `${history}/events.db`);
      const medians = await interleaved({
        floor: () => rateOf(FLOOR, { ESDB: address, LEDGER: 'bench.ledger', RECORDING }),
        ours: () => rateOf(OURS, { ESDB: log }),
      });
      return [resultOf('rebuild-servers', 'events/s', medians.ours, medians.floor)];
    }),
};

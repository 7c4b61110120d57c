import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openConnection, type Connection } from '../src/infra/esdb/connection.ts';
import { monotonic } from '../src/infra/esdb/deadline.ts';
import { startFollower, type Follower } from '../src/infra/esdb/follower.ts';
import { createLedgerReader } from '../src/infra/esdb/ledger-reader.ts';
import { envelopeOf, uuidOf } from '../test/support/envelopes.ts';
import { resultOf, type Benchmark } from './report.ts';
import { interleaved, quantile } from './rounds.ts';
import { withEventStore } from './servers.ts';

/** Appends of one round, one after another, each to a stream of its own. */
const APPENDS = 1_000;
/** Milliseconds after which an event without a position is a fault. */
const WAIT = 10_000;
const WORKER = fileURLToPath(new URL('../test/support/esdb-child.ts', import.meta.url));

type Times = { readonly appends: readonly number[]; readonly lags: readonly number[] };

const appendAll = async (connection: Connection, follower: Follower, round: number): Promise<Times> => {
  const [appends, lags]: [number[], number[]] = [[], []];
  for (let n = 0; n < APPENDS; n += 1) {
    const stream = `login-lag-${String(round)}-${String(n)}`;
    const envelope = envelopeOf(stream, 0, { id: uuidOf(stream) });
    const { sealed } = follower.expect(envelope.id);
    const started = performance.now();
    await connection.append(stream, [{ id: envelope.id, type: envelope.type, json: envelope }], -1, 5_000);
    const acknowledged = performance.now();
    appends.push(acknowledged - started);
    await sealed(monotonic() + WAIT);
    lags.push(performance.now() - acknowledged);
  }
  return { appends, lags };
};

export const sequencerLag: Benchmark = {
  limits: { 'sequencer-lag': null, 'sequencer-lag-p99': null },
  about: 'from append acknowledged to position known on our wire-level server, p50 and p99 ÷ the append itself, p50 and p99',
  run: async () =>
    withEventStore(async ({ address }) => {
      const worker = fork(WORKER, ['worker', address], {
        execArgv: ['--import', 'tsx'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await once(worker, 'message');
      const connection = openConnection(address);
      const follower = startFollower(connection, createLedgerReader(connection, ''));
      let round = 0;
      let last: Times = await appendAll(connection, follower, round);
      const medians = await interleaved({
        append50: async () => {
          round += 1;
          last = await appendAll(connection, follower, round);
          return quantile(last.appends, 0.5);
        },
        append99: () => Promise.resolve(quantile(last.appends, 0.99)),
        lag50: () => Promise.resolve(quantile(last.lags, 0.5)),
        lag99: () => Promise.resolve(quantile(last.lags, 0.99)),
      });
      await follower.close();
      await connection.close();
      worker.disconnect();
      await once(worker, 'exit');
      return [
        resultOf('sequencer-lag', 'ms', medians.lag50, medians.append50),
        resultOf('sequencer-lag-p99', 'ms', medians.lag99, medians.append99),
      ];
    }),
};

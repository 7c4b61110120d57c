import { RevisionConflict, StoreUnavailable } from '../../src/domain/event-store.ts';
import { openEsdbEventStore } from '../../src/infra/esdb/event-store.ts';
import { startEsdbWorker } from '../../src/infra/esdb/worker.ts';
import { envelopeOf, uuidOf } from './envelopes.ts';

/**
 * A process on a log in EventStoreDB.
 *
 * - `worker <address> [step] [n]`: seals; kills itself when it comes to that step of the sequencer for the n-th time
 * - `race <address> <name>`: tries to create the stream of each number it is sent, as other processes do
 * - `grow <address> <name> <count>`: appends to a stream of its own; asks again where the store is away
 */
const [role = '', address = '', name = '', count = '1'] = process.argv.slice(2);
const failed = (error: unknown): void => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
};

const work = (): void => {
  let left = Number(count);
  startEsdbWorker({
    address,
    onStatus: ({ leading, position }) => { process.stdout.write(`${leading ? 'leads' : 'waits'} ${String(position)}\n`); }, // prettier-ignore
    step: (step) => {
      if (step !== name) return;
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    },
  });
};

const race = async (): Promise<void> => {
  const store = await openEsdbEventStore({ address });
  const attempt = async (n: number): Promise<void> => {
    const stream = `login-race-${String(n)}`;
    const began = process.hrtime.bigint();
    const outcome = await store.append(stream, [envelopeOf(stream, 0, { id: uuidOf(`${name} ${stream}`) })], 'no_stream').then(
      () => 'won',
      (error: unknown) => {
        if (error instanceof RevisionConflict) return 'lost';
        throw error;
      },
    );
    process.stdout.write(`${outcome} ${stream} ${String(began)} ${String(process.hrtime.bigint())}\n`);
  };
  process.on('message', (message: number | 'end') => {
    if (message === 'end')
      store.close().then(() => { process.disconnect(); }, failed); // prettier-ignore
    else attempt(message).then(() => process.send?.('done'), failed);
  });
};

const grow = async (): Promise<void> => {
  const store = await openEsdbEventStore({ address });
  const stream = `login-${name}`;
  for (let n = 0; n < Number(count); n += 1) {
    const append = (): Promise<unknown> => store.append(stream, [envelopeOf(stream, n)], n === 0 ? 'no_stream' : n - 1);
    const again = (error: unknown): Promise<unknown> => {
      if (!(error instanceof StoreUnavailable)) throw error;
      return append().catch(again);
    };
    await append().catch(again);
    process.stdout.write(`stored ${stream}/${String(n)}\n`);
  }
  await store.close();
  process.disconnect();
};

if (role === 'worker') work();
else await (role === 'race' ? race() : grow()).catch(failed);
process.send?.('ready');
process.once('disconnect', () => { process.exit(0); }); // prettier-ignore

import { RevisionConflict } from '../../src/domain/event-store.ts';
import { openSqliteEventStore } from '../../src/infra/sqlite-event-store.ts';
import { envelopeOf, uuidOf } from './envelopes.ts';

/**
 * A process that appends to a log until it is done or killed, and prints a line per acknowledged append.
 * `race`: tries to create the same streams as every other process. `stream`: appends to a stream of its own.
 */
const [path = '', name = '', mode = '', count = '0', offset = '0'] = process.argv.slice(2);
const store = openSqliteEventStore({ path, synchronous: process.env['SYNCHRONOUS'] === 'OFF' ? 'OFF' : 'FULL' });

const race = async (n: number): Promise<void> => {
  const stream = `login-race-${String(n)}`;
  try {
    await store.append(stream, [envelopeOf(stream, 0, { id: uuidOf(`${name} ${stream}`) })], 'no_stream');
    process.stdout.write(`won ${stream}\n`);
  } catch (error) {
    if (!(error instanceof RevisionConflict)) throw error;
    process.stdout.write(`lost ${stream}\n`);
  }
};
const grow = async (n: number): Promise<void> => {
  const stream = `login-${name}`;
  await store.append(stream, [envelopeOf(stream, n)], n === 0 ? 'no_stream' : n - 1);
  process.stdout.write(`stored ${stream}/${String(n)}\n`);
};

const run = async (): Promise<void> => {
  const total = Number(count);
  // Racers begin at different streams, so that each meets the others half way whoever started first.
  const first = mode === 'race' ? Number(offset) : 0;
  for (let n = 0; n < total; n += 1) await (mode === 'race' ? race((n + first) % total) : grow(n));
  await store.close();
  process.disconnect();
};
process.once('message', () => {
  run().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
process.send?.('ready');

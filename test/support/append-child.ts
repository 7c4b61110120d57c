import { RevisionConflict } from '../../src/domain/event-store.ts';
import { openSqliteEventStore } from '../../src/infra/sqlite/event-store.ts';
import { envelopeOf, uuidOf } from './envelopes.ts';

/**
 * A process that appends to a log until it is done or killed, and prints a line per acknowledged append.
 * `go`: appends to a stream of its own. A number: tries to create the stream of that number, as other processes do.
 */
const [path = '', name = '', count = '0'] = process.argv.slice(2);
const store = openSqliteEventStore({ path, synchronous: process.env['SYNCHRONOUS'] === 'OFF' ? 'OFF' : 'FULL' });

const race = async (n: number): Promise<void> => {
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
const grow = async (n: number): Promise<void> => {
  const stream = `login-${name}`;
  await store.append(stream, [envelopeOf(stream, n)], n === 0 ? 'no_stream' : n - 1);
  process.stdout.write(`stored ${stream}/${String(n)}\n`);
};

const grown = async (): Promise<void> => {
  for (let n = 0; n < Number(count); n += 1) await grow(n);
  await store.close();
  process.disconnect();
};
const failed = (error: unknown): void => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
};
// A race is run stream by stream, when its starter says so: all racers are at the line before any goes.
process.on('message', (message: number | 'go' | 'end') => {
  if (message === 'go') grown().catch(failed);
  else if (message === 'end')
    store.close().then(() => { process.disconnect(); }, failed); // prettier-ignore
  else race(message).then(() => process.send?.('done'), failed);
});
process.send?.('ready');

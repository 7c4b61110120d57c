import { EventEmitter } from 'node:events';
import { existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

/** An event as the server keeps it. `position` is where its record begins in the log: big, rising, with gaps. */
export type Stored = {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly created: number;
};
export type Proposed = Pick<Stored, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;
export type Expected = number | 'no_stream' | 'any' | 'stream_exists';
export type Outcome =
  | { readonly kind: 'written' | 'there'; readonly revision: number; readonly last: Stored | undefined }
  | { readonly kind: 'wrong'; readonly current: number };

type Line = Omit<Stored, 'position' | 'data' | 'metadata'> & { position: string; data: string; metadata: string };

const lineOf = (event: Stored): Line => ({
  ...event,
  position: event.position.toString(),
  data: Buffer.from(event.data).toString('base64'),
  metadata: Buffer.from(event.metadata).toString('base64'),
});
const storedOf = (line: Line): Stored => ({
  ...line,
  position: BigInt(line.position),
  data: Buffer.from(line.data, 'base64'),
  metadata: Buffer.from(line.metadata, 'base64'),
});

/** What a real server has in `$all` before anybody wrote: tests that count on an empty `$all` are wrong. */
const SYSTEM = ['$settings', '$users', '$$$scavenges', '$projections-$all', '$streams'];

export type Store = ReturnType<typeof openStore>;

/**
 * The log of the server for tests, in a file of one line an append, so that it outlives the process and an append is there
 * whole or not at all. `firstPosition` puts it where a log of years would stand.
 */
export const openStore = (path: string, firstPosition: bigint) => {
  const log: Stored[] = [];
  const streams = new Map<string, Stored[]>();
  const grown = new EventEmitter().setMaxListeners(0);
  let end = firstPosition;

  const keep = (event: Stored): void => {
    log.push(event);
    const stream = streams.get(event.stream);
    if (stream === undefined) streams.set(event.stream, [event]);
    else stream.push(event);
    end = event.position + BigInt(100 + 2 * (event.stream.length + event.type.length) + event.data.length + event.metadata.length);
  };

  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  for (const line of whole.split('\n').slice(0, -1)) for (const event of JSON.parse(line) as Line[]) keep(storedOf(event));
  const file = openSync(path, 'a', 0o600);

  const last = (stream: string): number => (streams.get(stream)?.length ?? 0) - 1;

  const write = (stream: string, events: readonly Proposed[]): Stored | undefined => {
    const before = log.length;
    for (const event of events) keep({ ...event, stream, revision: last(stream) + 1, position: end, created: Date.now() });
    writeSync(file, `${JSON.stringify(log.slice(before).map(lineOf))}\n`);
    grown.emit('grown');
    return log.at(-1);
  };

  /** The table of the real server: an older exact revision compares ids with what lies there, durably, without limit of time. */
  const append = (stream: string, expected: Expected, events: readonly Proposed[], forgetIds: boolean): Outcome => {
    const current = last(stream);
    if (expected === 'stream_exists' && current < 0) return { kind: 'wrong', current };
    if (typeof expected === 'number' || expected === 'no_stream') {
      const before = expected === 'no_stream' ? -1 : expected;
      if (before > current) return { kind: 'wrong', current };
      if (before < current) {
        const there = (streams.get(stream) ?? []).slice(before + 1, before + 1 + events.length);
        const same = there.length === events.length && there.every(({ id }, index) => id === events[index]?.id);
        if (!same || forgetIds) return { kind: 'wrong', current };
        return { kind: 'there', revision: before + events.length, last: there.at(-1) };
      }
    }
    const written = events.length === 0 ? undefined : write(stream, events);
    return { kind: 'written', revision: last(stream), last: written };
  };

  if (log.length === 0)
    for (const stream of SYSTEM)
      write(stream, [{ id: '00000000-0000-4000-8000-000000000000', type: '$system', contentType: 'application/json', data: Buffer.from('{}'), metadata: new Uint8Array() }]); // prettier-ignore

  return {
    append,
    grown,
    log: log as readonly Stored[],
    stream: (name: string): readonly Stored[] => streams.get(name) ?? [],
    /** What reading a stream shows: the last `$maxCount`, where its metadata says so. */
    visible: (name: string): readonly Stored[] => {
      const events = streams.get(name) ?? [];
      const metadata = streams.get(`$$${name}`)?.at(-1);
      const { $maxCount } = (metadata === undefined ? {} : JSON.parse(Buffer.from(metadata.data).toString())) as { $maxCount?: number }; // prettier-ignore
      return $maxCount === undefined ? events : events.slice(-$maxCount);
    },
    /** Where the next record will begin. */
    end: (): bigint => end,
  };
};

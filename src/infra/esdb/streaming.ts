import type { Readable } from 'node:stream';
import { EsdbFault } from './fault.ts';
import { within } from './deadline.ts';

export type StreamingOptions = {
  readonly what: string;
  /** How the call behind the stream is ended: destroying the stream alone leaves it running on the server. */
  readonly cancel: () => Promise<void>;
  /** The longest silence before the next item; without it, any. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
};

const CANCEL_MS = 1_000;
const STOPPED = Symbol('stopped');

/** Resolves when the signal aborts, and leaves no listener behind. */
const stopOf = (signal: AbortSignal | undefined): { readonly stopped: Promise<typeof STOPPED>; readonly forget: () => void } => {
  let forget = (): void => undefined;
  const stopped = new Promise<typeof STOPPED>((resolve) => {
    if (signal === undefined) return;
    const stop = (): void => { resolve(STOPPED); }; // prettier-ignore
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    forget = () => { signal.removeEventListener('abort', stop); }; // prettier-ignore
  });
  return { stopped, forget };
};

/**
 * What the client streams, as a loop that takes one item at a time (so that the server is slowed, where `on('data')` would
 * pile up), throws after too long a silence, ends when told to, and always ends the call on the server.
 * An error outside of the loop is heard, since unheard it would end the process.
 */
export async function* streamed<T>(stream: Readable, options: StreamingOptions): AsyncGenerator<T> {
  const { what, cancel, silenceMs, signal } = options;
  stream.on('error', () => undefined);
  const items = (stream as AsyncIterable<T>)[Symbol.asyncIterator]();
  const { stopped, forget } = stopOf(signal);
  try {
    while (signal?.aborted !== true) {
      const next = Promise.race([items.next(), stopped]);
      const item = await (silenceMs === undefined ? next : within(silenceMs, what, next));
      if (item === STOPPED || item.done === true) return;
      yield item.value;
    }
  } finally {
    forget();
    await within(CANCEL_MS, `end of ${what}`, cancel()).catch(() => undefined);
    stream.destroy(new EsdbFault('unknown', `${what} was ended`));
  }
}

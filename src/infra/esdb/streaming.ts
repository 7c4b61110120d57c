import type { Readable } from 'node:stream';
import { EsdbFault } from './fault.ts';
import { monotonic, within } from './deadline.ts';

export type StreamingOptions = {
  readonly what: string;
  /** How the call behind the stream is ended: destroying the stream alone leaves it running on the server. */
  readonly cancel: () => Promise<void>;
  /** The longest silence before the next item; without it, any. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
};

const CANCEL_MS = 1_000;
const CHECKS = 4;

/** Breaks the stream off when nothing has come for too long; gives what is told of each item, and what ends the watch. */
const watchSilence = (stream: Readable, what: string, silenceMs: number | undefined) => {
  let heard = monotonic();
  const check = (): void => {
    if (silenceMs !== undefined && monotonic() - heard > silenceMs)
      stream.destroy(new EsdbFault('unknown', `${what}: silent for ${String(silenceMs)} ms`));
  };
  const timer = silenceMs === undefined ? undefined : setInterval(check, silenceMs / CHECKS);
  return {
    /** An item has come: the time that the consumer takes with it is no silence of the server. */
    heard: (): void => { heard = Infinity; },
    listen: (): void => { heard = monotonic(); },
    end: (): void => { clearInterval(timer); },
  }; // prettier-ignore
};

/**
 * What the client streams, as a loop that takes one item at a time (so that the server is slowed, where `on('data')` would
 * pile up), throws after too long a silence, ends when told to, and always ends the call on the server.
 * An error outside of the loop is heard, since unheard it would end the process.
 */
export async function* streamed<T>(stream: Readable, options: StreamingOptions): AsyncGenerator<T> {
  const { what, cancel, silenceMs, signal } = options;
  stream.on('error', () => undefined);
  const stop = (): void => { stream.destroy(); }; // prettier-ignore
  signal?.addEventListener('abort', stop, { once: true });
  const silence = watchSilence(stream, what, silenceMs);
  try {
    const items = (stream as AsyncIterable<T>)[Symbol.asyncIterator]();
    while (signal?.aborted !== true) {
      const item = await items.next();
      if (item.done === true) return;
      silence.heard();
      yield item.value;
      silence.listen();
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    silence.end();
    signal?.removeEventListener('abort', stop);
    await within(CANCEL_MS, `end of ${what}`, cancel()).catch(() => undefined);
    stream.destroy(new EsdbFault('unknown', `${what} was ended`));
  }
}

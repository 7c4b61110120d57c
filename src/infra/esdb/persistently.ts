import { StoreUnavailable } from '../../domain/event-store.ts';
import { backOff, monotonic, pauseFor } from './deadline.ts';
import { EsdbFault } from './fault.ts';

/** How long one attempt may take. */
const READ_MS = 2_000;

/** Repeats a read, which changes nothing, until it succeeds or the time is over (monotonic ms): then `StoreUnavailable`. */
export const persistently = async <T>(until: number, read: (timeoutMs: number) => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await read(Math.min(READ_MS, until - monotonic()));
    } catch (error) {
      if (!(error instanceof EsdbFault)) throw error;
      const wait = backOff(attempt);
      if (error.kind === 'refused' || monotonic() + wait >= until)
        throw new StoreUnavailable(`the event store does not answer: ${error.message}`, { cause: error });
      await pauseFor(wait);
    }
  }
};

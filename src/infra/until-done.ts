import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailable } from '../domain/event-store.ts';

const SHORTEST = 50;
const LONGEST = 5_000;

/** How long to wait after so many tries that were in vain: it doubles, up to 5 s. Milliseconds. */
export const pauseAfter = (tries: number): number => Math.min(LONGEST, SHORTEST * 2 ** Math.min(tries, 10));

export type UntilDone = {
  /**
   * Does the work. What a store refuses it tries again by itself, after pauses that grow, and does not keep the caller
   * waiting for that; any other error of the first try is the caller's.
   */
  readonly run: (work: () => Promise<void>) => Promise<void>;
  /** Is something still to be done that a store refused? */
  readonly isBehind: () => boolean;
  /** Resolves when nothing is tried any more. */
  readonly close: () => Promise<void>;
};

/** For what a start owes: a store that is away for a moment must not end the process. `onError` hears of every try in vain. */
export const createUntilDone = (onError: (error: unknown) => void): UntilDone => {
  const stopping = new AbortController();
  const behind = new Set<Promise<void>>();
  const ended = (): boolean => stopping.signal.aborted;

  const retry = async (work: () => Promise<void>): Promise<void> => {
    for (let tries = 0; !ended(); tries += 1) {
      await pause(pauseAfter(tries), undefined, { signal: stopping.signal }).catch(() => undefined);
      try {
        if (!ended()) await work();
        return;
      } catch (error) {
        onError(error);
      }
    }
  };

  return {
    run: async (work) => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        onError(error);
        const retrying = retry(work);
        behind.add(retrying);
        void retrying.then(() => behind.delete(retrying));
      }
    },
    isBehind: () => behind.size > 0,
    close: async () => {
      stopping.abort();
      await Promise.all(behind);
    },
  };
};

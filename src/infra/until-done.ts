import { setTimeout as pause } from 'node:timers/promises';

const SHORTEST = 50;
const LONGEST = 5_000;

/** How long to wait after so many tries that were in vain: it doubles, up to 5 s. Milliseconds. */
export const pauseAfter = (tries: number): number => Math.min(LONGEST, SHORTEST * 2 ** Math.min(tries, 10));

export type UntilDone = {
  /**
   * Does the work beside whatever the caller does next, and again by itself where it fails, after pauses that grow. Resolves
   * when it is done, or this is closed.
   */
  readonly begin: (work: (signal: AbortSignal) => Promise<void>) => Promise<void>;
  /** Is something that was begun still to be done? */
  readonly isBehind: () => boolean;
  /** Resolves when all that was begun is done. */
  readonly done: () => Promise<void>;
  /** Tells what is under way to stop, and resolves when nothing is any more. */
  readonly close: () => Promise<void>;
};

/** For what a start owes: it neither keeps the start waiting nor ends it. `onError` hears of every try in vain. */
export const createUntilDone = (onError: (error: unknown) => void): UntilDone => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const behind = new Set<Promise<void>>();

  const insist = async (work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        await work(signal);
        return;
      } catch (error) {
        onError(error);
      }
      await pause(pauseAfter(tries), undefined, { signal }).catch(() => undefined);
    }
  };
  const done = async (): Promise<void> => {
    await Promise.all(behind);
  };

  return {
    begin: (work) => {
      const trying = insist(work);
      behind.add(trying);
      void trying.then(() => behind.delete(trying));
      return trying;
    },
    isBehind: () => behind.size > 0,
    done,
    close: () => {
      stopping.abort();
      return done();
    },
  };
};

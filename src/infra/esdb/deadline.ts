import { setTimeout as pause } from 'node:timers/promises';
import { EsdbFault } from './fault.ts';

/** Milliseconds on a clock that never goes back: deadlines and leases are no matter of the time of day. */
export const monotonic = (): number => performance.now();

/** The promise, or a fault with unknown outcome when it has not settled in time: the client has no deadline of its own here. */
export const within = async <T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new EsdbFault('unknown', `${what}: no answer in ${String(Math.round(milliseconds))} ms`)); }, Math.max(0, milliseconds)); // prettier-ignore
  });
  // What settles after its time has nobody left to hear it.
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** How long to wait before the n-th repeat: doubles from 20 ms up to a second, half of it by chance. */
export const backOff = (attempt: number): number => {
  const longest = Math.min(1_000, 20 * 2 ** Math.min(attempt, 10));
  return longest / 2 + (Math.random() * longest) / 2;
};

/** Waits, or returns at once when the signal aborts. */
export const pauseFor = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
  await pause(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
};

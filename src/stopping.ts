import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A signal has ended a command before its work was done; by its exit code a shell knows which. */
export class Stopped extends Error {
  readonly exitCode: number;
  constructor(signal: (typeof SIGNALS)[number]) {
    super(`已按 ${signal} 停止；再次运行同一命令即可继续。\nStopped by ${signal}. Run the same command again to go on.`);
    this.name = 'Stopped';
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** How long after a signal what is under way may take to come to an end of its own. Milliseconds. */
const GRACE = 5_000;

/**
 * Does work that may be stopped: its signal aborts at SIGINT and SIGTERM. Rejects then with `Stopped`, as soon as the work
 * has ended and after `GRACE` at the latest; work that comes to its end nevertheless has come to its end. A second signal kills.
 */
export const untilSignal = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const stopping = new AbortController();
    for (const signal of SIGNALS)
      process.once(signal, () => {
        const stopped = new Stopped(signal);
        stopping.abort(stopped);
        setTimeout(reject, GRACE, stopped);
      });
    work(stopping.signal).then(resolve, (error: unknown) => {
      reject((stopping.signal.aborted ? stopping.signal.reason : error) as Error);
    });
  });

/** The promise, or the reason of the signal as soon as it aborts: for what waits and has nothing to bring to an end. */
export const orStopped = <T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> =>
  signal === undefined
    ? promise
    : new Promise((resolve, reject) => {
        const stop = (): void => { reject(signal.reason as Error); }; // prettier-ignore
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        promise.then(resolve, reject).finally(() => { signal.removeEventListener('abort', stop); }); // prettier-ignore
      });

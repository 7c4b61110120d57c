import { setTimeout as pause } from 'node:timers/promises';

/** What is kept of a lease. `token` rises with every holder: what a later holder's writes can be told by. */
export type LeaseRecord = {
  readonly owner: string;
  readonly token: number;
  readonly durationMs: number;
  readonly released: boolean;
  /** Held, and nothing comes of it: for whoever watches. */
  readonly stalled?: boolean;
};

/** One record a name, changed by compare-and-set alone. Any store that has it can keep leases. */
export type LeaseRegister = {
  readonly read: (name: string) => Promise<{ readonly version: number; readonly record: LeaseRecord } | null>;
  /** Writes over the version that was read (-1: none yet) and gives the new one; null where somebody else wrote first. */
  readonly write: (name: string, record: LeaseRecord, version: number) => Promise<number | null>;
};

export type Lease = {
  readonly name: string;
  readonly token: number;
  /** Whether it is ours at this moment. A process that slept through its lease hears no signal before its next step, so it asks. */
  readonly held: () => boolean;
  /** Aborts when it was lost, or when the holder is told to stop. */
  readonly signal: AbortSignal;
};

export type LeaseOptions = {
  /** Names the holder: unique for each process and start. */
  readonly owner: string;
  /** How long a holder that has died keeps others out: at most 3 s. */
  readonly durationMs?: number;
  /** How often those who wait look. */
  readonly pollMs?: number;
  /** Milliseconds that never go back. */
  readonly now?: () => number;
};

export type Leases = {
  /**
   * Waits for the lease, runs the work under it, gives it back, and begins again, until the signal aborts. Work that
   * throws gives the lease back too; `onError` hears of it.
   */
  readonly run: (name: string, work: (lease: Lease) => Promise<void>, options: RunOptions) => Promise<void>;
};
export type RunOptions = {
  readonly signal: AbortSignal;
  readonly onError?: (error: unknown) => void;
  /** Tokens of the turns to come are higher than this, whatever the register says: what they fence may have served another one. */
  readonly above?: () => number;
};

/** Turns of a process that has no rivals: it holds every lease until it is told to stop. */
export const ALONE: Leases = {
  run: async (name, work, { signal, onError, above = () => -1 }) => {
    while (!signal.aborted)
      await work({ name, token: above() + 1, signal, held: () => !signal.aborted }).catch((error: unknown) => onError?.(error));
  },
};

/** How often a holder renews within one duration. */
const RENEWALS = 3;

const sleep = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await pause(milliseconds, undefined, { signal }).catch(() => undefined);
};

type Held = { readonly token: number; version: number; until: number };

/**
 * Turns by lease. No clock is compared with another machine's: a lease has run out for whoever has watched its record
 * stay the same for its whole duration, and its holder lets go of it a duration after it last began to renew. A lease only
 * keeps workers out of each other's way; what they write is guarded by compare-and-set, and by its token, where it is written.
 */
export const createLeases = (register: LeaseRegister, options: LeaseOptions): Leases => {
  const { owner, durationMs = 2_000, pollMs = 200, now = () => performance.now() } = options;
  const recordOf = (token: number, released: boolean): LeaseRecord => ({ owner, token, durationMs, released });

  /** Waits until the lease is free and takes it; null when told to stop. */
  const acquire = async (name: string, { signal, onError, above = () => 0 }: RunOptions): Promise<Held | null> => {
    let seen = { version: -2, at: 0 };
    while (!signal.aborted) {
      try {
        const found = await register.read(name);
        const version = found?.version ?? -1;
        if (version !== seen.version) seen = { version, at: now() };
        // A record of our own is of a turn that we lost or gave up: nobody else works under it.
        const free =
          found === null || found.record.released || found.record.owner === owner || now() - seen.at >= found.record.durationMs;
        const [began, token] = [now(), Math.max(found?.record.token ?? 0, above()) + 1];
        const taken = free ? await register.write(name, recordOf(token, false), version) : null;
        if (taken !== null) return { token, version: taken, until: began + durationMs };
      } catch (error) {
        onError?.(error);
      }
      await sleep(pollMs, signal);
    }
    return null;
  };

  /** Renews until the lease is lost. A write whose outcome is unknown is looked up: it may have been ours. */
  const renew = async (name: string, held: Held, lost: AbortController): Promise<void> => {
    const ended = (): boolean => lost.signal.aborted;
    for (;;) {
      await sleep(durationMs / RENEWALS, lost.signal);
      if (ended()) return;
      const began = now();
      try {
        const found = await register.read(name);
        const ours = found?.record.owner === owner && found.record.token === held.token;
        const version = ours ? await register.write(name, recordOf(held.token, false), found.version) : null;
        if (version === null) return;
        held.version = version;
        held.until = began + durationMs;
      } catch {
        if (now() >= held.until) return;
      }
    }
  };

  const work = async (name: string, held: Held, run: (lease: Lease) => Promise<void>, runOptions: RunOptions): Promise<void> => {
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, runOptions.signal]);
    // Where renewing hangs, nobody but the clock says that the lease has run out.
    const watch = setInterval(() => { if (now() >= held.until) lost.abort(); }, durationMs / 20); // prettier-ignore
    const renewing = renew(name, held, lost).finally(() => { lost.abort(); }); // prettier-ignore
    try {
      await run({ name, token: held.token, signal, held: () => !lost.signal.aborted && now() < held.until });
    } catch (error) {
      runOptions.onError?.(error);
    } finally {
      clearInterval(watch);
      lost.abort();
      await renewing;
      if (now() < held.until) await register.write(name, recordOf(held.token, true), held.version).catch(() => null);
    }
  };

  return {
    run: async (name, run, runOptions) => {
      while (!runOptions.signal.aborted) {
        const held = await acquire(name, runOptions);
        if (held !== null) await work(name, held, run, runOptions);
      }
    },
  };
};

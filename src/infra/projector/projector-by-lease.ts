import { setTimeout as pause } from 'node:timers/promises';
import type { Projection } from '../../projections/projection.ts';
import { Fenced, type ReadStore } from '../../projections/read-store.ts';
import type { Lease, Leases } from '../lease.ts';
import { ShapeChanged } from '../projection-shape.ts';
import { fedOf } from './projection-versions.ts';
import { openProjector, OtherLog, type ProjectionStatus } from './projector.ts';
import type { ReadableLog } from '../../domain/event-store.ts';
import { pauseAfter } from '../until-done.ts';

export type ProjectorByLeaseOptions = {
  readonly log: ReadableLog;
  /** Of the projector alone: a store remembers where its projector stands. */
  readonly store: ReadStore;
  readonly projections: readonly Projection[];
  readonly leases: Leases;
  /** Empty when the turn is over: others know now. */
  readonly onProgress: (status: readonly ProjectionStatus[]) => void;
  /** Hears of everything that made it begin again. */
  readonly onError: (error: unknown) => void;
};
export type ProjectorByLease = {
  /** Something was appended, or somebody waits: look now. */
  readonly wake: () => void;
  /**
   * Resolves once this process projects, or another has had the turn for `othersMs`. Rejects with what an operator must
   * mend: `OtherLog`, `ShapeChanged`.
   */
  readonly opened: (othersMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const PROJECTIONS_LEASE = 'projections';
/** How often it looks for what other processes appended. Milliseconds. */
const POLL = 100;

/** A lease that was lost must not move a checkpoint any more. */
class LeaseLost extends Error {
  constructor({ name }: Lease) {
    super(`the lease of ${name} was lost`);
    this.name = 'LeaseLost';
  }
}

/** An error of a store or a lost race; what an event's fold throws is no such thing and stops its projection for good. */
class Interrupted extends Error {}

/** Each turn claims what it moves, so that a write of an earlier one is refused, however late it arrives. */
const underLease = (store: ReadStore, lease: Lease, onFenced: (token: number) => void): ReadStore => {
  const telling = (error: unknown): never => {
    if (error instanceof Fenced) onFenced(error.token);
    throw error;
  };
  return {
    ...store,
    claim: (...given) => store.claim(...given).catch(telling),
    commit: async (...given) => {
      if (!lease.held()) throw new LeaseLost(lease);
      await store.commit(...given).catch(telling);
    },
  };
};

/** The projector marks whatever stopped a projection; only a fold names the event it stopped at. */
const assertGoing = (status: readonly ProjectionStatus[]): void => {
  const interrupted = status.find(({ stopped }) => stopped !== undefined && stopped.eventId === null);
  if (interrupted !== undefined) throw new Interrupted(`${interrupted.name}: ${interrupted.stopped?.error ?? ''}`);
};

const isForOperator = (error: unknown): boolean => error instanceof OtherLog || error instanceof ShapeChanged;

/**
 * Moves the projections in this process while it has their lease (decision 10). Whatever interrupts it, the store or the
 * log away, a checkpoint that another worker moved, it opens the projector again at the checkpoints, waiting longer each
 * time that was in vain; only the error of a fold stops a projection. A turn ends where a later one has begun: if that was
 * by leases of another log (this one is its copy), the next turn's token is higher all the same.
 */
export const startProjectorByLease = (options: ProjectorByLeaseOptions): ProjectorByLease => {
  const { log, store, projections, leases, onProgress, onError } = options;
  const stopping = new AbortController();
  let highest = -1;
  const onFenced = (token: number): void => { highest = Math.max(highest, token); }; // prettier-ignore
  let wake = (): void => undefined;
  let settleOpened: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  const first = new Promise<void>((resolve, reject) => {
    settleOpened = { resolve, reject };
  });
  first.catch(() => undefined);

  const nap = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, POLL);
      signal.addEventListener('abort', done, { once: true });
      wake = done;
    });

  /** Projects until the lease is lost; throws at the first interruption. */
  const project = async (lease: Lease, went: () => void): Promise<void> => {
    const leased = underLease(store, lease, onFenced);
    const fed = await fedOf(store, projections);
    const projector = await openProjector({ log, store: leased, projections: fed, onProgress: (status) => { onProgress(status.filter(({ stopped }) => stopped?.eventId !== null)); } }); // prettier-ignore
    // Only now: a stranger to these views is found out before it takes a turn from those whose views they are.
    for (const name of new Set(fed.map((projection) => projection.name))) await leased.claim(name, lease.token);
    onProgress(projector.status());
    settleOpened?.resolve();
    while (lease.held() && !lease.signal.aborted) {
      // Armed before the read, so that an append between read and nap is not slept through.
      const slept = nap(lease.signal);
      const moved = await projector.step();
      assertGoing(projector.status());
      if (moved) {
        went();
        wake();
      }
      await slept;
    }
  };

  const work = async (lease: Lease): Promise<void> => {
    for (let attempt = 0; lease.held() && !lease.signal.aborted && lease.token >= highest; attempt += 1) {
      try {
        await project(lease, () => { attempt = 0; }); // prettier-ignore
      } catch (error) {
        if (isForOperator(error)) settleOpened?.reject(error);
        onError(error);
        await pause(pauseAfter(attempt), undefined, { signal: lease.signal }).catch(() => undefined);
      }
    }
    onProgress([]);
  };
  const running = leases.run(PROJECTIONS_LEASE, work, { signal: stopping.signal, onError, above: () => highest });

  return {
    wake: () => { wake(); }, // prettier-ignore
    opened: async (othersMs) => {
      const others = new AbortController();
      const waited = pause(othersMs, undefined, { signal: others.signal }).catch(() => undefined);
      await Promise.race([first, waited]).finally(() => { others.abort(); }); // prettier-ignore
    },
    close: async () => {
      stopping.abort();
      await running;
    },
  };
};

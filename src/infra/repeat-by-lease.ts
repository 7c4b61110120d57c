import { setTimeout as pause } from 'node:timers/promises';
import type { Lease, Leases } from './lease.ts';

export type Repeated = {
  readonly everyMs: number;
  /** Does what is to be done now, and less where the signal aborts. What is done twice changes nothing. */
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown) => void;
};

/** Repeats pieces of work while this process has the lease, each again after its own pause, also after an error. */
export const repeatByLease = (
  leases: Leases,
  name: string,
  pieces: readonly Repeated[],
): { readonly close: () => Promise<void> } => {
  const stopping = new AbortController();
  const repeat = async ({ everyMs, work, onError }: Repeated, lease: Lease): Promise<void> => {
    while (lease.held() && !lease.signal.aborted) {
      await work(lease.signal).catch(onError);
      await pause(everyMs, undefined, { signal: lease.signal }).catch(() => undefined);
    }
  };
  const running = leases.run(name, async (lease) => { await Promise.all(pieces.map((piece) => repeat(piece, lease))); }, { signal: stopping.signal }); // prettier-ignore
  return {
    close: async () => {
      stopping.abort();
      await running;
    },
  };
};

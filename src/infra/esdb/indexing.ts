import type { Position } from '../../domain/envelope.ts';
import { StoreUnavailable } from '../../domain/event-store.ts';
import { monotonic } from './deadline.ts';
import type { Follower } from './follower.ts';

/** How far a node that opens has read the ledger, of what it held when that began. */
export type Indexing = { readonly position: Position; readonly head: Position };

export type IndexingOptions = {
  /** How long nothing may come: reading a long ledger takes what it takes. Milliseconds. */
  readonly silentMs: number;
  readonly onProgress: (indexing: Indexing) => void;
  /** Throws where it is of no use to go on. */
  readonly check: () => void;
};

/** How often the progress is told. Milliseconds. */
const TELL_MS = 5_000;

/** Waits until the node knows the ledger up to `head`, as long as it goes on. Rejects with `StoreUnavailable`. */
export const indexed = async (
  follower: Pick<Follower, 'position' | 'reached'>,
  head: Position,
  { silentMs, onProgress, check }: IndexingOptions,
): Promise<void> => {
  let [seen, until] = [follower.position(), monotonic() + silentMs];
  while (!(await follower.reached(head, Math.min(until, monotonic() + TELL_MS)))) {
    check();
    const position = follower.position();
    if (position > seen) [seen, until] = [position, monotonic() + silentMs];
    else if (monotonic() >= until)
      throw new StoreUnavailable(`this node knows the ledger up to ${String(position)} of ${String(head)}, and no more comes`);
    onProgress({ position, head });
  }
  check();
};

import type { Position } from '../../domain/envelope.ts';
import { monotonic } from './deadline.ts';
import type { Follower } from './follower.ts';

/** How far a node that opens has read the ledger, of what it held when that began. */
export type Indexing = { readonly position: Position; readonly head: Position };

/** How often the progress is told. Milliseconds. */
const TELL_MS = 5_000;

/** Tells now and then how far the node is, until it knows the ledger up to `head` or the signal aborts. */
export const tellIndexing = async (
  follower: Pick<Follower, 'position' | 'reached'>,
  head: Position,
  onProgress: (indexing: Indexing) => void,
  signal: AbortSignal,
): Promise<void> => {
  while (!(await follower.reached(head, monotonic() + TELL_MS, signal)) && !signal.aborted)
    onProgress({ position: follower.position(), head });
};

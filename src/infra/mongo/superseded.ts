import type { Collection as Rows } from 'mongodb';
import type { Position } from '../../domain/envelope.ts';
import type { Row } from './collection.ts';

/** How long a snapshot may go on reading what later commits have ended; longer than any request lives. Milliseconds. */
export const SNAPSHOT_LIFE = 60_000;
/** Commits between two collections: it costs a look at an index. Milliseconds. */
const BETWEEN = 10_000;

/**
 * Removes the ended rows of a projection without history once no snapshot can be reading them. Only spans of this
 * process's own clock count: a checkpoint that this worker saw so long ago is older than every snapshot still open.
 */
export const createCollector = (now: () => number) => {
  let seen: { readonly position: Position; readonly at: number }[] = [];
  let collected = -Infinity;
  return async (rows: Rows<Row>, position: Position): Promise<void> => {
    const at = now();
    seen.push({ position, at });
    if (at - collected < BETWEEN) return;
    const old = seen.filter((one) => at - one.at > 2 * SNAPSHOT_LIFE).at(-1);
    collected = at;
    if (old === undefined) return;
    seen = seen.filter((one) => one.at > old.at);
    await rows.deleteMany({ until: { $lte: old.position } });
  };
};

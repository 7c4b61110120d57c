import type { Position } from '../domain/envelope.ts';
import { createRecentMap } from './recent-map.ts';
import type { Sqlite } from './sqlite.ts';

/** Streams whose end is kept; each costs its name and a number. */
const KEPT = 100_000;
/** A longer tail than this was not followed: forgetting is cheaper than reading it. */
const LONGEST_TAIL = 5_000;

type End = { readonly stream: string; readonly revision: number };

/**
 * Knows of a stream that nothing was appended to it, without asking for the stream: what came to the log since the last
 * look is read once, for all streams, by whichever process it was appended. A fold asks for six streams or so a command.
 */
export const createStreamEnds = (db: Sqlite, headPosition: () => Position) => {
  const tail = db.prepare('SELECT stream, revision FROM events WHERE position > ? ORDER BY position LIMIT ?');
  const ends = createRecentMap<number>(KEPT);
  let seen = headPosition();
  let current = false;

  const look = (): void => {
    const head = headPosition();
    if (head - seen > LONGEST_TAIL) ends.clear();
    else if (head > seen) for (const { stream, revision } of tail.all(seen, head - seen) as End[]) ends.set(stream, revision);
    seen = head;
  };

  return {
    /** Whether the stream has no event after the revision, as the log stands in this turn of the event loop. */
    endsAt: (stream: string, revision: number): boolean => {
      if (!current) {
        look();
        current = true;
        setImmediate(() => {
          current = false;
        });
      }
      const end = ends.get(stream);
      return end !== undefined && end <= revision;
    },
    /** What a read of the stream found. */
    found: (stream: string, revision: number): void => {
      ends.set(stream, revision);
    },
    /** The log has grown within this turn. */
    grown: (): void => {
      current = false;
    },
  };
};

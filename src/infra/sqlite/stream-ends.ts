import type { Position } from '../../domain/envelope.ts';
import { createRecentMap } from '../recent-map.ts';
import type { Sqlite } from './database.ts';

/** Streams whose end is kept; each costs its name and a number. */
const KEPT = 100_000;
/** A longer tail than this was not followed: forgetting is cheaper than reading it. */
const LONGEST_TAIL = 5_000;

type End = { readonly stream: string; readonly revision: number };

/**
 * Knows of a stream that nothing was appended to it, without asking for the stream. What this process appended it is told
 * (`appended`); what came to the log by another process is read once, for all streams, at the next look. Only streams that
 * were asked for are kept: a fold asks for six or so a command, while what a command creates is seldom asked for soon.
 */
export const createStreamEnds = (db: Sqlite, headPosition: () => Position) => {
  const tail = db.prepare('SELECT stream, revision FROM events WHERE position > ? ORDER BY position LIMIT ?');
  const ends = createRecentMap<number>(KEPT);
  let seen = headPosition();
  let current = false;

  const moved = ({ stream, revision }: End): void => {
    if (ends.get(stream) !== undefined) ends.set(stream, revision);
  };
  const look = (): void => {
    const head = headPosition();
    if (head - seen > LONGEST_TAIL) ends.clear();
    else if (head > seen) for (const end of tail.all(seen, head - seen) as End[]) moved(end);
    seen = Math.max(seen, head);
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
    /** This process appended `events` events, the last of them at this revision and position. Told in the log's order. */
    appended: (stream: string, revision: number, position: Position, events: number): void => {
      current = false;
      // What lies between was appended elsewhere: the next look reads it, and this again.
      if (position <= seen || position - events > seen) return;
      moved({ stream, revision });
      seen = position;
    },
  };
};

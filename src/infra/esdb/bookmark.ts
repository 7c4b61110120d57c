import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '../../domain/event-store.ts';
import type { Bookmark, Mark } from '../bookmark.ts';
import type { Connection } from './connection.ts';
import { EsdbFault } from './fault.ts';

const TIMEOUT_MS = 1_000;
const KEPT = 2;

const reaching = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EsdbFault)
      throw new StoreUnavailable(`the event store does not answer: ${error.message}`, { cause: error });
    throw error;
  }
};

/** A bookmark beside the log, for whichever worker has the turn. Not of our categories: never sealed. */
export const esdbBookmark = (connection: Connection, name: string): Bookmark => {
  const stream = `bookmark-${name}`;
  const last = async () => {
    const [found] = await connection.read(stream, { from: 'end', backwards: true, limit: 1, timeoutMs: TIMEOUT_MS });
    return found?.event;
  };
  return {
    load: () => reaching(async () => ((await last())?.data ?? null) as Mark | null),
    save: (mark) =>
      reaching(async () => {
        const revision = (await last())?.revision ?? -1;
        if (revision < 0) await connection.keepLast(stream, KEPT, TIMEOUT_MS).catch(() => undefined);
        try {
          await connection.append(stream, [{ id: randomUUID(), type: 'BookmarkMoved', json: mark }], revision, TIMEOUT_MS);
        } catch (error) {
          // Whoever moved it meanwhile has the turn now.
          if (!(error instanceof EsdbFault && error.kind === 'conflict')) throw error;
        }
      }),
  };
};

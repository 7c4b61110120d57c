import { EventStoreDBClient } from '@eventstore/db-client';
import { within } from './deadline.ts';
import { isLookUpFailure } from './fault.ts';

/** The client that appends, shared by all who append to one server. */
export type AppendClient = {
  readonly run: <T>(append: (client: EventStoreDBClient) => Promise<T>) => Promise<T>;
  readonly release: () => Promise<void>;
};

const DISPOSE_MS = 1_000;
let current: { readonly url: string; client: EventStoreDBClient; users: number; replacing: Promise<void> } | undefined;

const disposed = async (client: EventStoreDBClient): Promise<void> => {
  await within(DISPOSE_MS, 'end of the client', client.dispose()).catch(() => undefined);
};

/**
 * One client for appends per process, and for nothing but appends. The library keeps the promises of all appends of a
 * process in one place: an error on one client's stream rejects those of every other, whose late answers then throw where
 * nobody can catch them. A read's error would make the client change its channel under the appends.
 * Throws where the process already appends to another server.
 */
export const appendClientOf = (url: string): AppendClient => {
  if (current !== undefined && current.url !== url) throw new Error('one process appends to one EventStoreDB');
  const shared = (current ??= {
    url,
    client: EventStoreDBClient.connectionString(url),
    users: 0,
    replacing: Promise.resolve(),
  });
  shared.users += 1;

  /** A failed look-up of the server's features is remembered by the client for good; a new one asks again. */
  const replace = async (failed: EventStoreDBClient): Promise<void> => {
    if (shared.client !== failed) return;
    shared.client = EventStoreDBClient.connectionString(url);
    await disposed(failed);
  };

  return {
    run: async (append) => {
      await shared.replacing;
      const { client } = shared;
      try {
        return await append(client);
      } catch (error) {
        if (isLookUpFailure(error)) {
          shared.replacing = replace(client);
          await shared.replacing;
        }
        throw error;
      }
    },
    release: async () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      if (current === shared) current = undefined;
      await disposed(shared.client);
    },
  };
};

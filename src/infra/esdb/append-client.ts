import { EventStoreDBClient } from '@eventstore/db-client';
import { within } from './deadline.ts';
import { EsdbFault, isLookUpFailure } from './fault.ts';

/** The client that appends, shared by all who append to one server. */
export type AppendClient = {
  readonly run: <T>(append: (client: EventStoreDBClient) => Promise<T>) => Promise<T>;
  readonly release: () => Promise<void>;
};

/** Bounds for an end that does not come: on a busy machine an answer, or the error of a stream that ended, may take seconds. */
const DISPOSE_MS = 3_000;
type Shared = {
  readonly url: string;
  client: EventStoreDBClient;
  users: number;
  /** Resolves once no client that was before this one can hear an answer or an error any more. */
  ready: Promise<void>;
  readonly underWay: Set<Promise<unknown>>;
};
let current: Shared | undefined;
let lastEnded: Promise<void> = Promise.resolve();

/** An answer that came after the end of its client's stream would find nobody: what is under way is waited for, within bounds. */
const disposed = async (client: EventStoreDBClient, underWay: ReadonlySet<Promise<unknown>>): Promise<void> => {
  await within(DISPOSE_MS, 'answers', Promise.allSettled(underWay)).catch(() => undefined);
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
    ready: lastEnded,
    underWay: new Set(),
  });
  shared.users += 1;

  /** A failed look-up of the server's features is remembered by the client for good; a new one asks again. */
  const replace = (failed: EventStoreDBClient): void => {
    if (shared.client !== failed) return;
    shared.client = EventStoreDBClient.connectionString(url);
    // The one before it has ended: nothing begins on a client before that.
    shared.ready = disposed(failed, shared.underWay);
  };

  return {
    run: async (append) => {
      // While this waits, another client may come, whose own beginning is to be awaited.
      for (let awaited: Promise<void> | undefined; awaited !== shared.ready;) await (awaited = shared.ready);
      // Who waited until all had been released would open a stream that nobody ends, and whose error meets later clients.
      if (shared.users === 0) throw new EsdbFault('not-written', 'the client that appends has ended');
      const { client } = shared;
      const appended = append(client);
      shared.underWay.add(appended);
      try {
        return await appended;
      } catch (error) {
        if (isLookUpFailure(error)) replace(client);
        throw error;
      } finally {
        shared.underWay.delete(appended);
      }
    },
    release: async () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      if (current === shared) current = undefined;
      lastEnded = Promise.all([shared.ready, disposed(shared.client, shared.underWay)]).then(() => undefined);
      await lastEnded;
    },
  };
};

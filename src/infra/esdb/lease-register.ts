import { randomUUID } from 'node:crypto';
import type { LeaseRecord, LeaseRegister } from '../lease.ts';
import type { Connection } from './connection.ts';
import { EsdbFault } from './fault.ts';

const TIMEOUT_MS = 800;
const KEPT = 2;

/** The stream of a lease: one event a renewal, of which the server keeps the last two. Not of our categories: never sealed. */
export const leaseStream = (name: string): string => `lease-${name}`;

/** Leases in the event store itself: the version is the revision of the lease's stream. */
export const createLeaseRegister = (connection: Connection): LeaseRegister => ({
  read: async (name) => {
    const options = { from: 'end', backwards: true, limit: 1, timeoutMs: TIMEOUT_MS } as const;
    const [found] = await connection.read(leaseStream(name), options);
    if (found?.event === undefined) return null;
    return { version: found.event.revision, record: found.event.data as LeaseRecord };
  },
  write: async (name, record, version) => {
    // Where that is not allowed, the stream is kept whole: it grows, and nothing else.
    if (version < 0) await connection.keepLast(leaseStream(name), KEPT, TIMEOUT_MS).catch(() => undefined);
    try {
      const draft = { id: randomUUID(), type: 'LeaseKept', json: record };
      return await connection.append(leaseStream(name), [draft], version, TIMEOUT_MS);
    } catch (error) {
      if (error instanceof EsdbFault && error.kind === 'conflict') return null;
      throw error;
    }
  },
});

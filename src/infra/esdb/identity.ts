import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import { EsdbFault } from './fault.ts';

/** The stream whose one event names the log. */
const LOG = 'log';

/** The id of the log, and that of the event which says so: a copy of the log says it by another. */
export type Identity = { readonly logId: string; readonly saidBy: string };

/** Undefined where none has begun. */
export const knownIdentity = async (connection: Connection, timeoutMs: number): Promise<Identity | undefined> => {
  const [found] = await connection.read(LOG, { from: 0, limit: 1, timeoutMs });
  const { logId } = (found?.event?.data ?? {}) as { readonly logId?: unknown };
  return typeof logId === 'string' && found?.event !== undefined ? { logId, saidBy: found.event.id } : undefined;
};

/**
 * The id of the log; where there is none yet, one is drawn, or the one that a copy brings is given. Of several that begin
 * a log at once, one wins and all take its.
 */
export const logIdentity = async (connection: Connection, timeoutMs: number, begun?: string): Promise<Identity> => {
  const before = await knownIdentity(connection, timeoutMs);
  if (before !== undefined) return before;
  const [logId, saidBy] = [begun ?? randomUUID(), randomUUID()];
  try {
    await connection.append(LOG, [{ id: saidBy, type: 'LogBegun', json: { logId } }], -1, timeoutMs);
    return { logId, saidBy };
  } catch (error) {
    const other = error instanceof EsdbFault && error.kind === 'conflict' ? await knownIdentity(connection, timeoutMs) : undefined;
    if (other === undefined) throw error;
    return other;
  }
};

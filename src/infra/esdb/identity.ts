import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import { EsdbFault } from './fault.ts';

/** The stream whose one event names the log. */
const LOG = 'log';

/** The id of the log; undefined where none has begun. */
export const knownIdentity = async (connection: Connection, timeoutMs: number): Promise<string | undefined> => {
  const [found] = await connection.read(LOG, { from: 0, limit: 1, timeoutMs });
  const { logId } = (found?.event?.data ?? {}) as { readonly logId?: unknown };
  return typeof logId === 'string' ? logId : undefined;
};

/**
 * The id of the log; where there is none yet, one is drawn, or the one that a copy brings is given. Of several that begin
 * a log at once, one wins and all take its.
 */
export const logIdentity = async (connection: Connection, timeoutMs: number, begun?: string): Promise<string> => {
  const before = await knownIdentity(connection, timeoutMs);
  if (before !== undefined) return before;
  const logId = begun ?? randomUUID();
  try {
    await connection.append(LOG, [{ id: randomUUID(), type: 'LogBegun', json: { logId } }], -1, timeoutMs);
    return logId;
  } catch (error) {
    const other = error instanceof EsdbFault && error.kind === 'conflict' ? await knownIdentity(connection, timeoutMs) : undefined;
    if (other === undefined) throw error;
    return other;
  }
};

import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import { EsdbFault } from './fault.ts';

/** The stream whose one event names the log. */
const LOG = 'log';

/** The id of the log; draws one where there is none yet. Of several that draw at once, one wins and all take its. */
export const logIdentity = async (connection: Connection, timeoutMs: number): Promise<string> => {
  const known = async (): Promise<string | undefined> => {
    const [found] = await connection.read(LOG, { from: 0, limit: 1, timeoutMs });
    const { logId } = (found?.event?.data ?? {}) as { readonly logId?: unknown };
    return typeof logId === 'string' ? logId : undefined;
  };
  const before = await known();
  if (before !== undefined) return before;
  const logId = randomUUID();
  try {
    await connection.append(LOG, [{ id: randomUUID(), type: 'LogBegun', json: { logId } }], -1, timeoutMs);
    return logId;
  } catch (error) {
    const other = error instanceof EsdbFault && error.kind === 'conflict' ? await known() : undefined;
    if (other === undefined) throw error;
    return other;
  }
};

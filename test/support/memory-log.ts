import type { LedgerEvent } from '../../src/domain/ledger-event.ts';
import type { ReadableLog } from '../../src/domain/event-store.ts';

/** A log in memory; `read` tells how often an event was handed out. */
export const logOf = (events: readonly LedgerEvent[], logId = 'log-1'): ReadableLog & { read: number } => ({
  read: 0,
  head: () => Promise.resolve({ logId, position: events.length - 1 }),
  async *readAll({ after, to = Infinity }) {
    for (const event of events.slice((after ?? -1) + 1, to + 1)) {
      this.read += 1;
      yield await Promise.resolve(event);
    }
  },
});

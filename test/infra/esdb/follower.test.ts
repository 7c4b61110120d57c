import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Connection, Native } from '../../../src/infra/esdb/connection.ts';
import { startFollower } from '../../../src/infra/esdb/follower.ts';
import { createLedgerReader } from '../../../src/infra/esdb/ledger-reader.ts';
import { draftOf } from '../../../src/infra/esdb/links.ts';
import { uuidOf } from '../../support/envelopes.ts';
import { eventually } from '../../support/esdb.ts';

/** The link at a position, as the server gives it. */
const nativeAt = (position: number): Native => {
  const [id, hash] = [uuidOf(`event ${String(position)}`), 'A'.repeat(43)];
  const link = { position, stream: `login-${String(position)}`, revision: 0, id, leaf: hash, node: hash, at: '2026-01-05T01:00:00.000Z', commit: String(position), prepare: String(position) }; // prettier-ignore
  const draft = draftOf(link) as Extract<ReturnType<typeof draftOf>, { link: object }>;
  return { id: draft.id, stream: 'ledger', revision: position, type: '$>', data: Buffer.from(`0@${link.stream}`), metadata: draft.metadata }; // prettier-ignore
};

// What follows and what looks for itself move one position: the one must not take the other's step for another ledger.
it('a node goes on where it learns of links while it compares the one it stood at', async () => {
  let subscriptions = 0;
  let compared = (): void => undefined;
  const comparing = new Promise<void>((resolve) => { compared = resolve; }); // prettier-ignore
  const connection = {
    subscribe: async function* (_: string, after: number, signal: AbortSignal) {
      subscriptions += 1;
      yield { event: nativeAt(after + 1) };
      if (subscriptions > 1) await pause(60_000, undefined, { signal }).catch(() => undefined);
    },
    read: async (_: string, { from, limit }: { from: number | 'end'; limit: number }) => {
      // The comparison is answered after the look, which finds one more.
      if (limit === 1) await comparing;
      return limit > 1 && from === 2 ? [] : [{ event: nativeAt(Number(from)) }];
    },
  } as unknown as Connection;
  const follower = startFollower(connection, createLedgerReader(connection, ''));
  await eventually(follower.position, (position) => position === 1);
  compared();
  await eventually(() => subscriptions, (count) => count === 2); // prettier-ignore
  await eventually(follower.position, (position) => position === 2);
  expect(follower.broken()).toBeUndefined();
  await follower.close();
});

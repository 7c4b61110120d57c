import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection, Native } from '../../../src/infra/esdb/connection.ts';
import { startFollower, type Follower } from '../../../src/infra/esdb/follower.ts';
import { createLedgerReader } from '../../../src/infra/esdb/ledger-reader.ts';
import { draftOf } from '../../../src/infra/esdb/links.ts';
import { uuidOf } from '../../support/envelopes.ts';
import { EsdbFault } from '../../../src/infra/esdb/fault.ts';
import { eventually } from '../../support/esdb.ts';

/** The link at a position, as the server gives it. */
const nativeAt = (position: number, of = 'event'): Native => {
  const [id, hash] = [uuidOf(`${of} ${String(position)}`), 'A'.repeat(43)];
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
    read: async (_: string, { from, limit }: { from: number; limit: number }) => {
      if (limit !== 1) return [from, ...(from === 0 ? [1] : [])].map((at) => ({ event: nativeAt(at) }));
      // The comparison is answered after the look, which finds one more.
      await comparing;
      return [{ event: nativeAt(from) }];
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

describe('a node whose server has fewer links than it knows', () => {
  const LACKING_MS = 1_200;
  let links: readonly Native[];
  let reads: number;
  let away: boolean;
  /** What the node said of its ledger as each read began. */
  let told: boolean[];
  let breakOff: () => void;
  let follower: Follower;
  /** A server that has these links now, to whom a new subscription comes when its own is broken off. */
  const connection = {
    subscribe: async function* (_: string, after: number, signal: AbortSignal) {
      const broken = new Promise<void>((resolve) => { breakOff = resolve; }); // prettier-ignore
      for (const event of links.slice(after + 1)) yield { event };
      await Promise.race([broken, pause(60_000, undefined, { signal }).catch(() => undefined)]);
    },
    read: (_: string, { from, limit }: { from: number; limit: number }) => {
      reads += 1;
      told.push(reads > 1 && follower.broken() !== undefined);
      if (away) return Promise.reject(new EsdbFault('unknown', 'away'));
      return Promise.resolve(links.slice(from, from + limit).map((event) => ({ event })));
    },
  } as unknown as Connection;
  const some = (count: number, of?: string): Native[] => Array.from({ length: count }, (_, at) => nativeAt(at, of));
  const lookedAt = async (more: number): Promise<void> => {
    const enough = reads + more;
    await eventually(() => reads, (now) => now >= enough); // prettier-ignore
  };
  beforeEach(async () => {
    [links, reads, away, told] = [some(5), 0, false, []];
    follower = startFollower(connection, createLedgerReader(connection, ''), LACKING_MS);
    await eventually(follower.position, (position) => position === 4);
  });
  afterEach(async () => {
    await follower.close();
  });

  it('goes on once it has them again: one that was cut off has answered', async () => {
    links = some(3);
    breakOff();
    await lookedAt(3);
    expect(follower.broken()).toBeUndefined();
    links = some(8);
    await eventually(follower.position, (position) => position === 7);
    expect(follower.broken()).toBeUndefined();
  });

  it('says so after repeated looks, until it has them again', async () => {
    links = some(3);
    const began = performance.now();
    breakOff();
    const broken = await eventually(follower.broken, (error) => error !== undefined);
    expect(broken?.message).toContain('ends before position 4');
    expect(performance.now() - began).toBeGreaterThan(LACKING_MS);
    links = some(6);
    await eventually(follower.broken, (error) => error === undefined);
    await eventually(follower.position, (position) => position === 5);
  });

  it('counts no time in which it cannot ask', async () => {
    links = some(3);
    breakOff();
    await lookedAt(2);
    away = true;
    await pause(LACKING_MS);
    [away, told] = [false, []];
    await lookedAt(3);
    // As it stood when the second of these began: after the first.
    expect(told[1]).toBe(false);
  });

  it.each(['subscribes', 'looks'])(
    'learns nothing from it when it has grown into another ledger, found when it %s',
    async (how) => {
      links = some(3);
      if (how === 'subscribes') breakOff();
      await lookedAt(2);
      links = [...some(3), ...some(9, 'other').slice(3)];
      const broken = await eventually(follower.broken, (error) => error !== undefined);
      expect(broken?.message).toContain('position 4 is not the one that this node knows');
      expect(follower.position()).toBe(4);
      links = some(9);
      await lookedAt(3);
      expect(follower.broken()).toBe(broken);
    },
  );
});

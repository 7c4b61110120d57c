import { afterEach, expect, it, vi } from 'vitest';
import type { Connection } from '../../../src/infra/esdb/connection.ts';
import { EsdbFault } from '../../../src/infra/esdb/fault.ts';
import type { LedgerReader } from '../../../src/infra/esdb/ledger-reader.ts';
import { runSequencer } from '../../../src/infra/esdb/sequencer.ts';
import type { Leases } from '../../../src/infra/lease.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Turns of a sequencer whose attempts all fail, at these instants; whether it said after each that it is in vain. */
const stalledAt = async (turns: readonly (readonly number[])[]): Promise<readonly (readonly boolean[])[]> => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const told: boolean[][] = [];
  let failing = false;
  let turn: { readonly left: number[]; readonly lost: AbortController } | undefined;
  const last = (): Promise<never> => {
    now = turn?.left.shift() ?? now;
    failing = true;
    return Promise.reject(new EsdbFault('unknown', 'away'));
  };
  const leases: Leases = {
    run: async (name, work) => {
      for (const instants of turns) {
        const lost = new AbortController();
        turn = { left: [...instants], lost };
        told.push([]);
        await work({ name, token: told.length, signal: lost.signal, held: () => !lost.signal.aborted });
      }
    },
  };
  await runSequencer({
    connection: {} as Connection,
    ledger: { last } as unknown as LedgerReader,
    leases,
    signal: new AbortController().signal,
    onStatus: ({ stalled }) => {
      if (!failing) return;
      failing = false;
      told.at(-1)?.push(stalled);
      if (turn?.left.length === 0) turn.lost.abort();
    },
  });
  return told;
};

it('a sequencer is in vain where its turn comes no further for five seconds', async () => {
  expect(await stalledAt([[0, 4_999, 5_000]])).toEqual([[false, false, true]]);
});

it('a sequencer begins each turn without what an earlier one met, hours ago', async () => {
  expect(await stalledAt([[0], [3_600_000], [3_600_100, 3_605_100], [7_200_000]])).toEqual([
    [false],
    [false],
    [false, true],
    [false],
  ]);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DueInstant } from '../../src/domain/reactions.ts';
import { createDueInstants } from '../../src/infra/due-instants.ts';
import { openSqliteReadStore } from '../../src/infra/sqlite/read-store.ts';
import { instants } from '../../src/projections/instants.ts';
import type { ReadStore, Written } from '../../src/projections/read-store.ts';

const NOW = '2026-03-10T00:00:00.000Z';
let folder: string;
let readStore: ReadStore;
let position: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hongzhang-due-'));
  readStore = openSqliteReadStore(join(folder, 'views'));
  position = -1;
  await readStore.prepare(instants);
});
afterEach(async () => {
  await readStore.close();
  rmSync(folder, { recursive: true });
});

const commit = async (written: readonly Omit<Written, 'position'>[]): Promise<void> => {
  const [from, to] = [position, position + 1];
  const documents = written.map((one) => ({ ...one, position: to }));
  await readStore.commit(
    instants,
    from,
    { logId: 'log', position: to, eventId: `event-${String(to)}`, shared: undefined },
    documents,
    [],
  );
  position = to;
};
const pending = (id: string, at: string): Omit<Written, 'position'> => {
  const document = { id, due: { kind: 'change-effective', subject: `resource of ${id}`, change: id, at } };
  return { id, document };
};

/** Runs what is due over a reactor that does as it is told; what it was asked. */
const runDue = async (
  effect: (due: DueInstant) => Promise<void>,
  waitFor = () => Promise.resolve(true),
): Promise<readonly DueInstant[]> => {
  const asked: DueInstant[] = [];
  const due = async (instant: DueInstant): Promise<number> => {
    asked.push(instant);
    await effect(instant);
    return position;
  };
  const store = { head: () => Promise.resolve({ logId: 'log', position }) };
  await createDueInstants({ readStore, clock: { now: () => NOW }, store, reactor: { due }, waitFor }).run();
  return asked;
};
const changeOf = (due: DueInstant): string => (due.kind === 'change-effective' ? due.change : '');
const takesEffect = (due: DueInstant): Promise<void> => commit([{ id: changeOf(due), document: null }]);

describe('pending instants', () => {
  it('are run once the clock has reached them, earliest first', async () => {
    await commit([
      pending('now', NOW),
      pending('later', '2026-03-10T00:00:00.001Z'),
      pending('missed', '2026-01-01T00:00:00.000Z'),
      pending('yesterday', '2026-03-09T00:00:00.000Z'),
    ]);
    const asked = await runDue(takesEffect);
    expect(asked).toEqual(
      [['missed', '2026-01-01T00:00:00.000Z'], ['yesterday', '2026-03-09T00:00:00.000Z'], ['now', NOW]].map(([change, at]) => ({
        kind: 'change-effective',
        subject: `resource of ${String(change)}`,
        change,
        at,
      })),
    ); // prettier-ignore
    expect(await runDue(takesEffect)).toEqual([]);
  });

  it('are all run, however many came due while the service stood still', async () => {
    await commit(Array.from({ length: 250 }, (_, n) => pending(`change-${String(n)}`, NOW)));
    const asked = await runDue(takesEffect);
    expect(new Set(asked.map(changeOf)).size).toBe(250);
    expect(asked).toHaveLength(250);
  });

  it('may set others off, which are run in the same look', async () => {
    await commit([pending('first', NOW)]);
    const asked = await runDue(async (due) => {
      await takesEffect(due);
      if (changeOf(due) === 'first') await commit([pending('second', NOW)]);
    });
    expect(asked.map(changeOf)).toEqual(['first', 'second']);
  });

  it('whose reaction is refused do not keep the look from ending', async () => {
    await commit([pending('refused', '2026-03-01T00:00:00.000Z'), pending('good', NOW)]);
    const asked = await runDue((due) => (changeOf(due) === 'refused' ? Promise.resolve() : takesEffect(due)));
    expect(asked.map(changeOf)).toEqual(['refused', 'good']);
  });

  it('are run where the view holds them only once it is waited for', async () => {
    let waits = 0;
    const asked = await runDue(takesEffect, async () => {
      waits += 1;
      if (waits === 1) await commit([pending('recorded a moment ago', NOW)]);
      return true;
    });
    expect(asked.map(changeOf)).toEqual(['recorded a moment ago']);
  });

  it('are left to the next look where the view does not catch up', async () => {
    await commit([pending('first', NOW)]);
    expect(await runDue(() => Promise.resolve(), () => Promise.resolve(false))).toHaveLength(1);
  }); // prettier-ignore
});

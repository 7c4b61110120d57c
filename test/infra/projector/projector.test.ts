import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compareRebuild, dropOld, rebuild } from '../../../src/infra/projector/projection-rebuild.ts';
import { openProjector, OtherLog } from '../../../src/infra/projector/projector.ts';
import type { ReadableLog } from '../../../src/domain/event-store.ts';
import { openSqliteReadStore } from '../../../src/infra/sqlite/read-store.ts';
import { EVERYTHING } from '../../../src/projections/filter.ts';
import type { Projection } from '../../../src/projections/projection.ts';
import type { ReadStore } from '../../../src/projections/read-store.ts';
import { logOf } from '../../support/memory-log.ts';
import { assertSplitsAgree, project } from '../../support/project.ts';
import { RAISED, SAMPLE, sampleEvents } from '../../support/sample-projection.ts';

const directory = mkdtempSync(join(tmpdir(), 'projector-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});
let files = 0;
const newStore = (): ReadStore => openSqliteReadStore(join(directory, `read-${String(files++)}`));

const dumped = async (store: ReadStore, projection: Projection): Promise<string> => {
  const rows: unknown[] = [];
  for await (const row of store.dump(projection)) rows.push(row);
  return JSON.stringify([rows, await store.checkpoint(projection)]);
};
const documentsOf = (store: ReadStore, projection: Projection): Promise<readonly unknown[]> =>
  store.snapshot(projection, async (view) => [...(await view.find({ filter: EVERYTHING, limit: 1000 })).items].reverse());

const draws = fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 30 });
const someEvents = sampleEvents([[0, 0, 0], [0, 1, 1], [0, 2, 4], [1, 0, 0], [2, 1, 0], [3, 2, 0], [4, 0, 1], [1, 3, 0], [0, 2, 1], [2, 1, 3]]); // prettier-ignore

describe('projector', () => {
  it('makes the documents of the plain fold, and the same bytes in every batch split', async () => {
    await fc.assert(
      fc.asyncProperty(draws, fc.integer({ min: 1, max: 8 }), async (drawn, batch) => {
        const events = sampleEvents(drawn);
        assertSplitsAgree(SAMPLE, events);
        const log = logOf(events);
        const [one, whole] = [newStore(), newStore()];
        for (const [store, size] of [[one, batch], [whole, 1000]] as const) {
          await (await openProjector({ log, store, projections: [SAMPLE], batch: size })).catchUp();
        } // prettier-ignore
        expect(await dumped(one, SAMPLE)).toBe(await dumped(whole, SAMPLE));
        const byId = (documents: readonly unknown[]) => new Map((documents as { id: string }[]).map((doc) => [doc.id, doc]));
        expect(byId(await documentsOf(one, SAMPLE))).toEqual(project(SAMPLE, events));
        await Promise.all([one.close(), whole.close()]);
      }),
      { numRuns: 60 },
    );
  });

  it('goes on where it was after a crash at any write, with the same bytes', async () => {
    const log = logOf(someEvents);
    const whole = newStore();
    await (await openProjector({ log, store: whole, projections: [SAMPLE], batch: 3 })).catchUp();
    for (let crashAt = 0; crashAt < 8; crashAt++) {
      for (const moment of ['before', 'after'] as const) {
        const store = newStore();
        let commits = 0;
        const failing: ReadStore = {
          ...store,
          commit: async (...args) => {
            const crash = commits++ === crashAt;
            if (crash && moment === 'before') throw new Error('killed');
            await store.commit(...args);
            if (crash) throw new Error('killed');
          },
        };
        await (await openProjector({ log, store: failing, projections: [SAMPLE], batch: 3 })).catchUp();
        await (await openProjector({ log, store, projections: [SAMPLE], batch: 3 })).catchUp();
        expect(await dumped(store, SAMPLE), `killed ${moment} commit ${String(crashAt)}`).toBe(await dumped(whole, SAMPLE));
        await store.close();
      }
    }
    await whole.close();
  });

  it('changes nothing when run again', async () => {
    const store = newStore();
    const log = logOf(someEvents);
    await (await openProjector({ log, store, projections: [SAMPLE] })).catchUp();
    const before = await dumped(store, SAMPLE);
    const again = await openProjector({ log, store, projections: [SAMPLE] });
    expect(await again.step()).toBe(false);
    expect(await dumped(store, SAMPLE)).toBe(before);
    await store.close();
  });

  it('decodes each event once for all projections at one position', async () => {
    const store = newStore();
    const log = logOf(someEvents);
    const projections = ['a', 'b', 'c'].map((name): Projection => ({ ...SAMPLE, name }));
    await (await openProjector({ log, store, projections, batch: 2 })).catchUp();
    expect(log.read).toBe(someEvents.length);
    await store.close();
  });

  it('stops the projection whose fold throws before that event, and feeds the others', async () => {
    const store = newStore();
    const failing: Projection = {
      ...SAMPLE,
      name: 'failing',
      project: (event, shared) => {
        if (event.position === 7) throw new Error('no such case');
        return SAMPLE.project(event, shared as { registered: number });
      },
    };
    const heard: unknown[] = [];
    const projector = await openProjector({
      log: logOf(someEvents),
      store,
      projections: [failing, SAMPLE],
      onProgress: (status) => heard.push(status),
    });
    await projector.catchUp();
    const stopped = { position: 7, eventId: someEvents[7]!.id, error: 'FoldFailed: no such case' };
    expect(projector.status()).toEqual([
      { name: 'failing', version: 1, active: true, position: 6, head: 9, lag: 3, stopped },
      { name: 'sample', version: 1, active: true, position: 9, head: 9, lag: 0 },
    ]);
    expect(heard.at(-1)).toEqual(projector.status());
    expect(await projector.step()).toBe(false);
    const whole = newStore();
    await (await openProjector({ log: logOf(someEvents), store: whole, projections: [{ ...SAMPLE, name: 'failing' }] })).catchUp(6);
    expect(await dumped(store, failing)).toBe(await dumped(whole, failing));
    const repaired = await openProjector({ log: logOf(someEvents), store, projections: [{ ...SAMPLE, name: 'failing' }] });
    await repaired.catchUp();
    expect(repaired.status()).toEqual([{ name: 'failing', version: 1, active: true, position: 9, head: 9, lag: 0 }]);
    await Promise.all([store.close(), whole.close()]);
  });

  it('stops a view that cannot be given its indexes, and feeds the others', async () => {
    const store = newStore();
    const broken = { ...SAMPLE, name: 'broken' };
    const failing: ReadStore = {
      ...store,
      createIndexes: (ref) => (ref.name === 'broken' ? Promise.reject(new Error('no such table')) : store.createIndexes(ref)),
    };
    const projector = await openProjector({ log: logOf(someEvents), store: failing, projections: [broken, SAMPLE], batch: 4 });
    await projector.catchUp();
    expect(projector.status().map(({ name, position, stopped }) => [name, position, stopped?.error])).toEqual([
      ['broken', 9, 'Error: no such table'],
      ['sample', 9, undefined],
    ]);
    await store.close();
  });

  it('takes what somebody waits for before what nobody does, and tells at once how far it has come', async () => {
    const store = newStore();
    const heard: Record<string, number>[] = [];
    // Somebody asks for the third view while the first one is written.
    const asked = [[], ['third'], ['third'], []];
    const projector = await openProjector({
      log: logOf(someEvents),
      store,
      projections: ['first', 'second', 'third', 'fourth'].map((name) => ({ ...SAMPLE, name })),
      awaited: () => Promise.resolve(new Set(asked.shift())),
      onProgress: (status) => heard.push(Object.fromEntries(status.map(({ name, position }) => [name, position]))),
    });
    await projector.step();
    expect(heard).toEqual([
      { first: 9, second: -1, third: 9, fourth: -1 },
      { first: 9, second: 9, third: 9, fourth: 9 },
    ]);
    await store.close();
  });

  it.each([
    ['a fold that writes another document than it was asked to', { id: 'a', apply: () => ({ id: 'b' }) }],
    ['a where change that throws', { where: EVERYTHING, apply: () => { throw new Error('where'); } }],
  ])('stops at %s', async (_, change) => {
    const store = newStore();
    const faulty: Projection = {
      ...SAMPLE,
      project: (event) => (event.position === 2 ? [change] : [{ id: 'a', apply: () => ({ id: 'a', names: [] }) }]),
    };
    const projector = await openProjector({ log: logOf(someEvents), store, projections: [faulty] });
    await projector.catchUp();
    expect(projector.status()[0]).toMatchObject({ position: 1, stopped: { position: 2, eventId: someEvents[2]!.id } });
    await store.close();
  }); // prettier-ignore

  it('refuses read models of another log, or of a future that this log does not have', async () => {
    const store = newStore();
    await (await openProjector({ log: logOf(someEvents), store, projections: [SAMPLE] })).catchUp();
    const others = [
      logOf(someEvents, 'log-2'),
      logOf(someEvents.slice(0, 5)),
      logOf(someEvents.map((event) => ({ ...event, id: `${event.id}x` }))),
    ];
    for (const log of others) {
      const refusal = await openProjector({ log, store, projections: [SAMPLE] }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(OtherLog);
      expect(refusal).toMatchObject({
        code: 'projection.other-log',
        message: expect.stringContaining('hongzhang rebuild') as string,
      });
    }
    await rebuild({ log: others[1]!, store, projections: [SAMPLE] });
    expect((await store.checkpoint(SAMPLE))?.position).toBe(4);
    await store.close();
  });

  it('fills a higher version beside the active one, which takes over when it has caught up', async () => {
    const store = newStore();
    const log = logOf(someEvents);
    await (await openProjector({ log, store, projections: [SAMPLE], batch: 4 })).catchUp();
    const next: Projection<never> = { ...SAMPLE, version: 2, history: false } as Projection<never>;
    const projector = await openProjector({ log, store, projections: [SAMPLE, next], batch: 4 });
    const seen: (number | undefined)[] = [];
    while (await projector.step()) seen.push(await store.active('sample'));
    expect(seen.slice(0, -1)).not.toContain(2);
    expect(seen.at(-1)).toBe(2);
    expect(projector.status().map(({ version, active, lag }) => [version, active, lag])).toEqual([[1, false, 0], [2, true, 0]]); // prettier-ignore
    expect(await dropOld(store, [next])).toEqual(['sample v1']);
    expect(await store.versions('sample')).toEqual([2]);
    expect(await dropOld(store, [next])).toEqual([]);
    await store.close();
  });

  it('rebuilds the newest version alone, and compares those that are fed, in whatever order they are named', async () => {
    const log = logOf(someEvents);
    for (const projections of [
      [SAMPLE, RAISED],
      [RAISED, SAMPLE],
    ] as unknown as readonly (readonly Projection[])[]) {
      const store = newStore();
      await (await openProjector({ log, store, projections: [SAMPLE] })).catchUp();
      await (await openProjector({ log, store, projections: [RAISED] })).catchUp(5);
      const { documents, difference } = await compareRebuild({ log, store, projections }, newStore());
      expect([documents > 6, difference]).toEqual([true, null]);
      await rebuild({ log, store, projections });
      expect([await store.versions('sample'), await store.active('sample')]).toEqual([[2], 2]);
      expect((await compareRebuild({ log, store, projections }, newStore())).difference).toBeNull();
      await store.close();
    }
  });

  it('makes the indexes once, after what was in the log at the start and before queries turn to it', async () => {
    const log = logOf(someEvents);
    const store = newStore();
    await (await openProjector({ log, store, projections: [SAMPLE], batch: 4 })).catchUp();
    const calls: string[] = [];
    const noting: ReadStore = {
      ...store,
      commit: (...given) => {
        calls.push(`${given[0].name} v${String(given[0].version)} to ${String(given[2].position)}`);
        return store.commit(...given);
      },
      createIndexes: (ref) => {
        calls.push(`indexes of v${String(ref.version)}`);
        return store.createIndexes(ref);
      },
      activate: (...given) => {
        calls.push(`activate v${String(given[2])}`);
        return store.activate(...given);
      },
    };
    const next: Projection = { ...SAMPLE, version: 2 };
    await (await openProjector({ log, store: noting, projections: [SAMPLE, next], batch: 6 })).catchUp();
    expect(calls.filter((call) => !/ to [348]$/.test(call))).toEqual(['sample v2 to 5', 'indexes of v1', 'sample v2 to 9', 'indexes of v2', 'activate v2']); // prettier-ignore
    await store.close();
  });

  it('feeds both versions until the old one is dropped', async () => {
    const store = newStore();
    const events = [...someEvents.slice(0, 6)];
    const log = logOf(events);
    const next: Projection = { ...SAMPLE, version: 2 };
    const projector = await openProjector({ log, store, projections: [SAMPLE, next], batch: 4 });
    await projector.catchUp();
    events.push(...someEvents.slice(6));
    await projector.catchUp();
    expect(projector.status().map(({ position }) => position)).toEqual([9, 9]);
    const older = await openProjector({ log, store, projections: [SAMPLE], batch: 4 });
    await older.catchUp();
    expect(await store.active('sample')).toBe(2);
    await store.close();
  });

  it('lets one of two projectors on one read store move on; the other stops', async () => {
    const path = join(directory, `read-${String(files++)}`);
    const [one, other] = [openSqliteReadStore(path), openSqliteReadStore(path)];
    const log = logOf(someEvents);
    const first = await openProjector({ log, store: one, projections: [SAMPLE], batch: 2 });
    const second = await openProjector({ log, store: other, projections: [SAMPLE], batch: 3 });
    await first.step();
    await second.catchUp();
    await first.catchUp();
    expect(first.status()[0]).toMatchObject({ position: 9, lag: 0 });
    expect(second.status()[0]).toMatchObject({ position: -1, stopped: { position: -1, eventId: null, error: expect.stringContaining('CheckpointMoved') as string } }); // prettier-ignore
    const alone = newStore();
    await (await openProjector({ log, store: alone, projections: [SAMPLE] })).catchUp();
    expect(await dumped(one, SAMPLE)).toBe(await dumped(alone, SAMPLE));
    await Promise.all([one.close(), other.close(), alone.close()]);
  });
});

describe('compareRebuild', () => {
  const built = async (): Promise<{ store: ReadStore; log: ReadableLog; projections: readonly Projection[] }> => {
    const [store, log] = [newStore(), logOf(someEvents)];
    const projections: readonly Projection[] = [SAMPLE, { ...SAMPLE, name: 'behind' }];
    await (await openProjector({ log, store, projections: projections.slice(0, 1) })).catchUp();
    await (await openProjector({ log, store, projections: projections.slice(1) })).catchUp(5);
    return { store, log, projections };
  };

  it('finds a rebuild equal, each projection at its own position', async () => {
    const deps = await built();
    const { documents, versions, difference } = await compareRebuild(deps, newStore());
    expect(difference).toBeNull();
    expect([documents > 5, versions > documents]).toEqual([true, true]);
  });

  it.each([
    ['a changed document', { id: 'organization-0', document: { id: 'organization-0', names: ['假'] }, position: 9 }, 'documents', '{"id":"organization-0","names":["假"]}'],
    ['a document too many', { id: 'stray', document: { id: 'stray', names: [] }, position: 9 }, 'documents', '{"id":"stray","names":[]}'],
  ])('names %s', async (_, written, table, json) => {
    const deps = await built();
    const to = await deps.store.checkpoint(SAMPLE);
    await deps.store.commit(SAMPLE, 9, { ...to!, shared: to!.shared }, [written], []);
    const { difference } = await compareRebuild(deps, newStore());
    expect(difference).toMatchObject({ projection: 'sample', table, id: written.id, live: json });
    expect(difference?.rebuilt).not.toBe(json);
  }); // prettier-ignore

  it('names a shared state that differs', async () => {
    const deps = await built();
    const to = await deps.store.checkpoint(SAMPLE);
    await deps.store.commit(SAMPLE, 9, { ...to!, shared: { registered: 99 } }, [], []);
    expect((await compareRebuild(deps, newStore())).difference).toMatchObject({ table: 'shared', live: '{"registered":99}' });
  });

  it('refuses to call a stopped rebuild equal', async () => {
    const deps = await built();
    const broken = { ...SAMPLE, project: () => { throw new Error('broken'); } } as Projection; // prettier-ignore
    await expect(compareRebuild({ ...deps, projections: [broken] }, newStore())).rejects.toThrow('stopped before position 0');
  });
});

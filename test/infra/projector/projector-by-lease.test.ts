import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/event-store.ts';
import { watchCheckpoints } from '../../../src/infra/projector/checkpoint-watch.ts';
import { ALONE, createLeases, type Leases } from '../../../src/infra/lease.ts';
import { openProjector, OtherLog, type ProjectionStatus } from '../../../src/infra/projector/projector.ts';
import { startProjectorByLease } from '../../../src/infra/projector/projector-by-lease.ts';
import { openSqliteReadStore } from '../../../src/infra/sqlite/read-store.ts';
import type { Projection } from '../../../src/projections/projection.ts';
import { dropOld } from '../../../src/infra/projector/projection-rebuild.ts';
import type { ReadStore } from '../../../src/projections/read-store.ts';
import { eventually } from '../../support/esdb.ts';
import { freshFolders } from '../../support/folders.ts';
import { memoryRegister } from '../../support/memory-leases.ts';
import { logOf } from '../../support/memory-log.ts';
import { RAISED, SAMPLE, sampleEvents } from '../../support/sample-projection.ts';

const fresh = freshFolders();
const events = sampleEvents([[0, 0, 0], [0, 1, 1], [1, 0, 0], [0, 2, 1]]); // prettier-ignore
const END = events.length - 1;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const open = (path: string): ReadStore => {
  const store = openSqliteReadStore(path);
  closers.push(store.close);
  return store;
};

const start = (
  store: ReadStore,
  leases: Leases = ALONE,
  projection: Projection | readonly Projection[] = SAMPLE,
  log = logOf(events),
) => {
  const errors: unknown[] = [];
  let status: readonly ProjectionStatus[] = [];
  const projector = startProjectorByLease({ log, store, projections: [projection].flat(), leases, onProgress: (now) => { status = now; }, onError: (error) => errors.push(error) }); // prettier-ignore
  closers.push(projector.close);
  return { projector, errors, status: () => status, reached: () => eventually(() => status[0]?.position, (at) => at === END) }; // prettier-ignore
};

describe('a projector in turns by lease', () => {
  it('begins again after a store that was away, as often as it takes', async () => {
    const store = open(join(fresh(), 'views'));
    let away = 3;
    const failing: ReadStore = {
      ...store,
      commit: async (...given) => {
        if (away-- > 0) throw new StoreUnavailable('away');
        await store.commit(...given);
      },
    };
    const { reached, errors, status, projector } = start(failing);
    await reached();
    expect(errors).toHaveLength(3);
    expect(status()[0]?.stopped).toBeUndefined();
    await projector.close();
    expect(status()).toEqual([]);
  });

  it('begins again where another worker has moved the checkpoint', async () => {
    const path = join(fresh(), 'views');
    const [store, others] = [open(path), open(path)];
    let first = true;
    const raced: ReadStore = {
      ...store,
      commit: async (...given) => {
        if (first) {
          first = false;
          await (await openProjector({ log: logOf(events.slice(0, 2)), store: others, projections: [SAMPLE] })).catchUp();
        }
        await store.commit(...given);
      },
    };
    const { reached, errors } = start(raced);
    await reached();
    expect(String(errors[0])).toContain('CheckpointMoved');
    expect((await others.checkpoint(SAMPLE))?.position).toBe(END);
  });

  it('moves no checkpoint once its lease is lost, and goes on when it has it again', async () => {
    const store = open(join(fresh(), 'views'));
    let held = true;
    let turn = 0;
    let again = (): void => undefined;
    const waits = new Promise<void>((resolve) => { again = resolve; }); // prettier-ignore
    const leases: Leases = {
      run: async (name, work, { signal }) => {
        await work({ name, token: (turn += 1), signal, held: () => held && !signal.aborted });
        await waits;
        held = true;
        await work({ name, token: (turn += 1), signal, held: () => !signal.aborted });
      },
    };
    const losing: ReadStore = {
      ...store,
      load: async (...given) => {
        if (turn === 1) held = false;
        return store.load(...given);
      },
    };
    const { reached, errors } = start(losing, leases);
    await eventually(() => errors.length, (count) => count === 1); // prettier-ignore
    expect(String(errors[0])).toContain('LeaseLost');
    expect(await store.checkpoint(SAMPLE)).toBeUndefined();
    again();
    await reached();
  });

  it('of a turn that is over has its write refused, though it still held the lease when it sent it', async () => {
    const path = join(fresh(), 'read.db');
    const [store, others] = [open(path), open(path)];
    const turn = (token: number): Leases => ({
      run: (name, work, { signal }) => work({ name, token, signal, held: () => !signal.aborted }),
    });
    let goOn = (): void => undefined;
    const begun = new Promise<void>((resolve) => { goOn = resolve; }); // prettier-ignore
    let later: ReturnType<typeof start> | undefined;
    const waiting: ReadStore = {
      ...others,
      commit: async (...given) => {
        await begun;
        await others.commit(...given);
      },
    };
    const overtaken: ReadStore = {
      ...store,
      commit: async (...given) => {
        later = start(waiting, turn(2));
        await later.projector.opened(10_000);
        await store.commit(...given);
      },
    };
    const { errors } = start(overtaken, turn(1));
    await eventually(() => errors.length, (count) => count === 1); // prettier-ignore
    expect(String(errors[0])).toContain('Fenced: sample: a worker of turn 2 has begun since turn 1');
    expect(await store.checkpoint(SAMPLE)).toBeUndefined();
    goOn();
    await later?.reached();
    expect((await store.checkpoint(SAMPLE))?.position).toBe(END);
  });

  it.each<[string, Leases]>([
    ['of another log', createLeases(memoryRegister().register, { owner: 'one', pollMs: 10 })],
    ['of a file', ALONE],
  ])('goes on where its views were left by higher turns than those %s', async (_, leases) => {
    const path = join(fresh(), 'read.db');
    const before = open(path);
    await before.prepare(SAMPLE);
    await before.claim(SAMPLE.name, 1_000_000);
    const { reached, errors } = start(open(path), leases);
    await reached();
    expect(errors.map(String)).toEqual(['Fenced: sample: a worker of turn 1000000 has begun since turn ' + (leases === ALONE ? '0' : '1')]); // prettier-ignore
  });

  it('stays stopped before an event whose fold throws', async () => {
    const broken: typeof SAMPLE = { ...SAMPLE, project: (event, shared) => { if (event.position === 2) throw new Error('a bug'); return SAMPLE.project(event, shared); } }; // prettier-ignore
    const { status, errors } = start(open(join(fresh(), 'views')), ALONE, broken);
    const stopped = await eventually(() => status()[0]?.stopped, (found) => found !== undefined); // prettier-ignore
    expect(stopped).toMatchObject({ position: 2, eventId: events[2]?.id, error: 'FoldFailed: a bug' });
    expect([errors, status()[0]?.position]).toEqual([[], 1]);
  });

  it.each([new StoreUnavailable('away'), new Error('cursor is gone: away')])(
    'takes an error of the store within a fold for what it is: %s',
    async (error) => {
      const store = open(join(fresh(), 'views'));
      const merging = sampleEvents([[0, 0, 0], [0, 1, 1], [2, 1, 0]]); // prettier-ignore
      let away = true;
      const failing: ReadStore = {
        ...store,
        matching: (...given) => {
          if (!away) return store.matching(...given);
          away = false;
          throw error;
        },
      };
      const { errors, status } = start(failing, ALONE, SAMPLE, logOf(merging));
      await eventually(() => status()[0]?.position, (at) => at === merging.length - 1); // prettier-ignore
      expect([String(errors[0]).includes('away'), status()[0]?.stopped]).toEqual([true, undefined]);
    },
  );

  it('of another log takes no turn from those whose views they are', async () => {
    const path = join(fresh(), 'views');
    const log = [...events.slice(0, 2)];
    const rightful = start(open(path), ALONE, SAMPLE, logOf(log));
    await eventually(rightful.status, ([now]) => now?.position === 1);
    const later: Leases = { run: (name, work, { signal }) => work({ name, token: 7, signal, held: () => !signal.aborted }) };
    const stranger = start(open(path), later, SAMPLE, logOf(events, 'another log'));
    await expect(stranger.projector.opened(10_000)).rejects.toThrow(OtherLog);
    log.push(...events.slice(2));
    rightful.projector.wake();
    await rightful.reached();
    expect(rightful.errors).toEqual([]);
  });

  it('says at its start what an operator must mend', async () => {
    const store = open(join(fresh(), 'views'));
    await (await openProjector({ log: logOf(events, 'another log'), store, projections: [SAMPLE] })).catchUp();
    await expect(start(store).projector.opened(10_000)).rejects.toThrow(OtherLog);
  });
});

describe('a version that is raised', () => {
  /** More than the projector takes at once. */
  const many = sampleEvents(Array.from({ length: 2_500 }, (_, n) => [n % 5 === 4 ? 1 : 0, n, n + 1]), 2_000); // prettier-ignore
  const gate = () => {
    let open = (): void => undefined;
    const passed = new Promise<void>((resolve) => { open = resolve; }); // prettier-ignore
    return { passed, open };
  };
  const places = async (store: ReadStore) =>
    Promise.all([SAMPLE, RAISED].map(async (ref) => (await store.checkpoint(ref))?.position));

  it('fills beside the one that queries read, which goes on; takes over; and is alone once the old one is dropped', async () => {
    const path = join(fresh(), 'read.db');
    const [store, others] = [open(path), open(path)];
    const log = [...many.slice(0, 2_400)];
    await (await openProjector({ log: logOf(log), store: others, projections: [SAMPLE] })).catchUp();
    const read = (): Promise<readonly number[]> => others.snapshot(SAMPLE, (view) => [view.version, view.position]);
    const seen: unknown[] = [];
    let lasting: Promise<unknown> | undefined;
    const turning: ReadStore = {
      ...store,
      commit: async (...given) => {
        // Something is appended while the newer version is being filled.
        if (given[0].version === 2 && given[2].position === 999) log.push(...many.slice(2_400, 2_410));
        if (given[0].version === 2) seen.push([...(await read()), await others.active(SAMPLE.name)]);
        await store.commit(...given);
      },
      activate: async (...given) => {
        const [began, ended] = [gate(), gate()];
        lasting = others.snapshot(SAMPLE, async (view) => {
          const look = async () => [view.version, await view.get('organization-1')];
          const before = await look();
          began.open();
          await ended.passed;
          return [before, await look()];
        });
        await began.passed;
        return store.activate(...given).finally(ended.open);
      },
    };
    const { errors, status, projector } = start(turning, ALONE, [SAMPLE, RAISED], logOf(log));
    await eventually(() => status().map(({ version, active, position }) => [version, active, position]), (now) => JSON.stringify(now) === '[[1,false,2409],[2,true,2409]]'); // prettier-ignore
    expect(seen).toEqual([[1, 2_399, 1], [1, 2_409, 1], [1, 2_409, 1]]); // prettier-ignore
    const [before, after] = (await lasting) as readonly unknown[];
    expect(after).toEqual(before);
    expect(await read()).toEqual([2, 2_409]);
    log.push(...many.slice(2_410, 2_420));
    projector.wake();
    await eventually(() => places(others), (now) => now.every((at) => at === 2_419)); // prettier-ignore

    expect([await dropOld(others, [RAISED]), errors]).toEqual([['sample v1'], []]);
    log.push(...many.slice(2_420, 2_450));
    projector.wake();
    await eventually(() => errors.length, (count) => count === 1); // prettier-ignore
    log.push(...many.slice(2_450));
    projector.wake();
    await eventually(() => places(others), ([, at]) => at === many.length - 1); // prettier-ignore
    await eventually(() => status().map(({ version, lag }) => [version, lag]), (now) => JSON.stringify(now) === '[[2,0]]'); // prettier-ignore
    expect([await others.versions(SAMPLE.name), errors.map(String)]).toEqual([[2], [expect.stringContaining('sample')]]);
  });

  it('is the only one that is begun where there is none', async () => {
    const store = open(join(fresh(), 'read.db'));
    const { reached } = start(store, ALONE, [SAMPLE, RAISED]);
    await reached();
    expect(await store.versions(SAMPLE.name)).toEqual([2]);
  });

  it('is told of beside the one that is read, and answered for by it alone', async () => {
    const path = join(fresh(), 'read.db');
    const store = open(path);
    await (await openProjector({ log: logOf(events), store, projections: [SAMPLE] })).catchUp();
    await store.prepare(RAISED);
    const watch = watchCheckpoints({
      readStore: store,
      log: logOf(events),
      projections: [SAMPLE, RAISED],
    });
    closers.push(watch.close);
    const told = () => watch.status().map(({ version, active, position }) => [version, active, position]);
    await eventually(told, (now) => JSON.stringify(now) === `[[1,true,${String(END)}]]`);
    const filling: ProjectionStatus = { name: SAMPLE.name, version: 2, active: false, position: 0, head: END, lag: END };
    watch.report([filling]);
    expect(told()).toEqual([[1, true, END], [2, false, 0]]); // prettier-ignore
    expect(await watch.waitFor(SAMPLE.name, END, 10_000)).toBe(true);
    watch.report([]);
    await store.activate(SAMPLE.name, 1, 2);
    await eventually(told, (now) => JSON.stringify(now) === '[[2,true,-1]]');
    expect(await watch.waitFor(SAMPLE.name, END, 100)).toBe(false);
  });
});

describe('the checkpoints that other processes move', () => {
  it('are waited for, for a time', async () => {
    const path = join(fresh(), 'views');
    const [reader, worker] = [open(path), open(path)];
    const watch = watchCheckpoints({ readStore: reader, log: logOf(events), projections: [SAMPLE] });
    closers.push(watch.close);
    expect(watch.answers()).toBe(false);
    expect(await watch.waitFor(SAMPLE.name, END, 100)).toBe(false);
    const reached = watch.waitFor(SAMPLE.name, END, 10_000);
    await (await openProjector({ log: logOf(events), store: worker, projections: [SAMPLE] })).catchUp();
    expect(await reached).toBe(true);
    expect(watch.answers()).toBe(true);
    expect(await watch.waitFor('nothing', 0, 10_000)).toBe(false);
    expect(watch.status()[0]).toMatchObject({ name: 'sample', position: END, lag: 0 });
  });

  it.each(['views', 'log and views'])(
    'tell within seconds of %s that answer nothing, which are asked no more often for that',
    async (mute) => {
      const store = open(join(fresh(), 'read.db'));
      const log = logOf(events);
      await (await openProjector({ log, store, projections: [SAMPLE] })).catchUp();
      let silence: Promise<void> | undefined;
      const asked = { views: 0 };
      const muted: ReadStore = {
        ...store,
        snapshot: async (...given) => {
          if (silence !== undefined) asked.views += 1;
          await silence;
          return store.snapshot(...given);
        },
      };
      const head = async () => {
        if (mute !== 'views') await silence;
        return log.head();
      };
      const watch = watchCheckpoints({ readStore: muted, log: { head }, projections: [SAMPLE] });
      closers.push(watch.close);
      await eventually(watch.answers, (answers) => answers);
      let speak = (): void => undefined;
      silence = new Promise((resolve) => { speak = resolve; }); // prettier-ignore
      const began = performance.now();
      await eventually(watch.answers, (answers) => !answers);
      expect(performance.now() - began).toBeLessThan(mute === 'views' ? 5_000 : 7_000);
      expect(await watch.waitFor(SAMPLE.name, END + 1, 200)).toBe(false);
      expect(asked).toEqual({ views: 1 });
      silence = undefined;
      speak();
      await eventually(watch.answers, (answers) => answers);
    },
  );
});

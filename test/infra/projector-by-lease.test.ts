import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/domain/event-store.ts';
import { watchCheckpoints } from '../../src/infra/checkpoint-watch.ts';
import { ALONE, createLeases, type Leases } from '../../src/infra/lease.ts';
import { openProjector, OtherLog, type ProjectionStatus } from '../../src/infra/projector.ts';
import { startProjectorByLease } from '../../src/infra/projector-by-lease.ts';
import { openSqliteReadStore } from '../../src/infra/sqlite-read-store.ts';
import type { ReadStore } from '../../src/projections/read-store.ts';
import { eventually } from '../support/esdb.ts';
import { freshFolders } from '../support/folders.ts';
import { memoryRegister } from '../support/memory-leases.ts';
import { logOf } from '../support/memory-log.ts';
import { SAMPLE, sampleEvents } from '../support/sample-projection.ts';

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

const start = (store: ReadStore, leases: Leases = ALONE, projection = SAMPLE, log = logOf(events)) => {
  const errors: unknown[] = [];
  let status: readonly ProjectionStatus[] = [];
  const projector = startProjectorByLease({ log, store, projections: [projection], leases, onProgress: (now) => { status = now; }, onError: (error) => errors.push(error) }); // prettier-ignore
  closers.push(projector.close);
  return { projector, errors, status: () => status, reached: () => eventually(() => status[0]?.position, (at) => at === END) }; // prettier-ignore
};

describe('a projector in turns by lease', () => {
  it('begins again after a store that was away, as often as it takes', async () => {
    const store = open(join(fresh(), 'read.db'));
    let away = 3;
    const failing: ReadStore = {
      ...store,
      commit: async (...given) => {
        if (away-- > 0) throw new StoreUnavailable('away');
        await store.commit(...given);
      },
    };
    const { reached, errors, status } = start(failing);
    await reached();
    expect(errors).toHaveLength(3);
    expect(status()[0]?.stopped).toBeUndefined();
  });

  it('begins again where another worker has moved the checkpoint', async () => {
    const path = join(fresh(), 'read.db');
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
    const store = open(join(fresh(), 'read.db'));
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
    const { status, errors } = start(open(join(fresh(), 'read.db')), ALONE, broken);
    const stopped = await eventually(() => status()[0]?.stopped, (found) => found !== undefined); // prettier-ignore
    expect(stopped).toMatchObject({ position: 2, eventId: events[2]?.id, error: 'FoldFailed: a bug' });
    expect([errors, status()[0]?.position]).toEqual([[], 1]);
  });

  it('takes an error of the store within a fold for what it is', async () => {
    const store = open(join(fresh(), 'read.db'));
    const merging = sampleEvents([[0, 0, 0], [0, 1, 1], [2, 1, 0]]); // prettier-ignore
    let away = true;
    const failing: ReadStore = {
      ...store,
      matching: (...given) => {
        if (!away) return store.matching(...given);
        away = false;
        throw new StoreUnavailable('away');
      },
    };
    const { errors, status } = start(failing, ALONE, SAMPLE, logOf(merging));
    await eventually(() => status()[0]?.position, (at) => at === merging.length - 1); // prettier-ignore
    expect([String(errors[0]).includes('away'), status()[0]?.stopped]).toEqual([true, undefined]);
  });

  it('says at its start what an operator must mend', async () => {
    const store = open(join(fresh(), 'read.db'));
    await (await openProjector({ log: logOf(events, 'another log'), store, projections: [SAMPLE] })).catchUp();
    await expect(start(store).projector.opened(10_000)).rejects.toThrow(OtherLog);
  });
});

describe('the checkpoints that other processes move', () => {
  it('are waited for, for a time', async () => {
    const path = join(fresh(), 'read.db');
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
});

import { describe, expect, it } from 'vitest';
import type { Lease, Leases, RunOptions } from '../../src/infra/lease.ts';
import { repeatByLease, type Repeated } from '../../src/infra/repeat-by-lease.ts';

/** Leases that the test gives and takes. */
const givenLeases = () => {
  let give: (() => void) | undefined;
  let lost = new AbortController();
  const leases: Leases = {
    run: async (name, work, { signal }: RunOptions) => {
      const ended = (): boolean => signal.aborted;
      while (!ended()) {
        await new Promise<void>((resolve) => {
          give = resolve;
          signal.addEventListener('abort', () => { resolve(); }, { once: true }); // prettier-ignore
        });
        if (ended()) return;
        const mine = (lost = new AbortController());
        const lease: Lease = { name, token: 1, signal: AbortSignal.any([mine.signal, signal]), held: () => !mine.signal.aborted };
        await work(lease);
      }
    },
  };
  return { leases, give: () => { give?.(); }, take: () => { lost.abort(); } }; // prettier-ignore
};

/** Work that tells of each time it is done. */
const counted = (part: Partial<Repeated> = {}) => {
  const seen = { times: 0, errors: [] as unknown[] };
  let heard = (): void => undefined;
  const piece: Repeated = {
    everyMs: 1,
    onError: (error) => { seen.errors.push(error); }, // prettier-ignore
    ...part,
    work: async (signal) => {
      seen.times += 1;
      heard();
      await part.work?.(signal);
    },
  };
  const done = async (times: number): Promise<void> => {
    while (seen.times < times) await new Promise<void>((resolve) => { heard = resolve; }); // prettier-ignore
  };
  return { piece, seen, done };
};
/** Long enough for many repeats, if there were any. */
const turns = async (): Promise<void> => {
  for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe('work that is repeated by lease', () => {
  it('waits for its turn, and repeats each piece by itself while it has it', async () => {
    const { leases, give } = givenLeases();
    const [quick, slow] = [counted(), counted({ everyMs: 60_000 })];
    const repeating = repeatByLease(leases, 'work', [quick.piece, slow.piece]);
    await turns();
    expect([quick.seen.times, slow.seen.times]).toEqual([0, 0]);
    give();
    await quick.done(4);
    expect(slow.seen.times).toBe(1);
    await repeating.close();
  });

  it('goes on after an error, which is heard, and holds up no other piece', async () => {
    const { leases, give } = givenLeases();
    const failing = counted({ work: () => Promise.reject(new Error('once more')) });
    const other = counted();
    const repeating = repeatByLease(leases, 'work', [failing.piece, other.piece]);
    give();
    await failing.done(3);
    await other.done(3);
    expect(failing.seen.errors.length).toBeGreaterThanOrEqual(2);
    expect(failing.seen.errors[0]).toMatchObject({ message: 'once more' });
    await repeating.close();
  });

  it('stops where the lease is lost, in its pause and in its work, and begins again with the next', async () => {
    const { leases, give, take } = givenLeases();
    const seen: boolean[] = [];
    const until = (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => { seen.push(signal.aborted); resolve(); }, { once: true }); // prettier-ignore
      });
    const [pausing, working] = [counted({ everyMs: 60_000 }), counted({ work: until })];
    const repeating = repeatByLease(leases, 'work', [pausing.piece, working.piece]);
    for (let round = 1; round <= 2; round += 1) {
      give();
      await pausing.done(round);
      await working.done(round);
      take();
      await turns();
      expect([pausing.seen.times, working.seen.times]).toEqual([round, round]);
    }
    expect(seen).toEqual([true, true]);
    await repeating.close();
  });

  it('is closed when the work under way has ended, and not before', async () => {
    const { leases, give } = givenLeases();
    let end = (): void => undefined;
    const long = counted({ work: () => new Promise((resolve) => { end = resolve; }) }); // prettier-ignore
    const repeating = repeatByLease(leases, 'work', [long.piece]);
    give();
    await long.done(1);
    let closed = false;
    const closing = repeating.close().then(() => { closed = true; }); // prettier-ignore
    await turns();
    expect(closed).toBe(false);
    end();
    await closing;
    expect(long.seen.times).toBe(1);
  });
});

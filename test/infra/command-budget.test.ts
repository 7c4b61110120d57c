import { afterEach, describe, expect, it, vi } from 'vitest';
import { StoreUnavailable } from '../../src/domain/event-store.ts';
import { budgetEnd, inTime } from '../../src/infra/command-budget.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('the time of a command', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends with an answer also where a store hangs for ever', async () => {
    const began = performance.now();
    await expect(inTime(never, { budget: 20, answers: 40 })).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - began).toBeGreaterThanOrEqual(39);
  });

  it('is 3.7 s for the stores and 3.9 s for the answer', async () => {
    vi.useFakeTimers();
    const outcome = vi.fn();
    let end = 0;
    const began = performance.now();
    const hanging = () => {
      end = budgetEnd(60_000);
      return never();
    };
    inTime(hanging).catch(outcome);
    expect(end - began).toBe(3_700);
    await vi.advanceTimersByTimeAsync(3_899);
    expect(outcome).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toHaveBeenCalledWith(expect.any(StoreUnavailable));
  });

  it('does not change what the command gives or throws in time, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    expect(await inTime(() => Promise.resolve('done'))).toBe('done');
    await expect(inTime(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets what fails after the answer fail unheard', async () => {
    const unheard = vi.fn();
    process.on('unhandledRejection', unheard);
    let fail: (error: Error) => void = () => undefined;
    const late = (): Promise<never> => new Promise((_, reject) => { fail = reject; }); // prettier-ignore
    await expect(inTime(late, { budget: 5, answers: 10 })).rejects.toThrow(StoreUnavailable);
    fail(new Error('late'));
    await new Promise(setImmediate);
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });

  it('is one for all that a command does, and no longer than that', async () => {
    const ends = await inTime(
      async () => {
        const before = budgetEnd(60_000);
        await new Promise(setImmediate);
        return [before, budgetEnd(60_000), budgetEnd(1)];
      },
      { budget: 1_000, answers: 2_000 },
    );
    expect(ends[0]).toBe(ends[1]);
    expect(ends[2]).toBeLessThan(ends[0] ?? 0);
    expect(budgetEnd(60_000)).toBeGreaterThan(performance.now() + 59_000);
  });
});

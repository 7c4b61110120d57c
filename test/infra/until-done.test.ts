import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/domain/event-store.ts';
import { createUntilDone, pauseAfter } from '../../src/infra/until-done.ts';
import { eventually } from '../support/esdb.ts';

describe('what a start owes', () => {
  it('is done at once where nothing is in the way', async () => {
    const owed = createUntilDone(() => undefined);
    let times = 0;
    await owed.run(() => Promise.resolve(void (times += 1)));
    expect([times, owed.isBehind()]).toEqual([1, false]);
    await owed.close();
  });

  it('is tried again by itself when a store refuses it, whatever it meets then, until it is done', async () => {
    const errors: unknown[] = [];
    const owed = createUntilDone((error) => errors.push(error));
    const answers: readonly (Error | null)[] = [new StoreUnavailable('away'), new StoreUnavailable('away'), new Error('odd'), null];
    let times = 0;
    await owed.run(() => {
      const answer = answers[times++] ?? null;
      return answer === null ? Promise.resolve() : Promise.reject(answer);
    });
    expect([times, owed.isBehind()]).toEqual([1, true]);
    await eventually(owed.isBehind, (behind) => !behind);
    expect([times, errors]).toEqual([4, answers.slice(0, 3)]);
    await owed.close();
  });

  it('is not tried again once it is closed', async () => {
    let times = 0;
    const owed = createUntilDone(() => undefined);
    await owed.run(() => {
      times += 1;
      return Promise.reject(new StoreUnavailable('away'));
    });
    await owed.close();
    expect([times, owed.isBehind()]).toEqual([1, false]);
  });

  it('ends the start where it is no store that refuses', async () => {
    const owed = createUntilDone(() => undefined);
    await expect(owed.run(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(owed.isBehind()).toBe(false);
  });

  it('waits longer each time, and never long', () => {
    expect([0, 1, 2, 6, 7, 100].map(pauseAfter)).toEqual([50, 100, 200, 3_200, 5_000, 5_000]);
  });
});

import { describe, expect, it } from 'vitest';
import { createUntilDone, pauseAfter } from '../../src/infra/until-done.ts';

describe('what a start owes', () => {
  it('is done beside whatever the start does next', async () => {
    const owed = createUntilDone(() => undefined);
    let finish = (): void => undefined;
    void owed.begin(() => new Promise((resolve) => { finish = resolve; })); // prettier-ignore
    expect(owed.isBehind()).toBe(true);
    finish();
    await owed.done();
    expect(owed.isBehind()).toBe(false);
    await owed.close();
  });

  it('is tried again by itself, whatever it meets, until it is done', async () => {
    const errors: unknown[] = [];
    const owed = createUntilDone((error) => errors.push(error));
    const answers: readonly (Error | null)[] = [new Error('away'), new Error('odd'), null];
    let times = 0;
    void owed.begin(() => {
      const answer = answers[times++] ?? null;
      return answer === null ? Promise.resolve() : Promise.reject(answer);
    });
    await owed.done();
    expect([times, errors, owed.isBehind()]).toEqual([3, answers.slice(0, 2), false]);
    await owed.close();
  });

  it('is told to stop when it is closed, and not tried again', async () => {
    let times = 0;
    const owed = createUntilDone(() => undefined);
    void owed.begin((signal) => {
      times += 1;
      return new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('cut off')); }); }); // prettier-ignore
    });
    await owed.close();
    expect([times, owed.isBehind()]).toEqual([1, false]);
  });

  it('waits longer each time, and never long', () => {
    expect([0, 1, 2, 6, 7, 100].map(pauseAfter)).toEqual([50, 100, 200, 3_200, 5_000, 5_000]);
  });
});

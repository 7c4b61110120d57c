import { AsyncLocalStorage } from 'node:async_hooks';

const ends = new AsyncLocalStorage<number>();

/** Runs a command within a budget of milliseconds from now: what it appends and reads shares it (decision 6). */
export const withBudget = <T>(milliseconds: number, work: () => T): T => ends.run(performance.now() + milliseconds, work);

/** When the budget of this command ends, in `performance.now()`; where there is none, after `milliseconds`. */
export const budgetEnd = (milliseconds: number): number => Math.min(ends.getStore() ?? Infinity, performance.now() + milliseconds);

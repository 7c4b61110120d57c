import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreUnavailable } from '../domain/event-store.ts';

const ends = new AsyncLocalStorage<number>();

/** Runs a command within a budget of milliseconds from now: what it appends and reads shares it (decision 6). */
export const withBudget = <T>(milliseconds: number, work: () => T): T => ends.run(performance.now() + milliseconds, work);

/**
 * What a command may take where its stores are servers, once its token has been looked at: answered within the 5 s of decision 6.
 * A worker that takes over is done in less. Milliseconds.
 */
const COMMAND = { budget: 3_700, answers: 3_900 };

/** A command within its budget. One that hangs in a store all the same rejects with `StoreUnavailable`; it may yet come about. */
export const inTime = async <T>(work: () => Promise<T>, { budget, answers } = COMMAND): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new StoreUnavailable('a store has not answered in time')); }, answers); // prettier-ignore
  });
  try {
    const working = withBudget(budget, work);
    working.catch(() => undefined);
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** When the budget of this command ends, in `performance.now()`; where there is none, after `milliseconds`. */
export const budgetEnd = (milliseconds: number): number => Math.min(ends.getStore() ?? Infinity, performance.now() + milliseconds);

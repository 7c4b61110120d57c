import type { Position } from '../../domain/envelope.ts';
import type { ProjectionStatus } from './projector.ts';

/** What is known of how far the projections have come, and who waits for it. */
export type ProjectionProgress = {
  readonly report: (status: readonly ProjectionStatus[]) => void;
  /** No projection moves any more. */
  readonly fail: (error: string) => void;
  readonly status: () => readonly ProjectionStatus[];
  /**
   * Resolves true once the version that queries read holds the position; false after `timeoutMs`, or at once when that
   * projection has stopped or there is none of that name (decision 18).
   */
  readonly waitFor: (name: string, position: Position, timeoutMs: number) => Promise<boolean>;
};

type Waiter = { readonly name: string; readonly position: Position; readonly resolve: (reached: boolean) => void };

export const projectionProgress = (initial: readonly ProjectionStatus[] = []): ProjectionProgress => {
  let known = initial;
  const waiters = new Set<Waiter>();

  /** Undefined: not yet. */
  const answerTo = ({ name, position }: Pick<Waiter, 'name' | 'position'>): boolean | undefined => {
    const read = known.find((status) => status.name === name && status.active);
    if (read !== undefined && read.position >= position) return true;
    return read === undefined || read.stopped !== undefined ? false : undefined;
  };
  const report = (status: readonly ProjectionStatus[]): void => {
    known = status;
    for (const waiter of waiters) {
      const answer = answerTo(waiter);
      if (answer !== undefined) waiter.resolve(answer);
    }
  };

  return {
    report,
    fail: (error) => {
      report(
        known.map((status) => ({ ...status, stopped: status.stopped ?? { position: status.position, eventId: null, error } })),
      );
    },
    status: () => known,
    waitFor: (name, position, timeoutMs) => {
      const answer = answerTo({ name, position });
      if (answer !== undefined) return Promise.resolve(answer);
      return new Promise((resolve) => {
        const settle = (reached: boolean): void => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(reached);
        };
        const waiter: Waiter = { name, position, resolve: settle };
        const timer = setTimeout(settle, timeoutMs, false);
        waiters.add(waiter);
      });
    },
  };
};

import type { Projection } from '../../projections/projection.ts';
import type { ProjectionRef } from '../../projections/read-store.ts';
import type { Fill } from './projection-rebuild.ts';
import { titleOf } from '../projection-shape.ts';
import type { ProjectionStatus } from './projector.ts';
import { ProjectorFailed, type Failure, type ProjectorFiles } from './projector-thread.ts';
import { startWorker } from '../worker.ts';

export type ToFill = ProjectorFiles & { readonly projections: readonly ProjectionRef[]; readonly to: number | undefined };
export type FromFilling = { readonly status: readonly ProjectionStatus[] } | { readonly failed: Failure } | 'filled';

/** Half of a rebuild is the duties' (docs/benchmarks.md): they have a thread of their own, all other views share one. */
const HEAVIEST = 'obligations';

/** Several times what a batch of the largest events takes; and V8, which knows it, collects sooner what is no longer used: half the memory at the same speed. */
const LIMITS = { maxOldGenerationSizeMb: 512 };

const sharesOf = (projections: readonly Projection[]): readonly (readonly Projection[])[] =>
  [projections.filter(({ name }) => name === HEAVIEST), projections.filter(({ name }) => name !== HEAVIEST)].filter(
    ({ length }) => length > 0,
  );

const fillInThread = (given: ToFill, onProgress: (status: readonly ProjectionStatus[]) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = startWorker(import.meta.url, './filling-worker', given, LIMITS);
    let ended: 'filled' | Error = new Error('a thread that filled views has ended');
    worker.on('message', (message: FromFilling) => {
      if (message === 'filled') ended = message;
      else if ('failed' in message) ended = new ProjectorFailed(message.failed);
      else onProgress(message.status);
    });
    worker.on('error', (error: Error) => { ended = error; }); // prettier-ignore
    worker.on('exit', () => {
      if (ended === 'filled') resolve();
      else reject(ended);
    });
  });

/**
 * Fills views in files from a log in a file, side by side in threads of their own. Only of `PROJECTIONS`. Resolves or
 * rejects once all threads have ended.
 */
export const fillInThreads =
  (files: ProjectorFiles): Fill =>
  async (projections, to, onProgress) => {
    const known = new Map<string, ProjectionStatus>();
    const report = (status: readonly ProjectionStatus[]): void => {
      for (const each of status) known.set(titleOf(each), each);
      if (known.size === projections.length) onProgress?.([...known.values()]);
    };
    const shares = sharesOf(projections).map((share) => share.map(({ name, version }) => ({ name, version })));
    const outcomes = await Promise.allSettled(shares.map((share) => fillInThread({ ...files, projections: share, to }, report)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  };

import { projectionProgress, type ProjectionProgress } from './projection-progress.ts';
import type { ProjectionStatus } from './projector.ts';
import { startWorker } from '../worker.ts';

/** Paths of the log (which must exist) and of the read models (made where missing). */
export type ProjectorFiles = { readonly log: string; readonly readModels: string };
/** `hurry`: somebody waits for this view to hold what was appended. */
export type ToProjector = 'wake' | 'close' | { readonly hurry: string };
/** What is left of an error that comes out of a thread. */
export type Failure = { readonly message: string; readonly code?: string; readonly path?: string };
export type FromProjector = { readonly status: readonly ProjectionStatus[] } | { readonly failed: Failure };

/** The projector in a thread of its own, seen from the thread that answers requests. */
export type ProjectorThread = Pick<ProjectionProgress, 'status' | 'waitFor'> & {
  /** Something was appended: project it now rather than at the next poll. */
  readonly wake: () => void;
  /** Ends after the batch at hand. */
  readonly close: () => Promise<void>;
};

/** Appends within so many milliseconds are one message to the thread. */
const TOGETHER = 5;

export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, path } = error as Omit<Failure, 'message'>;
  const message = `${error.name}: ${error.message}`;
  return { message, ...(code === undefined ? {} : { code }), ...(path === undefined ? {} : { path }) };
};

/**
 * A thread that fills views could not start, or go on. `code` is `projection.other-log` where they belong to another log;
 * `path` is the file of an error that is about one.
 */
export class ProjectorFailed extends Error {
  readonly code: string | undefined;
  readonly path: string | undefined;
  constructor({ message, code, path }: Failure) {
    super(message);
    this.name = 'ProjectorFailed';
    this.code = code;
    this.path = path;
  }
}

/**
 * Starts the projector of all `PROJECTIONS` on an embedded log. Resolves when it has found its checkpoints, not when it
 * has caught up; rejects with `ProjectorFailed`. A thread that fails later shows every projection as stopped.
 */
export const startProjector = (files: ProjectorFiles): Promise<ProjectorThread> =>
  new Promise((resolve, reject) => {
    const worker = startWorker(import.meta.url, './projector-worker', files);
    const progress = projectionProgress();
    const exited = new Promise<void>((done) => worker.once('exit', () => { done(); })); // prettier-ignore
    let closing = false;
    let waking: NodeJS.Timeout | undefined;
    const fail = (failure: Failure): void => {
      progress.fail(failure.message);
      reject(new ProjectorFailed(failure));
    };
    const tell = (message: ToProjector): void => {
      worker.postMessage(message);
    };
    worker.on('message', (message: FromProjector) => {
      if ('failed' in message) {
        fail(message.failed);
        return;
      }
      progress.report(message.status);
      resolve({
        status: progress.status,
        waitFor: (name, position, timeoutMs) => {
          const reached = progress.waitFor(name, position, timeoutMs);
          if (progress.status().some((status) => status.name === name && status.position < position)) tell({ hurry: name });
          return reached;
        },
        wake: () => {
          waking ??= setTimeout(() => {
            waking = undefined;
            tell('wake');
          }, TOGETHER).unref();
        },
        close: () => {
          closing = true;
          clearTimeout(waking);
          tell('close');
          return exited;
        },
      }); // prettier-ignore
    });
    worker.on('error', (error: unknown) => {
      fail(failureOf(error));
    });
    worker.on('exit', () => {
      if (!closing) fail({ message: 'the projector thread has ended' });
    });
  });

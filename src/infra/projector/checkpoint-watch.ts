import type { Position } from '../../domain/envelope.ts';
import type { Projection } from '../../projections/projection.ts';
import type { ReadStore } from '../../projections/read-store.ts';
import { inTime } from '../command-budget.ts';
import { newestOf } from './projection-versions.ts';
import { projectionProgress, type ProjectionProgress } from './projection-progress.ts';
import type { ProjectionStatus } from './projector.ts';
import type { ReadableLog } from '../../domain/event-store.ts';

type Deps = { readonly readStore: Pick<ReadStore, 'snapshot'>; readonly log: Pick<ReadableLog, 'head'>; readonly projections: readonly Projection[] }; // prettier-ignore

/** How often it looks while somebody waits, and otherwise. Milliseconds. */
const HURRIED = 50;
const AT_REST = 1_000;
/** How long the read store, and the log, may take to answer a look before that is called silence. Milliseconds. */
const PATIENCE = 2_000;

export type CheckpointWatch = Pick<ProjectionProgress, 'status' | 'waitFor'> & {
  /** What a projector of this process knows, before the next look does; and of versions that queries do not read, all that is known. */
  readonly report: (status: readonly ProjectionStatus[]) => void;
  /** Did the read store answer the last look, for every projection, and does it not take long over the present one? */
  readonly answers: () => boolean;
  readonly close: () => Promise<void>;
};

/**
 * How far projections have come that any process may move: the checkpoints of the versions that queries read are looked up,
 * those that somebody waits for every 50 ms. Looks go one after another, so that a read store that is slow is not asked more often than it answers.
 */
export const watchCheckpoints = ({ readStore, log, projections: listed }: Deps): CheckpointWatch => {
  const projections = newestOf(listed);
  const known = new Map<string, ProjectionStatus>(
    projections.map(({ name, version }) => [name, { name, version, active: true, position: -1, head: -1, lag: 0 }]),
  );
  let beside: readonly ProjectionStatus[] = [];
  const all = (): readonly ProjectionStatus[] => [...known.values(), ...beside];
  const progress = projectionProgress(all());
  const waiting = new Map<string, number>();
  const silent = new Set(projections.map(({ name }) => name));
  let head: Position = -1;
  let closed = false;
  let hurry = (): void => undefined;

  const take = (status: ProjectionStatus): void => {
    head = Math.max(head, status.head, status.position);
    known.set(status.name, { ...status, head, lag: Math.max(0, head - status.position) });
  };
  const lookAt = async (projection: Projection): Promise<void> => {
    const { name } = projection;
    // It is not asked again before it answers, or its driver gives up: that may take much longer than anybody should wait to hear.
    const late = setTimeout(() => silent.add(name), PATIENCE);
    try {
      const { position, version } = await readStore.snapshot(projection, (view) => view);
      silent.delete(name);
      const before = known.get(name);
      const stopped = before?.version === version ? before.stopped : undefined;
      // Whoever moved past the event mended what stopped there.
      const still = stopped !== undefined && position < stopped.position ? { stopped } : {};
      take({ name, version, active: true, position, head, lag: 0, ...still });
    } catch {
      // Away, or not prepared yet by any worker.
      silent.add(name);
    } finally {
      clearTimeout(late);
    }
  };
  const look = async (wanted: readonly Projection[]): Promise<void> => {
    await Promise.all(wanted.map(lookAt));
    progress.report(all());
  };

  const run = async (): Promise<void> => {
    for (let lookedAtAll = -Infinity; !closed;) {
      const due = performance.now() - lookedAtAll >= AT_REST;
      const slept = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waiting.size > 0 ? HURRIED : AT_REST);
        hurry = () => { clearTimeout(timer); resolve(); }; // prettier-ignore
      });
      if (due) {
        lookedAtAll = performance.now();
        const asked = { budget: PATIENCE, answers: PATIENCE };
        head = (await inTime(() => log.head(), asked).catch(() => ({ position: head }))).position;
      }
      await look(due ? projections : projections.filter(({ name }) => waiting.has(name)));
      await slept;
    }
  };
  const running = run();

  const waitFor: ProjectionProgress['waitFor'] = async (name, position, timeoutMs) => {
    const reached = progress.waitFor(name, position, timeoutMs);
    waiting.set(name, (waiting.get(name) ?? 0) + 1);
    hurry();
    try {
      return await reached;
    } finally {
      const left = (waiting.get(name) ?? 1) - 1;
      if (left === 0) waiting.delete(name);
      else waiting.set(name, left);
    }
  };

  return {
    waitFor,
    status: progress.status,
    answers: () => silent.size === 0,
    report: (status) => {
      for (const one of status) if (one.active) take(one);
      beside = status.filter(({ active }) => !active);
      progress.report(all());
    },
    close: async () => {
      closed = true;
      hurry();
      await running;
    },
  };
};

import { setPriority } from 'node:os';
import { platform } from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PROJECTIONS } from '../projections/index.ts';
import type { FromProjector, ProjectorFiles, ToProjector } from './projector-thread.ts';
import { openProjector } from './projector.ts';
import { openLogReader } from './sqlite-log-reader.ts';
import { openSqliteReadStore } from './sqlite-read-store.ts';

/** How long it sleeps when nothing wakes it: bounds the delay of what another process appends. Milliseconds. */
const POLL = 100;
/** How long appends gather for one batch when nobody waits for them: a batch costs ten commits, however small. Milliseconds. */
const GATHER = 100;
/** Where processors are short, commands come first: views catch up in what is left. Linux gives each thread its own. */
const NICENESS = 10;

const { log: logPath, readModels } = (workerData as { readonly given: ProjectorFiles }).given;
const say = (message: FromProjector): void => parentPort?.postMessage(message);

if (platform === 'linux') setPriority(NICENESS);

let closing = false;
let hurried = false;
let wake = (): void => undefined;
let hurry = (): void => undefined;
parentPort?.on('message', (message: ToProjector) => {
  closing ||= message === 'close';
  if (message !== 'wake') {
    hurried = true;
    hurry();
  }
  wake();
});

/** Lets appends gather, unless somebody waits for a position. */
const gather = (): Promise<void> =>
  hurried
    ? Promise.resolve()
    : new Promise((resolve) => {
        const timer = setTimeout(resolve, GATHER);
        hurry = () => {
          clearTimeout(timer);
          resolve();
        };
      });

const sleep = (): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, POLL);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });

const run = async (): Promise<void> => {
  const log = openLogReader(logPath);
  const store = openSqliteReadStore(readModels);
  try {
    const projector = await openProjector({ log, store, projections: PROJECTIONS, onProgress: (status) => { say({ status }); } }); // prettier-ignore
    say({ status: projector.status() });
    while (!closing) {
      // Armed before the read, so that an append between read and sleep is not slept through.
      const slept = sleep();
      await gather();
      hurried = false;
      const moved = await projector.step();
      if (moved) wake();
      await slept;
      // Between batches it listens, so that a long rebuild can still be told to close.
      if (moved) await turn();
    }
  } finally {
    await store.close();
    await log.close();
  }
};

await run().catch((error: unknown) => {
  const { name, message, code } = error as Error & { readonly code?: string };
  say({ failed: { message: `${name}: ${message}`, ...(code === undefined ? {} : { code }) } });
});
parentPort?.close();

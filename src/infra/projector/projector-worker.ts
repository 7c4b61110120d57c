import { setPriority } from 'node:os';
import { platform } from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { PROJECTIONS } from '../../projections/index.ts';
import { fedOf } from './projection-versions.ts';
import { failureOf, type FromProjector, type ProjectorFiles, type ToProjector } from './projector-thread.ts';
import { openProjector } from './projector.ts';
import { openLogReader } from '../sqlite/log-reader.ts';
import { openSqliteReadStore } from '../sqlite/read-store.ts';

/** How long it sleeps when nothing wakes it: bounds the delay of what another process appends. Milliseconds. */
const POLL = 100;
/**
 * How long appends gather for one batch when nobody waits for them: until none came for a moment, and no longer than a reader
 * of a list would mind. A batch costs ten commits, and every page of an index that it touches once. Milliseconds.
 */
const QUIET = 20;
const LONGEST_GATHER = 500;
/** Where processors are short, commands come first: views catch up in what is left. Linux gives each thread its own. */
const NICENESS = 10;

const { log: logPath, readModels } = (workerData as { readonly given: ProjectorFiles }).given;
const say = (message: FromProjector): void => parentPort?.postMessage(message);

if (platform === 'linux') setPriority(NICENESS);

let closing = false;
/** Views that somebody waits for since the last look at the log, and those of the look before, whose batch is under way. */
let hurried: ReadonlySet<string> = new Set();
let hurriedBefore: ReadonlySet<string> = new Set();
let wake = (): void => undefined;
let arrived = (): void => undefined;
parentPort?.on('message', (message: ToProjector) => {
  closing ||= message === 'close';
  if (typeof message === 'object') hurried = new Set([...hurried, message.hurry]);
  arrived();
  wake();
});

/** Lets appends gather, unless somebody waits for a position. */
const gather = (): Promise<void> =>
  hurried.size > 0 || closing
    ? Promise.resolve()
    : new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(quiet);
          clearTimeout(longest);
          arrived = () => undefined;
          resolve();
        };
        const quiet = setTimeout(done, QUIET);
        const longest = setTimeout(done, LONGEST_GATHER);
        arrived = () => {
          if (hurried.size > 0 || closing) done();
          else quiet.refresh();
        };
      });

/** Listens for who waits, then says so. */
const awaited = async (): Promise<ReadonlySet<string>> => {
  await turn();
  return new Set([...hurried, ...hurriedBefore]);
};

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
    const projections = await fedOf(store, PROJECTIONS);
    const projector = await openProjector({ log, store, projections, awaited, onProgress: (status) => { say({ status }); } }); // prettier-ignore
    say({ status: projector.status() });
    let behind = true;
    while (!closing) {
      // Armed before the read, so that an append between read and sleep is not slept through.
      const slept = sleep();
      if (!behind) await gather();
      [hurriedBefore, hurried] = [hurried, new Set()];
      const moved = await projector.step();
      behind = projector.status().some(({ lag, stopped }) => lag > 0 && stopped === undefined);
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
  say({ failed: failureOf(error) });
});
parentPort?.close();

import { parentPort, workerData } from 'node:worker_threads';
import { PROJECTIONS } from '../../projections/index.ts';
import type { FromFilling, ToFill } from './filling-threads.ts';
import { fillHere } from './projection-rebuild.ts';
import { titleOf } from '../projection-shape.ts';
import { failureOf } from './projector-thread.ts';
import { openLogReader } from '../sqlite/log-reader.ts';
import { openSqliteReadStore } from '../sqlite/read-store.ts';

const { log: logPath, readModels, projections, to } = (workerData as { readonly given: ToFill }).given;
const say = (message: FromFilling): void => parentPort?.postMessage(message);

const fill = async (): Promise<void> => {
  const wanted = new Set(projections.map(titleOf));
  const log = openLogReader(logPath);
  const store = openSqliteReadStore(readModels);
  try {
    await fillHere(log, store)(PROJECTIONS.filter((projection) => wanted.has(titleOf(projection))), to, (status) => { say({ status }); }); // prettier-ignore
  } finally {
    await store.close();
    await log.close();
  }
};

await fill().then(
  () => { say('filled'); }, // prettier-ignore
  (error: unknown) => { say({ failed: failureOf(error) }); }, // prettier-ignore
);
parentPort?.close();

import { openSqliteEventStore } from '../../src/infra/sqlite/event-store.ts';
import { openViewFile } from '../../src/infra/sqlite/view-file.ts';
import { openSqlite } from '../../src/infra/sqlite/database.ts';
import { appendTo, commitNext, prepareLog, prepareReadModels, STREAMS } from './fault-work.ts';
import { SAMPLE } from './sample-projection.ts';

/**
 * A process that works on a log or on read models while strace disturbs it. It asks again, once, for what was refused,
 * and prints a line per answer; a line is out before the next step begins.
 */
const [kind = '', path = ''] = process.argv.slice(2);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const insist = async (what: string, work: () => Promise<unknown>): Promise<void> => {
  for (const last of [false, true]) {
    try {
      await work();
      say(`done ${what}`);
      return;
    } catch (error) {
      if (last) throw error;
      say(`refused ${what}: ${String(error)}`);
    }
  }
};

const openLog = () => openSqliteEventStore({ path, synchronous: 'FULL' });
/** Folds the write-ahead log back into its file. */
const foldBack = (mode: 'PASSIVE' | 'TRUNCATE'): void => {
  openSqlite(path).exec(`PRAGMA wal_checkpoint(${mode})`);
};
const work: Readonly<Record<string, () => Promise<void>>> = {
  'prepare-log': async () => {
    const store = openLog();
    await prepareLog(store);
    foldBack('TRUNCATE');
    await store.close();
  },
  'prepare-read': async () => {
    const store = openViewFile(path);
    await prepareReadModels(store);
    foldBack('TRUNCATE');
    await store.close();
  },
  log: async () => {
    const store = openLog();
    for (const stream of STREAMS) await insist(stream, () => appendTo(store, stream));
    await store.close();
  },
  fold: async () => {
    const store = openLog();
    for (const stream of STREAMS) await insist(stream, () => appendTo(store, stream));
    foldBack('PASSIVE');
    await store.close();
  },
  read: async () => {
    const store = openViewFile(path);
    await store.prepare(SAMPLE);
    await insist('commit', () => commitNext(store));
    await store.close();
  },
};
await work[kind]?.();
say('closed');

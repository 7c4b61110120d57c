import { isServer, readConfig, type Config } from './infra/config.ts';
import { takeDirectory, type DirectoryLock, type Narrowed } from './infra/data-directory.ts';
import { fillInThreads } from './infra/projector/filling-threads.ts';
import { dropOld } from './infra/projector/projection-rebuild.ts';
import { opening } from './infra/opening.ts';
import { isThere, naming } from './infra/path-fault.ts';
import { newestOf } from './infra/projector/projection-versions.ts';
import { checkedConfig } from './infra/server-addresses.ts';
import { openLogReader } from './infra/sqlite/log-reader.ts';
import { removeViews } from './infra/sqlite/read-store.ts';
import { openReadStore } from './infra/stores.ts';
import { PROJECTIONS } from './projections/index.ts';
import { showWaiting } from './progress-bar.ts';
import { Refused } from './refusals.ts';

/** For what works on files alone, so far. */
export const embeddedOnly = ({ eventStore, readStore, vault }: Config): void => {
  if ([eventStore, readStore, vault].some(isServer))
    throw new Refused(
      '此命令目前只支持 DATA_DIR 中的文件存储。',
      'This command works on files only: leave EVENT_STORE, READ_STORE and VAULT out.',
    );
};

const showNarrowed = ({ directory, was }: Narrowed): void => {
  console.error(
    `数据目录 ${directory} 的权限由 ${was} 改为 0700。\nThe data directory ${directory} had mode ${was}; it is 0700 now.`,
  );
};

const takeFor = (directory: string): DirectoryLock => naming('DATA_DIR', directory, () => takeDirectory(directory, showNarrowed));

/** `hongzhang rebuild`: every view of the files, anew from the log, with the service stopped. */
export const rebuildAll = async (): Promise<void> => {
  const config = readConfig(process.env);
  embeddedOnly(config);
  const { eventStore: log, readStore: readModels } = config;
  if (!naming('EVENT_STORE', log, () => isThere(log))) throw new Refused(`没有账本 ${log}。`, `There is no ledger at ${log}.`);
  const directory = takeFor(config.dataDirectory);
  // Before the views go that a log which cannot be read would not give again.
  await naming('EVENT_STORE', log, () => openLogReader(log)).close();
  await naming('READ_STORE', readModels, async () => {
    removeViews(readModels, PROJECTIONS.map(({ name }) => name)); // prettier-ignore
    await fillInThreads({ log, readModels })(newestOf(PROJECTIONS), undefined, (status) => {
      const slowest = Math.min(...status.map(({ position }) => position));
      const head = Math.max(...status.map((each) => each.head));
      process.stdout.write(`\r${String(slowest + 1)} / ${String(head + 1)} events`);
    });
  });
  console.log('\nEvery view has been rebuilt.');
  directory.release();
};

/** `hongzhang rebuild --drop-old`: beside a running service where the views are on a server; files are one process's alone. */
export const dropOldVersions = async (): Promise<void> => {
  const config = await checkedConfig(process.env);
  const { readStore, dataDirectory } = config;
  const inFiles = !isServer(readStore);
  if (inFiles && !naming('READ_STORE', readStore, () => isThere(readStore)))
    throw new Refused(`没有视图 ${readStore}。`, `There are no views at ${readStore}.`);
  const directory = inFiles ? takeFor(dataDirectory) : null;
  await opening('READ_STORE', readStore, showWaiting, async () => {
    const store = await openReadStore(config);
    try {
      const dropped = await dropOld(store, PROJECTIONS);
      for (const version of dropped) console.log(`已删除 dropped ${version}`);
      if (dropped.length === 0) console.log('没有已被取代的旧版本。\nNo view has an older version than the one that queries read.');
    } finally {
      await store.close();
    }
  });
  directory?.release();
};

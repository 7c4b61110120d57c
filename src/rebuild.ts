import { existsSync } from 'node:fs';
import { isServer, readConfig, type Config } from './infra/config.ts';
import { takeDirectory } from './infra/data-directory.ts';
import { fillInThreads } from './infra/filling-threads.ts';
import { dropOld } from './infra/projection-rebuild.ts';
import { newestOf } from './infra/projection-versions.ts';
import { checkAddresses } from './infra/server-addresses.ts';
import { removeViews } from './infra/sqlite-read-store.ts';
import { openReadStore } from './infra/stores.ts';
import { PROJECTIONS } from './projections/index.ts';
import { isUnreadable, Refused, ViewUnreadable } from './refusals.ts';

/** For what works on files alone, so far. */
export const embeddedOnly = ({ eventStore, readStore, vault }: Config): void => {
  if ([eventStore, readStore, vault].some(isServer))
    throw new Refused(
      '此命令目前只支持 DATA_DIR 中的文件存储。',
      'This command works on files only: leave EVENT_STORE, READ_STORE and VAULT out.',
    );
};

/** `hongzhang rebuild`: every view of the files, anew from the log, with the service stopped. */
export const rebuildAll = async (): Promise<void> => {
  const config = readConfig(process.env);
  embeddedOnly(config);
  const { eventStore: log, readStore: readModels } = config;
  if (!existsSync(log)) throw new Refused(`没有账本 ${log}。`, `There is no ledger at ${log}.`);
  const directory = takeDirectory(config.dataDirectory);
  removeViews(readModels, PROJECTIONS.map(({ name }) => name)); // prettier-ignore
  await fillInThreads({ log, readModels })(newestOf(PROJECTIONS), undefined, (status) => {
    const slowest = Math.min(...status.map(({ position }) => position));
    const head = Math.max(...status.map((each) => each.head));
    process.stdout.write(`\r${String(slowest + 1)} / ${String(head + 1)} events`);
  });
  console.log('\nEvery view has been rebuilt.');
  directory.release();
};

/** `hongzhang rebuild --drop-old`: beside a running service where the views are on a server; files are one process's alone. */
export const dropOldVersions = async (): Promise<void> => {
  const config = readConfig(process.env);
  await checkAddresses(config);
  const inFiles = !isServer(config.readStore);
  if (inFiles && !existsSync(config.readStore))
    throw new Refused(`没有视图 ${config.readStore}。`, `There are no views at ${config.readStore}.`);
  const directory = inFiles ? takeDirectory(config.dataDirectory) : null;
  const store = await openReadStore(config);
  try {
    const dropped = await dropOld(store, PROJECTIONS);
    for (const version of dropped) console.log(`已删除 dropped ${version}`);
    if (dropped.length === 0) console.log('没有已被取代的旧版本。\nNo view has an older version than the one that queries read.');
  } catch (error) {
    throw isUnreadable(error) ? new ViewUnreadable((error as Error).message) : error;
  } finally {
    await store.close();
    directory?.release();
  }
};

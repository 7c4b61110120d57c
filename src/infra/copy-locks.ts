import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { isServer, readConfig, type Config } from './config.ts';
import type { CopyKind, CopyPlaces } from './copy-places.ts';
import { isDataDirectory, lockDirectory, takeDirectory, type DirectoryLock } from './data-directory.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The place that a service of this environment would have for what is copied, and the directory that it would take. */
const serviceOf = (kind: CopyKind, environment: Environment): Pick<Config, 'dataDirectory'> & { readonly place: string } => {
  const name = kind === 'log' ? 'EVENT_STORE' : 'VAULT';
  const given = ['DATA_DIR', name, `${name}_FILE`].map((variable) => [variable, environment[variable]] as const);
  const { dataDirectory, eventStore, vault } = readConfig(Object.fromEntries(given));
  return { dataDirectory, place: kind === 'log' ? eventStore : vault };
};

/**
 * Keeps services out of the files of a copy: the folder that each lies in, and the data directory whose environment names
 * one. A folder of the source that no service ever had is left as it is. Throws `DirectoryTaken`.
 */
export const lockCopied = (kind: CopyKind, { from, to }: CopyPlaces, environment: Environment): readonly DirectoryLock[] => {
  const files = [from, to].filter((place) => !isServer(place));
  const folders = files.map(dirname).filter((folder) => existsSync(folder) && isDataDirectory(folder));
  const { place, dataDirectory } = serviceOf(kind, environment);
  if (files.includes(place) && existsSync(dataDirectory) && isDataDirectory(dataDirectory)) folders.push(dataDirectory);
  const locks: DirectoryLock[] = [];
  try {
    if (!isServer(to) && !existsSync(dirname(to))) locks.push(takeDirectory(dirname(to)));
    else if (!isServer(to)) folders.push(dirname(to));
    for (const folder of new Set(folders.map((path) => realpathSync(path)))) locks.push(lockDirectory(folder));
    return locks;
  } catch (error) {
    for (const { release } of locks) release();
    throw error;
  }
};

import { mkdirSync, realpathSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isServer, readConfig, type Config } from './config.ts';
import type { CopyKind, CopyPlaces } from './copy-places.ts';
import { DirectoryTaken, isDataDirectory, lockDirectory, removeLock, type DirectoryLock } from './data-directory.ts';
import { isThere, naming } from './path-fault.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The place that a service of this environment would have for what is copied, and the directory that it would take. */
const serviceOf = (kind: CopyKind, environment: Environment): Pick<Config, 'dataDirectory'> & { readonly place: string } => {
  const name = kind === 'log' ? 'EVENT_STORE' : 'VAULT';
  const given = ['DATA_DIR', name, `${name}_FILE`].map((variable) => [variable, environment[variable]] as const);
  const { dataDirectory, eventStore, vault } = readConfig(Object.fromEntries(given));
  return { dataDirectory, place: kind === 'log' ? eventStore : vault };
};

/** Takes away the folders from `folder` up to `first`, as far as they are empty. */
const removeEmpty = (folder: string, first: string): void => {
  try {
    rmdirSync(folder);
    if (folder !== first) removeEmpty(dirname(folder), first);
  } catch {
    // Something lies there, or another was faster: it is no longer ours to take away.
  }
};

/** Locks a folder, made where it is missing. At its release the folder is as it was, but for what the copy has written. */
const borrow = (folder: string): DirectoryLock => {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isNew = !isDataDirectory(folder);
  const restore = (unlock: () => void): void => {
    if (isNew) removeLock(folder);
    unlock();
    if (first !== undefined) removeEmpty(folder, first);
  };
  try {
    const { release } = lockDirectory(folder);
    return { release: () => { restore(release); } }; // prettier-ignore
  } catch (error) {
    // Whoever has taken it has made its lock his own.
    if (!(error instanceof DirectoryTaken)) restore(() => undefined);
    throw error;
  }
};

/**
 * Keeps services out of the files of a copy: the folder that each lies in, and the data directory whose environment names
 * one. A folder of the source that no service ever had is left as it is. Throws `DirectoryTaken`, `PathFault`.
 */
export const lockCopied = (kind: CopyKind, { from, to }: CopyPlaces, environment: Environment): readonly DirectoryLock[] => {
  const { place, dataDirectory } = serviceOf(kind, environment);
  const locks: DirectoryLock[] = [];
  const held = new Set<string>();
  const lock = (setting: string, folder: string): void => {
    naming(setting, folder, () => {
      const real = isThere(folder) ? realpathSync(folder) : folder;
      if (held.has(real)) return;
      locks.push(borrow(real));
      held.add(realpathSync(real));
    });
  };
  const wasService = (setting: string, folder: string): boolean =>
    naming(setting, folder, () => isThere(folder) && isDataDirectory(folder));
  try {
    if (!isServer(from) && wasService('--from', dirname(from))) lock('--from', dirname(from));
    if (!isServer(to)) lock('--to', dirname(to));
    if ([from, to].includes(place) && !isServer(place) && wasService('DATA_DIR', dataDirectory)) lock('DATA_DIR', dataDirectory);
    return locks;
  } catch (error) {
    for (const { release } of locks) release();
    throw error;
  }
};

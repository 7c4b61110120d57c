import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { isThere, pathFaultOf } from './path-fault.ts';
import { isBusy, openSqlite } from './sqlite/database.ts';

export class DirectoryTaken extends Error {
  constructor(directory: string) {
    super(
      `另一个洪账进程正在使用数据目录 ${directory}。请先停止它，或用 DATA_DIR 指定别的目录。\n` +
        `Another Hongzhang process is using the data directory ${directory}. Stop it first, or choose another with DATA_DIR.`,
    );
    this.name = 'DirectoryTaken';
  }
}

export type DirectoryLock = { readonly release: () => void };

const lockFile = (directory: string): string => `${directory}/service.lock`;

/** Whether a service has ever had this directory. */
export const isDataDirectory = (directory: string): boolean => isThere(lockFile(directory));

/** Takes the lock's file away, by whoever made and holds it: where it stays, a service is said to have had the directory. */
export const removeLock = (directory: string): void => {
  for (const beside of ['', '-wal', '-shm']) rmSync(`${lockFile(directory)}${beside}`, { force: true });
};

/**
 * Keeps services out of a directory that is there, and leaves it as it is, until `release` or the death of this process,
 * whichever comes first: the lock is SQLite's own lock on a small file, which the kernel gives up with the process.
 * Throws `DirectoryTaken`.
 */
export const lockDirectory = (directory: string): DirectoryLock => {
  const lock = openSqlite(lockFile(directory), { synchronous: 'NORMAL' });
  try {
    lock.exec('PRAGMA busy_timeout=0; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new DirectoryTaken(directory);
    throw pathFaultOf(error, null, lockFile(directory)) ?? error;
  }
  return {
    release: () => {
      lock.close();
    },
  };
};

/** A data directory that others could enter, and the mode that it had. */
export type Narrowed = { readonly directory: string; readonly was: string };

/**
 * Takes the data directory for this process alone, makes it where it is missing, and closes it to other users; of one that
 * was open to them, `onNarrowed` hears. Throws `DirectoryTaken`.
 */
export const takeDirectory = (directory: string, onNarrowed: (narrowed: Narrowed) => void = () => undefined): DirectoryLock => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const mode = statSync(directory).mode & 0o777;
  if (mode !== 0o700) chmodSync(directory, 0o700);
  if ((mode & 0o077) !== 0) onNarrowed({ directory, was: mode.toString(8).padStart(4, '0') });
  return lockDirectory(directory);
};

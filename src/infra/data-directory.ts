import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { isBusy, openSqlite } from './sqlite.ts';

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
export const isDataDirectory = (directory: string): boolean => existsSync(lockFile(directory));

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
    throw error;
  }
  return {
    release: () => {
      lock.close();
    },
  };
};

/** Takes the data directory for this process alone, makes it where it is missing, and closes it to other users. Throws `DirectoryTaken`. */
export const takeDirectory = (directory: string): DirectoryLock => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  return lockDirectory(directory);
};

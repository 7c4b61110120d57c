import { chmodSync, mkdirSync } from 'node:fs';
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

/**
 * Takes the data directory for this process until `release` or its death, whichever comes first: the lock is SQLite's
 * own lock on a small file, which the kernel gives up with the process. Throws `DirectoryTaken`.
 */
export const takeDirectory = (directory: string): { readonly release: () => void } => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const lock = openSqlite(`${directory}/service.lock`, { synchronous: 'NORMAL' });
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

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadStore } from '../../projections/read-store.ts';
import { openViewFile } from './view-file.ts';
import { emptyWal } from './database.ts';

const viewFile = (folder: string, name: string): string => join(folder, `${name}.db`);

/**
 * Read models in a folder, a SQLite file for each name: a file has one writer at a time, so that projections can be filled
 * side by side, and one that is damaged or dropped leaves the others alone.
 */
export const openSqliteReadStore = (folder: string): ReadStore => {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, ReadStore>();
  const of = (name: string): ReadStore => {
    const file = files.get(name) ?? openViewFile(viewFile(folder, name));
    files.set(name, file);
    return file;
  };
  return {
    prepare: async (projection) => of(projection.name).prepare(projection),
    claim: async (name, token) => of(name).claim(name, token),
    createIndexes: async (ref) => of(ref.name).createIndexes(ref),
    checkpoint: async (ref) => of(ref.name).checkpoint(ref),
    commit: async (projection, ...given) => of(projection.name).commit(projection, ...given),
    load: async (ref, ids) => of(ref.name).load(ref, ids),
    matching: (projection, filter) => of(projection.name).matching(projection, filter),
    active: async (name) => of(name).active(name),
    activate: async (name, from, to) => of(name).activate(name, from, to),
    versions: async (name) => of(name).versions(name),
    drop: async (ref) => of(ref.name).drop(ref),
    dump: (ref) => of(ref.name).dump(ref),
    snapshot: async (projection, use) => of(projection.name).snapshot(projection, use),
    close: async () => {
      for (const file of files.values()) await file.close();
    },
  };
};

/** Brings what the WAL of every view holds into its file (`emptyWal`). */
export const emptyViewWals = (folder: string, names: readonly string[]): void => {
  for (const name of names) if (existsSync(viewFile(folder, name))) emptyWal(viewFile(folder, name));
};

/** Removes these views, readable or not; whatever else lies in the folder stays. Nobody may have them open. */
export const removeViews = (folder: string, names: readonly string[]): void => {
  for (const name of names)
    for (const beside of ['', '-wal', '-shm']) rmSync(`${viewFile(folder, name)}${beside}`, { force: true });
};

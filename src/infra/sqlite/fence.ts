import { Fenced } from '../../projections/read-store.ts';
import type { Sqlite } from './database.ts';

const FENCES = 'CREATE TABLE IF NOT EXISTS fences (name TEXT PRIMARY KEY, token INTEGER NOT NULL) WITHOUT ROWID';

/**
 * Which turn moves a projection's checkpoints, and the turns that this connection has claimed. Called within the
 * transactions that they guard, so that no claim comes between the look and the write.
 */
export const fenceOf = (db: Sqlite) => {
  db.exec(FENCES);
  const claimed = new Map<string, number>();
  const standing = (name: string): number =>
    (db.prepare('SELECT token FROM fences WHERE name = ?').get(name) as { token: number } | undefined)?.token ?? -1;
  const assertOpen = (name: string, own = claimed.get(name)): void => {
    if (own === undefined) return;
    const token = standing(name);
    if (token > own) throw new Fenced(name, own, token);
  };

  return {
    /** Throws `Fenced` where a higher token stands than the one that was claimed. */
    assertOpen: (name: string): void => { assertOpen(name); }, // prettier-ignore
    isClosed: (name: string): boolean => standing(name) > (claimed.get(name) ?? Infinity),
    claim: (name: string, token: number): void => {
      assertOpen(name, token);
      db.prepare('INSERT OR REPLACE INTO fences VALUES (?, ?)').run(name, token);
      claimed.set(name, token);
    },
  };
};

import { expect } from 'vitest';
import { openSqlite } from '../../src/infra/sqlite/database.ts';
import { EMPTY_FRONTIER, extend, leafHash, type Frontier } from '../../src/tlog/frontier.ts';

type Row = { position: number; stream: string; revision: number; leaf: Uint8Array; bytes: string };

/** Everything the file promises: dense positions and revisions, leaves of the stored bytes, the tree over them. */
export const checkLog = (path: string): Row[] => {
  const db = openSqlite(path);
  try {
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    const rows = db.prepare('SELECT * FROM events ORDER BY position').all() as Row[];
    let tree: Frontier = EMPTY_FRONTIER;
    const revisions = new Map<string, number>();
    for (const [index, { position, stream, revision, leaf, bytes }] of rows.entries()) {
      expect(position).toBe(index);
      expect(revision).toBe((revisions.get(stream) ?? -1) + 1);
      revisions.set(stream, revision);
      expect(Buffer.from(leaf).equals(leafHash(Buffer.from(bytes)))).toBe(true);
      tree = extend(tree, Buffer.from(leaf));
    }
    const { size, frontier } = db.prepare('SELECT size, frontier FROM tree').get() as { size: number; frontier: Uint8Array };
    expect(size).toBe(rows.length);
    expect(Buffer.from(frontier).equals(Buffer.concat(tree.hashes))).toBe(true);
    return rows;
  } finally {
    db.close();
  }
};

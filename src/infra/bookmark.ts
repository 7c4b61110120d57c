import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Position } from '../domain/envelope.ts';
import { answer } from './answer.ts';

/** How far a loop has come in which log. It may be lost or stale: what is done twice changes nothing. */
export type Mark = { readonly logId: string; readonly position: Position };
export type Bookmark = { readonly load: () => Promise<Mark | null>; readonly save: (mark: Mark) => Promise<void> };

/** A bookmark in a file of this user alone. */
export const fileBookmark = (path: string): Bookmark => ({
  load: () => answer(() => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Mark) : null)),
  save: (mark) =>
    answer(() => {
      writeFileSync(`${path}.tmp`, JSON.stringify(mark), { mode: 0o600 });
      renameSync(`${path}.tmp`, path);
    }),
});

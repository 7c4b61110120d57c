import { createWriteStream, rmSync } from 'node:fs';
import { once } from 'node:events';
import { openProjector } from '../src/infra/projector/projector.ts';
import { openLogReader } from '../src/infra/sqlite/log-reader.ts';
import { openSqliteReadStore } from '../src/infra/sqlite/read-store.ts';
import { PROJECTIONS } from '../src/projections/index.ts';
import { cached } from './directories.ts';
import { historyDirectory } from './history.ts';

/** One commit of a rebuild: a document or version is its place in the order of birth, its id, its position, its bytes. */
export type Commit = {
  readonly projection: string;
  readonly to: number;
  readonly documents: readonly ReadyMade[];
  readonly versions: readonly ReadyMade[];
};
export type ReadyMade = readonly [seq: number, id: string, position: number, json: string | null];

/** What a rebuild of a history commits, a line a commit, in `commits.ndjson`. */
export const recordingOf = async (size: number): Promise<string> => {
  const history = await historyDirectory(size);
  const directory = await cached(`recording-${String(size)}`, async (made) => {
    const file = createWriteStream(`${made}/commits.ndjson`);
    const log = openLogReader(`${history}/events.db`);
    const store = openSqliteReadStore(`${made}/views`);
    const births = new Map<string, Map<string, number>>();
    const recorded: typeof store = {
      ...store,
      commit: async (projection, from, to, documents, versions) => {
        await store.commit(projection, from, to, documents, versions);
        const born = births.get(projection.name) ?? new Map<string, number>();
        births.set(projection.name, born);
        const readyMade = ({ id, document, position }: (typeof documents)[number]): ReadyMade => {
          const seq = born.get(id) ?? born.size + 1;
          born.set(id, seq);
          return [seq, id, position, document === null ? null : JSON.stringify(document)];
        };
        const commit: Commit = {
          projection: projection.name,
          to: to.position,
          documents: documents.map(readyMade),
          versions: versions.map(readyMade),
        };
        if (!file.write(`${JSON.stringify(commit)}\n`)) await once(file, 'drain');
      },
    };
    const projector = await openProjector({ log, store: recorded, projections: PROJECTIONS });
    await projector.catchUp();
    await store.close();
    await log.close();
    rmSync(`${made}/views`, { recursive: true });
    file.end();
    await once(file, 'close');
  });
  return `${directory}/commits.ndjson`;
};

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fillInThreads } from '../../../src/infra/projector/filling-threads.ts';
import { compareRebuild } from '../../../src/infra/projector/projection-rebuild.ts';
import type { ProjectionStatus } from '../../../src/infra/projector/projector.ts';
import { openSqliteEventStore } from '../../../src/infra/sqlite/event-store.ts';
import { openLogReader } from '../../../src/infra/sqlite/log-reader.ts';
import { openSqliteReadStore, removeViews } from '../../../src/infra/sqlite/read-store.ts';
import { PROJECTIONS } from '../../../src/projections/index.ts';
import { sampleEvents } from '../../support/sample-projection.ts';

const NAMES = PROJECTIONS.map(({ name }) => name);
const events = sampleEvents(Array.from({ length: 30 }, (_, n) => [0, n, 0] as const), 1000); // prettier-ignore

let directory: string;
const files = () => ({ log: join(directory, 'events.db'), readModels: join(directory, 'views') });

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'filling-'));
  const log = openSqliteEventStore({ path: files().log, synchronous: 'OFF' });
  for (const { position: _, ...envelope } of events) await log.append(envelope.stream, [envelope], 'no_stream');
  await log.close();
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** Compares what lies in the folder with what one thread makes of the same log. */
const expectAsByOneThread = async (): Promise<void> => {
  const log = openLogReader(files().log);
  const [store, empty] = [openSqliteReadStore(files().readModels), openSqliteReadStore(join(directory, 'other'))];
  const { difference, documents } = await compareRebuild({ log, store, projections: PROJECTIONS }, empty);
  expect([difference, documents > 0]).toEqual([null, true]);
  await Promise.all([store.close(), empty.close(), log.close()]);
};

it('fills every view as one thread would, up to the position asked for, and says how far each has come', async () => {
  let last: readonly ProjectionStatus[] = [];
  await fillInThreads(files())(PROJECTIONS, 19, (status) => { last = status; }); // prettier-ignore
  expect(new Map(last.map(({ name, position }) => [name, position]))).toEqual(new Map(NAMES.map((name) => [name, 19])));
  await expectAsByOneThread();
});

it('fails with the error of the thread that failed, once the others have ended', async () => {
  await fillInThreads(files())(PROJECTIONS, 0);
  writeFileSync(join(files().readModels, 'usage.db'), 'no database at all'.repeat(500));
  await expect(fillInThreads(files())(PROJECTIONS, undefined)).rejects.toThrow('not a database');
});

it('fills anew what was removed, whatever lay there, and leaves other files alone', async () => {
  await fillInThreads(files())(PROJECTIONS, 0);
  writeFileSync(join(files().readModels, 'usage.db'), 'no database at all'.repeat(500));
  writeFileSync(join(files().readModels, 'notes.db'), 'not ours');
  removeViews(files().readModels, NAMES);
  expect(readdirSync(files().readModels)).toEqual(['notes.db']);
  await fillInThreads(files())(PROJECTIONS, undefined);
  await expectAsByOneThread();
});

it('takes a folder for views, not a file, and says which', async () => {
  const { readModels } = files();
  writeFileSync(readModels, '');
  expect(() => openSqliteReadStore(readModels)).toThrow('EEXIST');
  await expect(fillInThreads(files())(PROJECTIONS, undefined)).rejects.toMatchObject({ code: 'EEXIST', path: readModels });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/domain/ledger-event.ts';
import { startProjector, type ProjectorThread } from '../../../src/infra/projector/projector-thread.ts';
import { openSqliteEventStore, type SqliteEventStore } from '../../../src/infra/sqlite/event-store.ts';
import { PROJECTIONS } from '../../../src/projections/index.ts';
import { sampleEvents } from '../../support/sample-projection.ts';

/** Registrations of organizations 0, 1, 2 …, one event per stream. */
const events = sampleEvents(Array.from({ length: 40 }, (_, n) => [0, n, 0] as const), 1000); // prettier-ignore

describe('projector thread', () => {
  let directory: string;
  let log: SqliteEventStore;
  let threads: ProjectorThread[];
  const files = () => ({ log: join(directory, 'events.db'), readModels: join(directory, 'views') });
  const start = async (): Promise<ProjectorThread> => {
    const thread = await startProjector(files());
    threads.push(thread);
    return thread;
  };
  const append = async ({ position: _, ...envelope }: LedgerEvent): Promise<void> => {
    await log.append(envelope.stream, [envelope], 'no_stream');
  };
  const reached = (thread: ProjectorThread, position: number): Promise<readonly boolean[]> =>
    Promise.all(PROJECTIONS.map(({ name }) => thread.waitFor(name, position, 5_000)));

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'projector-thread-'));
    log = openSqliteEventStore({ path: files().log, synchronous: 'FULL' });
    threads = [];
  });
  afterEach(async () => {
    for (const thread of threads) await thread.close();
    await log.close();
    rmSync(directory, { recursive: true });
  });

  it('catches up, goes on when woken and when not, and resumes after it was closed', async () => {
    for (const event of events.slice(0, 10)) await append(event);
    const thread = await start();
    expect(await reached(thread, 9)).toEqual(PROJECTIONS.map(() => true));
    await append(events[10]!);
    thread.wake();
    expect(await reached(thread, 10)).toEqual(PROJECTIONS.map(() => true));
    await append(events[11]!);
    expect(await reached(thread, 11)).toEqual(PROJECTIONS.map(() => true));
    expect(thread.status().map(({ name, position, head, lag }) => ({ name, position, head, lag }))).toEqual(
      PROJECTIONS.map(({ name }) => ({ name, position: 11, head: 11, lag: 0 })),
    );
    await thread.close();
    await append(events[12]!);
    expect(await reached(await start(), 12)).toEqual(PROJECTIONS.map(() => true));
  });

  it('refuses to start on read models of another log', async () => {
    await append(events[0]!);
    const thread = await start();
    await reached(thread, 0);
    await thread.close();
    await log.close();
    rmSync(files().log);
    for (const file of ['-wal', '-shm']) rmSync(`${files().log}${file}`, { force: true });
    log = openSqliteEventStore({ path: files().log, synchronous: 'FULL' });
    await expect(startProjector(files())).rejects.toMatchObject({
      name: 'ProjectorFailed',
      code: 'projection.other-log',
      message: expect.stringContaining('hongzhang rebuild') as string,
    });
  });

  it('refuses to start without a log', async () => {
    await expect(startProjector({ ...files(), log: join(directory, 'none.db') })).rejects.toMatchObject({
      name: 'ProjectorFailed',
    });
  });

  it('shows a projection as stopped once it cannot go on, and takes the others further', async () => {
    await append(events[0]!);
    const thread = await start();
    await reached(thread, 0);
    // A file that is no longer a database stands for a disk that went away.
    const { openSqlite } = await import('../../../src/infra/sqlite/database.ts');
    const breaker = openSqlite(join(files().readModels, 'catalog.db'));
    breaker.exec('DROP TABLE projections');
    breaker.close();
    await append(events[1]!);
    thread.wake();
    expect(await reached(thread, 1)).toEqual(PROJECTIONS.map(({ name }) => name !== 'catalog'));
    for (const { name, stopped } of thread.status())
      expect([name, stopped?.error]).toEqual([name, name === 'catalog' ? expect.stringContaining('no such table') : undefined]);
  });
});

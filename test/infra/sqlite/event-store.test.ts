import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/event-store.ts';
import { openSqliteEventStore } from '../../../src/infra/sqlite/event-store.ts';
import { openSqlite } from '../../../src/infra/sqlite/database.ts';
import { EMPTY_FRONTIER, extend, rootOf } from '../../../src/tlog/frontier.ts';
import { eventStoreContract } from '../../contract/event-store.ts';
import { envelopeOf, envelopesOf } from '../../support/envelopes.ts';
import { checkLog } from '../../support/log-file.ts';

const folders: string[] = [];
const freshPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hongzhang-log-'));
  folders.push(folder);
  return join(folder, 'events.db');
};
const open = (path: string) => openSqliteEventStore({ path, synchronous: 'FULL' });
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

eventStoreContract('SQLite', () => {
  const store = open(freshPath());
  return Promise.resolve({ store, dispose: store.close });
});

/** A child process that appends; `lines` are what it acknowledged, one append a line. */
const appender = (args: readonly string[]) => {
  const child = fork(new URL('../../support/append-child.ts', import.meta.url), args, {
    execArgv: ['--import', 'tsx'],
    silent: true,
  });
  const lines: string[] = [];
  let rest = '';
  child.stdout?.on('data', (text: Buffer) => {
    const parts = (rest + text.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const ready = new Promise<void>((resolve) => child.once('message', () => { resolve(); })); // prettier-ignore
  const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); })); // prettier-ignore
  return { child, lines, ready, ended };
};

describe('the log in one SQLite file', () => {
  it('is for its owner alone', async () => {
    const path = freshPath();
    await open(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('refuses to change or delete what was written', async () => {
    const path = freshPath();
    const store = open(path);
    await store.append('login-a', [envelopeOf('login-a', 0)], 'no_stream');
    const db = openSqlite(path);
    expect(() => { db.exec("UPDATE events SET type = 'x'"); }).toThrow('events are never changed'); // prettier-ignore
    expect(() => { db.exec('DELETE FROM events'); }).toThrow('events are never deleted'); // prettier-ignore
    expect(() => { db.exec("UPDATE log SET log_id = 'x'"); }).toThrow('a log keeps its id'); // prettier-ignore
    expect(() => { db.exec('DELETE FROM log'); }).toThrow('a log keeps its id'); // prettier-ignore
    db.close();
    await store.close();
  });

  it('keeps leaf hashes and the tree over the stored bytes, across a restart', async () => {
    const path = freshPath();
    for (const round of [0, 1]) {
      const store = open(path);
      await Promise.all(
        Array.from({ length: 30 }, (_, n) => {
          const stream = `login-${String(round)}-${String(n)}`;
          return store.append(stream, envelopesOf(stream, 0, 3), 'no_stream');
        }),
      );
      const { size, root } = store.root();
      expect(size).toBe(90 * (round + 1));
      await store.close();
      const rows = checkLog(path);
      const tree = rows.reduce((frontier, { leaf }) => extend(frontier, Buffer.from(leaf)), EMPTY_FRONTIER);
      expect(root.equals(rootOf(tree))).toBe(true);
    }
  });

  it('takes no append after it was closed', async () => {
    const store = open(freshPath());
    const last = store.append('login-a', [envelopeOf('login-a', 0)], 'no_stream');
    await store.close();
    expect(await last).toEqual({ revision: 0, position: 0, repeated: false });
    await expect(store.append('login-a', [envelopeOf('login-a', 1)], 0)).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('lets one of several processes win each stream, while they overlap', async () => {
    const [path, streams] = [freshPath(), 60];
    await open(path).close();
    const racers = ['one', 'two', 'three'].map((name) => appender([path, name]));
    await Promise.all(racers.map(({ ready }) => ready));
    for (let n = 0; n < streams; n += 1) {
      const done = racers.map(({ child }) => new Promise((resolve) => child.once('message', resolve)));
      for (const { child } of racers) child.send(n);
      await Promise.all(done);
    }
    for (const { child } of racers) child.send('end');
    await Promise.all(racers.map(({ ended }) => ended));

    expect(checkLog(path)).toHaveLength(streams);
    const attempts = racers.flatMap(({ lines }) => lines.map((line) => line.split(' ')));
    expect(attempts).toHaveLength(3 * streams);
    expect(attempts.filter(([outcome]) => outcome === 'won')).toHaveLength(streams);
    const overlapped = Array.from({ length: streams }, (_, n) =>
      attempts.filter(([, stream]) => stream === `login-race-${String(n)}`),
    ).filter(
      (tries) => Math.max(...tries.map(([, , began]) => Number(began))) < Math.min(...tries.map(([, , , ended]) => Number(ended))),
    );
    // In these all three were between their call and its answer at one moment.
    expect(overlapped.length).toBeGreaterThan(0);
  });

  it('keeps everything that was acknowledged through twenty kills', async () => {
    const path = freshPath();
    await open(path).close();
    const acknowledged: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const { child, lines, ready, ended } = appender([path, `round${String(round)}`, '100000']);
      await ready;
      child.send('go');
      while (lines.length < 5) await new Promise((resolve) => setTimeout(resolve, 2));
      await new Promise((resolve) => setTimeout(resolve, round));
      child.kill('SIGKILL');
      await ended;
      acknowledged.push(...lines.map((line) => line.split(' ')[1] ?? ''));
    }
    const stored = new Set(checkLog(path).map(({ stream, revision }) => `${stream}/${String(revision)}`));
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(acknowledged.filter((name) => !stored.has(name))).toEqual([]);
  }, 180_000);
});

import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteEventStore } from '../../src/infra/sqlite/event-store.ts';
import { openViewFile } from '../../src/infra/sqlite/view-file.ts';
import { EVERYTHING } from '../../src/projections/filter.ts';
import type { ReadStore } from '../../src/projections/read-store.ts';
import { appendTo, commitNext, NEW, OLD, STREAMS } from '../support/fault-work.ts';
import { checkLog } from '../support/log-file.ts';
import { SAMPLE } from '../support/sample-projection.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const CHILD = fileURLToPath(new URL('../support/fault-child.ts', import.meta.url));
const WRITES = 'write,writev,pwrite64,pwritev,pwritev2,fallocate,ftruncate,fsync,fdatasync';
const FILE = 'data.db';
const AT_ONCE = 2;

type Kind = 'log' | 'fold' | 'read';
type Fault = 'signal=KILL' | 'error=ENOSPC';
type Call = { readonly name: string; readonly nth: number; readonly file: string };
type Run = {
  readonly folder: string;
  readonly path: string;
  readonly lines: readonly string[];
  readonly killed: boolean;
  readonly calls: readonly Call[];
};

const root = hasStrace ? realpathSync(mkdtempSync(join(tmpdir(), 'hongzhang-faults-'))) : '';
afterAll(() => {
  if (root !== '') rmSync(root, { recursive: true, force: true });
});

/** The calls of the thread that comes first; strace counts by thread and by name. */
const callsOf = (trace: string, folder: string): readonly Call[] => {
  const counts = new Map<string, number>();
  const all = trace.split('\n').flatMap((line) => {
    const [, thread = '', name = '', path = ''] = /^(\d+) +(\w+)\(\d+<([^>]*)>/.exec(line) ?? [];
    return name === '' ? [] : [{ thread, name, file: path === folder ? '.' : basename(path) }];
  });
  return all
    .filter(({ thread }) => thread === all[0]?.thread)
    .map(({ name, file }) => {
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      return { name, nth, file };
    });
};

/** Lets the child work on a copy of what was prepared, and disturbs one call that writes or syncs one of the files. */
const run = async (kind: Kind, files: readonly string[], fault?: { readonly what: Fault; readonly call: Call }): Promise<Run> => {
  const folder = mkdtempSync(join(root, `${kind}-`));
  const [path, trace] = [join(folder, FILE), join(root, `${basename(folder)}.trace`)];
  copyFileSync(join(root, kind === 'fold' ? 'log' : kind, FILE), path);
  const paths = files.flatMap((file) => ['-P', join(folder, file)]);
  const injected = fault === undefined ? [] : ['-e', `inject=${fault.call.name}:${fault.what}:when=${String(fault.call.nth)}`];
  const strace = ['-f', '-y', '-qq', '-s', '0', '-o', trace, ...paths, '-e', `trace=${WRITES}`, ...injected];
  const child = spawn('strace', [...strace, process.execPath, '--import', 'tsx', CHILD, kind, path]);
  let output = '';
  child.stdout.on('data', (text: Buffer) => { output += text.toString(); }); // prettier-ignore
  const signal = await new Promise((resolve) => child.once('close', (_, by) => { resolve(by); })); // prettier-ignore
  const calls = callsOf(readFileSync(trace, 'utf8'), folder);
  return { folder, path, lines: output.split('\n').filter((line) => line !== ''), killed: signal === 'SIGKILL', calls };
};

/** Disturbs every call that the undisturbed work makes, one in each run; the kinds of calls that they were. */
const disturbEach = async (
  kind: Kind,
  files: readonly string[],
  what: Fault,
  check: (run: Run, call: Call, calls: readonly Call[]) => Promise<void>,
): Promise<readonly string[]> => {
  const { calls } = await run(kind, files);
  const waiting = [...calls];
  const work = async (): Promise<void> => {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
      const done = await run(kind, files, { what, call });
      await check(done, call, calls);
      rmSync(done.folder, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [...new Set(calls.map(({ name, file }) => `${name} ${file}`))];
};

const openLog = (path: string) => openSqliteEventStore({ path, synchronous: 'FULL' });
const doneOf = (lines: readonly string[]): readonly string[] => lines.flatMap((line) => /^done (.*)/.exec(line)?.[1] ?? []);
const refusalsOf = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.startsWith('refused '));
const FULL_DISK = /^refused \S+: \w+: (database or disk is full|disk I\/O error)$/;

/** How many events each stream has, after the whole file was found sound. */
const stored = (path: string): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { stream } of checkLog(path)) counts[stream] = (counts[stream] ?? 0) + 1;
  return counts;
};
const ALL = { 'login-before': 2, 'login-a': 2, 'login-b': 2 };

/** What a kill may leave of the log: all that was acknowledged, of the append under way all or nothing; and it goes on. */
const checkKilledLog = async ({ path, lines, killed }: Run): Promise<void> => {
  expect(killed).toBe(true);
  const counts = stored(path);
  const kept = STREAMS.filter((stream) => counts[stream] !== undefined);
  expect(counts).toEqual(Object.fromEntries(['login-before', ...kept].map((stream) => [stream, 2])));
  expect(kept.slice(0, doneOf(lines).length)).toEqual(doneOf(lines));
  expect(kept.length - doneOf(lines).length).toBeLessThanOrEqual(1);
  const store = openLog(path);
  for (const stream of STREAMS) await appendTo(store, stream);
  await store.close();
  expect(stored(path)).toEqual(ALL);
};

/** The read models as they stand, byte for byte, and where they stand. */
const readModels = async (path: string, use: (store: ReadStore) => Promise<void> = () => Promise.resolve()) => {
  const store = openViewFile(path);
  await store.prepare(SAMPLE);
  await use(store);
  const rows: unknown[] = [];
  for await (const row of store.dump(SAMPLE)) rows.push(row);
  const found = await store.snapshot(SAMPLE, (view) =>
    Promise.all(
      [EVERYTHING, ...['单位', '改名', '新设'].map((search) => ({ search }))].map((filter) => view.find({ filter, limit: 10 })),
    ),
  );
  const checkpoint = await store.checkpoint(SAMPLE);
  await store.close();
  return { position: checkpoint?.position, content: JSON.stringify([rows, found, checkpoint]) };
};

describe.skipIf(!hasStrace)('a process disturbed at each of its writes and syncs (strace)', () => {
  let [before, after] = [{}, {}];
  beforeAll(async () => {
    for (const kind of ['log', 'read'] as const) {
      mkdirSync(join(root, kind));
      spawnSync(process.execPath, ['--import', 'tsx', CHILD, `prepare-${kind}`, join(root, kind, FILE)]);
    }
    for (const copy of ['old', 'new']) copyFileSync(join(root, 'read', FILE), join(root, `${copy}.db`));
    before = await readModels(join(root, 'old.db'));
    after = await readModels(join(root, 'new.db'), commitNext);
    expect([before, after]).toMatchObject([{ position: OLD }, { position: NEW }]);
  });

  const appending = [`${FILE}-wal`, '.'];
  const APPENDED = [`pwrite64 ${FILE}-wal`, `fsync ${FILE}-wal`, 'fsync .'];

  it('killed in an append: what was acknowledged is there once, the rest whole or not at all', async () => {
    expect(await disturbEach('log', appending, 'signal=KILL', checkKilledLog)).toEqual(APPENDED);
  }, 120_000);

  it('killed while the log is folded back into its file: nothing is lost', async () => {
    const checkpoint = await disturbEach('fold', [FILE], 'signal=KILL', async (run) => {
      expect(doneOf(run.lines)).toEqual(STREAMS);
      await checkKilledLog(run);
    });
    expect(checkpoint).toEqual([`pwrite64 ${FILE}`, `ftruncate ${FILE}`, `fsync ${FILE}`]);
  }, 120_000);

  it('out of space in an append: refuses it, says so, and takes it once when there is space again', async () => {
    const done = await disturbEach('log', appending, 'error=ENOSPC', ({ path, lines }, { file }) => {
      // SQLite does without the sync of the folder, which no Linux file system needs for a file that was synced.
      const refused = file === '.' ? 0 : 1;
      const refusals = refusalsOf(lines);
      expect(refusals).toHaveLength(refused);
      for (const refusal of refusals) expect(refusal).toMatch(FULL_DISK);
      expect([doneOf(lines), lines.at(-1)]).toEqual([STREAMS, 'closed']);
      expect(stored(path)).toEqual(ALL);
      return Promise.resolve();
    });
    expect(done).toEqual(APPENDED);
  }, 120_000);

  const committing = [`${FILE}-wal`, FILE, '.'];
  const COMMITTED = [...APPENDED, `pwrite64 ${FILE}`, `ftruncate ${FILE}`, `fsync ${FILE}`];

  it('killed in a commit: position and documents are both old or both new', async () => {
    let [old, fresh] = [0, 0];
    const done = await disturbEach('read', committing, 'signal=KILL', async ({ path, lines, killed }) => {
      expect(killed).toBe(true);
      const found = await readModels(path);
      if (found.position === OLD) old += 1;
      else fresh += 1;
      expect(found).toEqual(found.position === OLD ? before : after);
      if (lines.includes('done commit')) expect(found).toEqual(after);
      expect(await readModels(path, found.position === OLD ? commitNext : undefined)).toEqual(after);
    });
    expect(done).toEqual(COMMITTED);
    expect([old, fresh].every((times) => times > 0)).toBe(true);
  }, 120_000);

  it('out of space in a commit: refuses it, says so, and makes it when there is space again', async () => {
    const done = await disturbEach('read', committing, 'error=ENOSPC', async ({ path, lines }, call, calls) => {
      // What folds the log back into the file comes after the commit, may fail, and is done by the next.
      const ofCommit = calls.indexOf(call) < calls.findLastIndex(({ file }) => file === `${FILE}-wal`);
      const refused = ofCommit && call.file !== '.' ? 1 : 0;
      expect(refusalsOf(lines)).toHaveLength(refused);
      for (const refusal of refusalsOf(lines)) expect(refusal).toMatch(FULL_DISK);
      expect([doneOf(lines), lines.at(-1)]).toEqual([['commit'], 'closed']);
      expect(await readModels(path)).toEqual(after);
    });
    expect(done).toEqual(COMMITTED);
  }, 120_000);
});

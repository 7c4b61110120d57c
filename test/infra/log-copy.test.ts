import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { copyBetween, type CopyOptions } from '../../src/copy-log.ts';
import { MAX_APPEND_EVENTS } from '../../src/domain/envelope.ts';
import type { AccountId } from '../../src/domain/ids.ts';
import { DirectoryTaken, takeDirectory } from '../../src/infra/data-directory.ts';
import { openConnection } from '../../src/infra/esdb/connection.ts';
import { openEsdbEventStore } from '../../src/infra/esdb/event-store.ts';
import { openEsdbEvidence } from '../../src/infra/esdb/evidence-log.ts';
import { startEsdbWorker } from '../../src/infra/esdb/worker.ts';
import type { Evidence } from '../../src/infra/evidence-log.ts';
import { openSqliteEventStore } from '../../src/infra/sqlite/event-store.ts';
import { openSqliteEvidence } from '../../src/infra/sqlite/evidence-log.ts';
import { openViewFile } from '../../src/infra/sqlite/view-file.ts';
import { openSqlite } from '../../src/infra/sqlite/database.ts';
import { openCity, type City } from '../support/city.ts';
import { publish, tellStory } from '../support/city-story.ts';
import { entryOf } from '../support/entries.ts';
import { envelopeOf, envelopesOf, uuidOf } from '../support/envelopes.ts';
import { checkLedger, freshLog } from '../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../support/esdb-server/start.ts';
import { freshFolders } from '../support/folders.ts';
import { checkLog } from '../support/log-file.ts';

const fresh = freshFolders();
let server: EsdbServer;
beforeAll(async () => {
  server = await startEsdbServer();
});
afterAll(async () => {
  await server.dispose();
});

const place = (name: string): string => `sqlite:${join(fresh(), name)}`;
const fileOf = (sqlite: string): string => sqlite.slice('sqlite:'.length);
const copy = (from: string, to: string, part: Partial<CopyOptions> = {}) =>
  copyBetween({ from, to, environment: {}, onCopied: () => undefined, ...part });

/** Logins of several lengths, their events mixed as they would be by many who write at once. */
const writeLog = async (sqlite: string, count: number): Promise<void> => {
  const store = openSqliteEventStore({ path: fileOf(sqlite), synchronous: 'OFF' });
  for (let from = 0; from < count; from += 2_000) {
    const some = Array.from({ length: Math.min(2_000, count - from) }, (_, index) => from + index);
    await Promise.all(some.map((n) => {
      const stream = `login-${String(n % 97)}`;
      const revision = Math.floor(n / 97);
      return store.append(stream, [envelopeOf(stream, revision, { at: new Date(Date.UTC(2026, 0, 5) + ((n * 7_919) % 10_000)).toISOString() })], revision === 0 ? 'no_stream' : revision - 1);
    })); // prettier-ignore
  }
  await store.close();
};
const idOf = (sqlite: string): string => {
  const db = openSqlite(fileOf(sqlite), { readOnly: true });
  const { id } = db.prepare('SELECT log_id AS id FROM log').get() as { id: string };
  db.close();
  return id;
};
type Row = Readonly<Record<string, string | number>> & { readonly bytes: string };
/** Everything that a file keeps of each event. */
const rowsOf = (sqlite: string): readonly Row[] => {
  checkLog(fileOf(sqlite));
  const db = openSqlite(fileOf(sqlite), { readOnly: true });
  const rows = db.prepare('SELECT position, stream, revision, id, type, at_max, hex(leaf) AS leaf, bytes FROM events ORDER BY position').all() as Row[]; // prettier-ignore
  db.close();
  return rows;
};
const evidenceOf = async (address: string): Promise<Evidence[]> => {
  const log = await openEsdbEvidence(address);
  const all: Evidence[] = [];
  for await (const event of log.evidence(0, await log.head())) all.push(event);
  await log.close();
  return all;
};

describe('a copy of a log', { timeout: 120_000 }, () => {
  it('is the same log, there and back: bytes, ids, positions, times, tree, and the id of the log', async () => {
    const [first, second] = [place('events.db'), place('new/events.db')];
    const address = freshLog(server.address);
    await writeLog(first, 520);
    const there = await copy(first, address);
    expect(there).toMatchObject({ end: 519, held: 0, head: 519, inUse: false });

    const worker = startEsdbWorker({ address });
    const store = await openEsdbEventStore({ address });
    expect(await checkLedger(store)).toHaveLength(520);
    expect((await store.root()).root).toEqual(there.root);
    expect((await store.head()).logId).toBe(idOf(first));
    const between = openSqliteEventStore({ path: fileOf(first), synchronous: 'OFF' });
    for (const at of ['2026-01-05T00:00:00.003Z', '2026-01-05T00:00:09.999Z', '2026-01-06T00:00:00.000Z'])
      expect(await store.positionAt(at)).toBe(await between.positionAt(at));
    for (const position of [0, 63, 448, 519]) expect(await store.clockAt(position)).toBe(await between.clockAt(position));
    await between.close();
    // The log goes on where it was copied to.
    expect(await store.append('login-new', envelopesOf('login-new', 0, 3), 'no_stream')).toMatchObject({ position: 522 });
    await store.close();
    await worker.close();

    const back = await copy(address, second);
    expect(back).toMatchObject({ end: 522, held: 0 });
    expect(rowsOf(second).slice(0, 520)).toEqual(rowsOf(first));
    expect(idOf(second)).toBe(idOf(first));
    expect(await copy(address, second)).toMatchObject({ end: 522, held: 523, root: back.root });
  });

  it('goes from file to file, and from server to server', async () => {
    const [first, second] = [place('a.db'), place('b.db')];
    const [one, two] = [freshLog(server.address), freshLog(server.address)];
    await writeLog(first, 120);
    const { root } = await copy(first, second);
    expect(rowsOf(second)).toEqual(rowsOf(first));
    await copy(second, one);
    expect(await copy(one, two)).toMatchObject({ end: 119, root });
    expect((await evidenceOf(two)).map(({ text }) => text)).toEqual((await evidenceOf(one)).map(({ text }) => text));
  });

  it('reads on where the server ended a read too early, and says that a position is missing only where it stays so', async () => {
    const [first, address] = [place('events.db'), freshLog(server.address)];
    await writeLog(first, 40);
    await copy(first, address);
    const log = await openEsdbEvidence(address);
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const { position } of log.evidence(0, 39)) expect(position).toBe(count++);
      return count;
    };
    await server.fault({ name: 'cut', times: 3, after: 0, stream: 'ledger$' });
    expect(await read()).toBe(40);
    await server.fault({ name: 'cut', times: 3, after: 7, stream: 'ledger$' });
    expect(await read()).toBe(40);
    await server.fault({ name: 'cut', after: 0, stream: 'ledger$' });
    await expect(read()).rejects.toThrow('position 0 is missing');
    await server.clear();
    await log.close();
  });

  it('of an empty log begins one of the same id', async () => {
    const [first, address, second] = [place('a.db'), freshLog(server.address), place('b.db')];
    await writeLog(first, 0);
    expect(await copy(first, address)).toMatchObject({ end: -1, held: 0 });
    expect(await copy(address, second)).toMatchObject({ end: -1, held: 0 });
    expect(idOf(second)).toBe(idOf(first));
  });

  it('takes what one append can take at once, and no more', async () => {
    const [first, second] = [place('a.db'), place('b.db')];
    const address = freshLog(server.address);
    const store = openSqliteEventStore({ path: fileOf(first), synchronous: 'OFF' });
    await store.append('login-a', envelopesOf('login-a', 0, MAX_APPEND_EVENTS), 'no_stream');
    const large = (revision: number) => envelopeOf('login-a', revision, { data: { account: 'x'.repeat(50_000), commandId: 'c' } });
    for (let n = 0; n < 20; n += 1) await store.append('login-a', [large(MAX_APPEND_EVENTS + n)], MAX_APPEND_EVENTS + n - 1);
    await store.close();
    await copy(first, address);
    await copy(address, second);
    expect(rowsOf(second)).toEqual(rowsOf(first));
  });
});

describe('a copy that ended before its end', { timeout: 120_000 }, () => {
  const CHILD = fileURLToPath(new URL('../support/copy-child.ts', import.meta.url));
  const child = async (...args: readonly string[]) => {
    const running = spawn(process.execPath, ['--import', 'tsx', CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    running.stdout.on('data', (text: Buffer) => (out += text.toString()));
    const [code, signal] = (await once(running, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, lines: out.trim().split('\n') };
  };

  it.each(['esdb', 'sqlite'])('by SIGKILL goes on from what the target holds, to %s', async (kind) => {
    const first = place('a.db');
    await writeLog(first, 140);
    const to = kind === 'esdb' ? freshLog(server.address) : place('b.db');
    for (const after of [50, 100]) {
      const killed = await child('log', first, to, String(after), '50');
      expect(killed.signal).toBe('SIGKILL');
      expect(killed.lines.at(-1)).toMatch(/^copy /);
    }
    const ended = await child('log', first, to, 'Infinity', '50');
    const outcome = JSON.parse(ended.lines.at(-1) ?? '') as { end: number; held: number };
    expect(ended.code).toBe(0);
    expect(outcome.end).toBe(139);
    expect(outcome.held).toBeGreaterThanOrEqual(100);
    expect(outcome.held).toBeLessThan(140);
    if (kind === 'sqlite') expect(rowsOf(to)).toEqual(rowsOf(first));
    else expect((await evidenceOf(to)).map(({ text }) => text)).toEqual(rowsOf(first).map(({ bytes }) => bytes)); // prettier-ignore
  });

  it.each(['esdb', 'sqlite'])('while it compared leaves views that the next one removes, to %s', async (kind) => {
    const first = place('a.db');
    await writeLog(first, 60);
    const temporary = fresh();
    vi.stubEnv('TMPDIR', temporary);
    const to = kind === 'esdb' ? freshLog(server.address) : place('b.db');
    const [folder, named] = kind === 'esdb' ? [temporary, /^hongzhang-copy-/] : [dirname(fileOf(to)), /^b\.db\.comparing$/];
    const left = () => readdirSync(folder).filter((name) => named.test(name)).map((name) => statSync(join(folder, name)).mode & 0o777); // prettier-ignore
    try {
      const killed = await child('log', first, to, 'views-of-source:1', '50');
      expect([killed.signal, left()]).toEqual(['SIGKILL', [0o700]]);
      expect(await copy(first, to)).toMatchObject({ end: 59, held: 60 });
      expect(left()).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('beyond its last position, with events that have none yet, adds none of them twice', async () => {
    const first = place('a.db');
    const store = openSqliteEventStore({ path: fileOf(first), synchronous: 'OFF' });
    await store.append('login-a', envelopesOf('login-a', 0, 3), 'no_stream');
    await store.append('login-b', envelopesOf('login-b', 0, 2), 'no_stream');
    await store.append('login-a', envelopesOf('login-a', 3, 1), 2);
    await store.close();
    const address = freshLog(server.address);
    const log = openSqliteEvidence(fileOf(first));
    const { logId } = log;
    await log.close();
    // As a copy leaves it that was killed between its appends and the links: a part of what is one append now.
    const connection = openConnection(address);
    await connection.append('log', [{ id: uuidOf('log'), type: 'LogBegun', json: { logId } }], -1, 2_000);
    await connection.append('login-a', envelopesOf('login-a', 0, 2).map((json) => ({ id: json.id, type: json.type, json })), -1, 2_000); // prettier-ignore
    await connection.close();
    expect(await copy(first, address)).toMatchObject({ end: 5 });
    expect((await evidenceOf(address)).map(({ text }) => text)).toEqual(rowsOf(first).map(({ bytes }) => bytes)); // prettier-ignore
  });

  it('by a signal stops after a chunk, says so, and leaves nothing locked', async () => {
    const [first, second] = [place('a.db'), place('b.db')];
    await writeLog(first, 3_000);
    const stopping = new AbortController();
    // As a signal comes: as an event of its own, for which a copy between files must leave room.
    const stopped = copy(first, second, { signal: stopping.signal, onCopied: (_, done) => { if (done === 500) setImmediate(() => { stopping.abort(); }); } }); // prettier-ignore
    await expect(stopped).rejects.toMatchObject({ name: 'CopyRefused', reason: 'stopped' });
    const { end, held } = await copy(first, second);
    expect(end).toBe(2_999);
    expect([1_000, 1_500]).toContain(held);
  });

  it('by a server that went away goes on when it is back', async () => {
    const own = await startEsdbServer();
    const [first, address] = [place('a.db'), freshLog(own.address)];
    await writeLog(first, 160);
    let restarting: Promise<void> | undefined;
    const copied = await copy(first, address, { atOnce: 50, onCopied: (_, done) => { if (done === 50) restarting ??= own.kill().then(() => own.restart()); } }); // prettier-ignore
    await restarting;
    expect(copied).toMatchObject({ end: 159, held: 0 });
    expect(await evidenceOf(address)).toHaveLength(160);
    await own.dispose();
  });
});

describe('a log is not copied', { timeout: 120_000 }, () => {
  const refused = (from: string, to: string, reason: string, position: number | null = null) =>
    expect(copy(from, to)).rejects.toMatchObject({ name: 'CopyRefused', reason, position });

  it('onto itself, by whatever name', async () => {
    const file = place('events.db');
    await writeLog(file, 3);
    const link = `${file}-too`;
    symlinkSync(fileOf(file), fileOf(link));
    await refused(file, link, 'same');
    const address = freshLog(server.address);
    await copy(file, address);
    await refused(address, address.replace('127.0.0.1', 'localhost'), 'same');
  });

  it('over another log, be it empty', async () => {
    const [first, other, empty] = [place('a.db'), place('b.db'), place('c.db')];
    await writeLog(first, 10);
    await writeLog(other, 10);
    await writeLog(empty, 0);
    const address = freshLog(server.address);
    await copy(other, address);
    const before = [rowsOf(other), await evidenceOf(address)];
    await refused(first, other, 'other-log');
    await refused(first, empty, 'other-log');
    await refused(first, address, 'other-log');
    expect([rowsOf(other), await evidenceOf(address)]).toEqual(before);
  });

  it('over one that went on by itself, or is another from some event on', async () => {
    const [first, second] = [place('a.db'), place('b.db')];
    await writeLog(first, 10);
    await copy(first, second);
    const grow = async (sqlite: string, name: string) => {
      const store = openSqliteEventStore({ path: fileOf(sqlite), synchronous: 'OFF' });
      await store.append(name, [envelopeOf(name, 0)], 'no_stream');
      await store.close();
    };
    await grow(second, 'login-second');
    await refused(first, second, 'ahead', 10);
    await grow(first, 'login-first');
    await refused(first, second, 'differs', 10);
  });

  it('from nowhere, and neither from nor to what is no log', async () => {
    const [first, views] = [place('a.db'), place('view.db')];
    await writeLog(first, 3);
    await openViewFile(fileOf(views)).close();
    await refused(place('nothing.db'), first, 'no-log');
    await refused(freshLog(server.address), place('b.db'), 'no-log');
    await expect(copy(views, place('b.db'))).rejects.toThrow(/^--from: .*\n--from: .*view\.db is a database, but no ledger/);
    await expect(copy(first, views)).rejects.toThrow(/^--to: .*\n--to: .*view\.db is a database, but no ledger/);
    await expect(copy(first, `sqlite:${fresh()}`)).rejects.toThrow(/--to: .* is a directory where a file is wanted/);
  });

  it('for want of a place to compare the views in', async () => {
    const first = place('a.db');
    await writeLog(first, 3);
    const none = join(fresh(), 'none');
    vi.stubEnv('TMPDIR', none);
    try {
      await expect(copy(first, freshLog(server.address))).rejects.toThrow(`\nTMPDIR: ${none} does not exist.`);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('where its bytes are not what was hashed, or lie elsewhere than they say', async () => {
    const spoilt = async (change: string): Promise<unknown> => {
      const first = place('a.db');
      await writeLog(first, 10);
      const db = openSqlite(fileOf(first));
      db.exec(`DROP TRIGGER events_keep; DROP TRIGGER events_stay; ${change}`);
      db.close();
      return copy(first, place('b.db')).catch((error: unknown) => error);
    };
    expect(await spoilt(`UPDATE events SET bytes = replace(bytes, 'hash', 'hush') WHERE position = 4`)).toMatchObject({ name: 'LogDamaged', position: 4 }); // prettier-ignore
    expect(await spoilt(`UPDATE events SET stream = 'login-x' WHERE position = 4`)).toMatchObject({ position: 4 });
    expect(await spoilt('DELETE FROM events WHERE position = 4')).toMatchObject({ position: 4 });
    expect(await spoilt('UPDATE tree SET frontier = zeroblob(64)')).toMatchObject({ name: 'LogDamaged', position: 9 });
  });

  it('while a service has the file of either side', async () => {
    const [first, second] = [place('a.db'), place('b.db')];
    await writeLog(first, 3);
    for (const held of [first, second]) {
      const taken = takeDirectory(join(fileOf(held), '..'));
      await expect(copy(first, second)).rejects.toThrow(DirectoryTaken);
      taken.release();
    }
    const elsewhere = fresh();
    const taken = takeDirectory(elsewhere);
    await expect(copy(first, second, { environment: { DATA_DIR: elsewhere, EVENT_STORE: first } })).rejects.toThrow(DirectoryTaken); // prettier-ignore
    expect(await copy(first, second, { environment: { DATA_DIR: elsewhere } })).toMatchObject({ end: 2 });
    taken.release();
  });

  it('to where somebody seals, nor where somebody writes meanwhile', async () => {
    const first = place('a.db');
    await writeLog(first, 120);
    const address = freshLog(server.address);
    await copy(first, address);
    const worker = startEsdbWorker({ address });
    const store = await openEsdbEventStore({ address });
    await refused(first, address, 'in-use');
    await worker.close();
    await store.close();

    const other = freshLog(server.address);
    const intruder = openConnection(other);
    const json = envelopeOf('login-intruder', 0);
    let intruded: Promise<unknown> | undefined;
    const copying = copy(first, other, { atOnce: 50, onCopied: (_, done) => { if (done === 50) intruded ??= intruder.append('login-intruder', [{ id: json.id, type: json.type, json }], -1, 2_000); } }); // prettier-ignore
    await expect(copying).rejects.toMatchObject({ reason: 'interfered' });
    await intruded;
    await intruder.close();
  });
});

describe('a source that grows', { timeout: 60_000 }, () => {
  it('is copied up to the head that it had, and from there the next time', async () => {
    const address = freshLog(server.address);
    const target = place('b.db');
    const worker = startEsdbWorker({ address });
    const store = await openEsdbEventStore({ address });
    await store.append('login-a', envelopesOf('login-a', 0, 40), 'no_stream');
    let growing: Promise<unknown> | undefined;
    const grow = (): void => { growing ??= store.append('login-b', envelopesOf('login-b', 0, 5), 'no_stream'); }; // prettier-ignore
    const copied = await copy(address, target, { onCopied: grow });
    await growing;
    expect(copied).toMatchObject({ end: 39, held: 0, inUse: true });
    expect(copied.head).toBeGreaterThanOrEqual(39);
    expect(rowsOf(target)).toHaveLength(40);
    await store.close();
    await worker.close();
    expect(await copy(address, target)).toMatchObject({ end: 44, held: 40, head: 44, inUse: false });
  });
});

describe('a city that moves', { timeout: 120_000 }, () => {
  it('answers as before, names and contents too, where keys and contents moved with it', async () => {
    const city = await openCity();
    await tellStory(city);
    const file = await publish(city, entryOf({ title: '名录', shareMode: 'file' }));
    await city.act('mount-resource', 'provider', `/resources/${file}/mount`, { mode: 'file', fileName: '名录.csv', mediaType: 'text/csv' }); // prettier-ignore
    await city.upload('provider', file, '企业名称\r\n甲\r\n');
    const granting = { resourceId: file, items: ['企业名称'], purpose: '核查', systemName: '平台', undertaking: { version: '2019-1', accepted: true } }; // prettier-ignore
    const { body } = await city.act('register-direct-grant', 'applicant', '/grants', granting);
    const [applicant, provider] = [city.idOf('applicant'), city.idOf('provider')];
    const seen = async (from: City): Promise<unknown[]> => {
      await from.service.settled();
      const get = async (id: AccountId, path: string) => {
        const headers = { authorization: `Bearer ${await from.service.tokens.issue(id)}` };
        const { status, text } = await from.ask('GET', `/api/v1${path}`, headers);
        // Where the log stands when it is asked: reads are events.
        return { status, text: text.replace(/,"position":\d+}$/, '}') };
      };
      return [
        await get(from.idOf('admin-1'), `/accounts/${applicant}`),
        await get(provider, `/resources/${file}`),
        await get(from.idOf('lead-1'), '/obligations?limit=50&total=true'),
        await get(applicant, `/grants/${String(body['id'])}/data`),
      ];
    };
    const before = await seen(city);
    expect(before.map((answer) => (answer as { status: number }).status)).toEqual([200, 200, 200, 200]);
    for (const [index, word] of ['姓名applicant', '名录', 'dueEndsBefore', '甲'].entries())
      expect(JSON.stringify(before[index])).toContain(word);
    await city.service.close();

    const [moved, address] = [fresh(), freshLog(server.address)];
    // A folder of its own: other tests copy at the same time.
    const temporary = fresh();
    vi.stubEnv('TMPDIR', temporary);
    const copied = await copy(`sqlite:${city.directory}/events.db`, address);
    vi.unstubAllEnvs();
    expect(readdirSync(temporary)).toEqual([]);
    expect(copied.documents).toBeGreaterThan(100);
    expect(copied.versions).toBeGreaterThan(100);
    // Views may move too: the log is the one that they were made from.
    for (const name of ['vault', 'views']) cpSync(`${city.directory}/${name}`, `${moved}/${name}`, { recursive: true });

    // The beginning finds itself done, under the keys that moved with it.
    const again = await openCity(undefined, { EVENT_STORE: address, DATA_DIR: moved });
    expect((await again.service.store.head()).position).toBe(copied.end);
    again.at(city.now());
    for (const [index, answer] of (await seen(again)).entries()) expect(answer, String(index)).toEqual(before[index]);
    await again.close();
    await city.close();
  });
});

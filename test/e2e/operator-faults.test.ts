import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginCli, runCli, serveCli, type Ended } from '../support/cli.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();

/** In words, in both languages, and without a stack. */
const expectPlain = ({ code, errors }: Ended, zh: RegExp, en: RegExp): void => {
  expect(errors).toMatch(zh);
  expect(errors).toMatch(en);
  expect(errors).not.toMatch(/^ {4}at /m);
  expect(code).toBe(1);
};

describe('what is wrong on the side of the operator', { timeout: 120_000 }, () => {
  it('with a file is said by serve, init, rebuild and the copies, by its setting and path', async () => {
    const folder = fresh();
    const [data, file, loop] = [join(folder, 'data'), join(folder, 'file'), join(folder, 'loop')];
    writeFileSync(file, 'no database at all, for a page and more'.repeat(200));
    symlinkSync('loop', loop);
    expectPlain(await runCli(['serve'], { DATA_DIR: file }), /DATA_DIR: \S+ 是文件/, /DATA_DIR: \S+file is a file where/);
    expectPlain(await runCli(['init'], { DATA_DIR: data, VAULT: `file:${file}` }), /VAULT: \S+ 是文件/, /VAULT: \S+file is a file/);
    const rebuilt = await runCli(['rebuild'], { DATA_DIR: data, EVENT_STORE: `sqlite:${file}` });
    expectPlain(rebuilt, /EVENT_STORE: \S+ 不是 SQLite/, /EVENT_STORE: \S+file is no SQLite database/);
    const ofLog = await runCli(['copy-log', '--from', `sqlite:${folder}`, '--to', `sqlite:${folder}/to/events.db`], {});
    expectPlain(ofLog, /--from: \S+ 是目录/, /--from: \S+ is a directory where a file/);
    const ofVault = await runCli(['copy-vault', '--from', `file:${file}`, '--to', `file:${folder}/to/vault`], {});
    expectPlain(ofVault, /--from: \S+ 是文件/, /--from: \S+file is a file where/);
    // What cannot be looked at is not said to be missing.
    for (const from of [`sqlite:${loop}/events.db`, `sqlite:${loop}`])
      expectPlain(await runCli(['copy-log', '--from', from, '--to', `sqlite:${folder}/to/events.db`], {}), /--from: .*成环/, /--from: .*loop/); // prettier-ignore
    expectPlain(await runCli(['rebuild'], { DATA_DIR: data, EVENT_STORE: `sqlite:${loop}` }), /成环/, /EVENT_STORE: .*loop/);
    expect(existsSync(join(folder, 'to'))).toBe(false);
  });

  it('leaves views as they are that a log could not give again', async () => {
    const data = join(fresh(), 'data');
    expect((await runCli(['init'], { DATA_DIR: data })).code).toBe(0);
    const views = readdirSync(join(data, 'views'));
    writeFileSync(join(data, 'events.db'), 'no database at all, for a page and more'.repeat(200));
    expectPlain(await runCli(['rebuild'], { DATA_DIR: data }), /EVENT_STORE: /, /is no SQLite database/);
    expect(readdirSync(join(data, 'views'))).toEqual(views);
  });

  it('with the folder of views is said by rebuild', async () => {
    const data = join(fresh(), 'data');
    expect((await runCli(['init'], { DATA_DIR: data })).code).toBe(0);
    const below = await runCli(['rebuild'], { DATA_DIR: data, READ_STORE: `sqlite:${data}/events.db/views` });
    expectPlain(below, /READ_STORE: \S+ 路径中/, /READ_STORE: \S+ has a part in its path that is no directory/);
    const file = join(data, 'file');
    writeFileSync(file, '');
    const onFile = await runCli(['rebuild'], { DATA_DIR: data, READ_STORE: `sqlite:${file}` });
    expectPlain(onFile, /READ_STORE: \S+ /, /READ_STORE: \S+ (is a file|has a part)/);
  });

  it('leaves no lock of a copy that was refused, in folders that no service has had', async () => {
    const [source, target] = [fresh(), fresh()];
    const copy = (to: string) => runCli(['copy-log', '--from', `sqlite:${source}/events.db`, '--to', `sqlite:${to}/events.db`], {});
    for (const to of [target, join(target, 'new', 'one')]) expect((await copy(to)).errors).toMatch(/no ledger at --from/);
    expect([readdirSync(source), readdirSync(target)]).toEqual([[], []]);
  });

  it('with a directory that was open to others is in the log, whose lines are all that serve writes to standard output', async () => {
    const data = join(fresh(), 'data');
    mkdirSync(data);
    chmodSync(data, 0o755);
    const service = await serveCli([], { DATA_DIR: data, LOG_LEVEL: 'info' });
    const { out, errors } = await service.end();
    expect(statSync(data).mode & 0o777).toBe(0o700);
    const lines = out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(lines).toContainEqual(expect.objectContaining({ level: 40, directory: data, was: '0755' }));
    expect(errors).toMatch(/账本为空[^]*The ledger is empty[^]*listening at/);
    const again = await serveCli([], { DATA_DIR: data, LOG_LEVEL: 'info' });
    expect((await again.end()).out).not.toMatch(/open to others/);
  });
});

describe('a server that does not answer', { timeout: 60_000 }, () => {
  /** Takes connections and says nothing. */
  const mute = createServer();
  let host = '';
  beforeAll(async () => {
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    host = `127.0.0.1:${String((mute.address() as AddressInfo).port)}`;
  });
  afterAll(() => {
    mute.close();
  });

  const waits = async (args: readonly string[], environment: Readonly<Record<string, string>>, signal: NodeJS.Signals) => {
    const { child, said } = beginCli(args, environment);
    const closed = once(child, 'close');
    while (!said().errors.includes('Still waiting')) {
      const more = await Promise.race([once(child.stderr as NodeJS.ReadableStream, 'data'), closed.then(() => null)]);
      if (more === null) break;
    }
    const asked = performance.now();
    child.kill(signal);
    await closed;
    return { ...said(), took: performance.now() - asked };
  };

  it.each([
    ['copy-log', 'SIGINT', 130],
    ['copy-vault', 'SIGTERM', 143],
    ['init', 'SIGTERM', 143],
  ] as const)('is named by %s, which %s ends at once', async (command, signal, code) => {
    const data = join(fresh(), 'data');
    const [log, vault] = [`esdb://ops:geheim@${host}`, `mongodb://ops:geheim@${host}/vault`];
    const address = command === 'copy-vault' ? vault : log;
    const file = command === 'copy-vault' ? `file:${data}/vault` : `sqlite:${data}/events.db`;
    const args = command === 'init' ? ['init'] : [command, '--from', address, '--to', file];
    const ended = await waits(args, { DATA_DIR: data, ...(command === 'init' ? { EVENT_STORE: log } : {}) }, signal);
    const setting = command === 'init' ? 'EVENT_STORE' : '--from';
    expect(ended.errors).toContain(
      `仍在等待 ${setting} 的存储服务器应答：${host}\nStill waiting for the server of ${setting} to answer: ${host}\n`,
    );
    expect(ended.errors).toMatch(new RegExp(`已按 ${signal} 停止.*\nStopped by ${signal}\\.`));
    expect(ended.errors).not.toMatch(/geheim|^ {4}at /m);
    expect(ended.code).toBe(code);
    expect(ended.took).toBeLessThan(2_500);
    if (command !== 'init') expect(existsSync(data)).toBe(false);
  });
});

import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMongoReadStore } from '../../src/infra/mongo/read-store.ts';
import { openSqliteReadStore } from '../../src/infra/sqlite/read-store.ts';
import { organizations } from '../../src/projections/organizations.ts';
import type { Projection } from '../../src/projections/projection.ts';
import { freshDatabases, MONGO_TEST_URL } from '../support/mongo.ts';
import { runCli, serveCli, type Ended } from '../support/cli.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
const database = freshDatabases();

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runCli(args, { DATA_DIR: join(fresh(), 'data'), ...environment });
/** What an operator can act on is said in words; a stack is for bugs. */
const expectPlain = ({ code, errors }: Ended, ...says: readonly RegExp[]): void => {
  expect(code).toBe(1);
  expect(errors).not.toMatch(/^ {4}at /m);
  for (const saying of says) expect(errors).toMatch(saying);
};

describe('hongzhang', () => {
  it('says its version, its commands in two languages and every variable', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expect(await run(['--version'])).toMatchObject({ code: 0, out: `${version}\n` });
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const name of ['DATA_DIR', 'HOST', 'PORT', 'LOG_LEVEL', 'EVENT_STORE', 'READ_STORE', 'VAULT', 'ROLE'])
      expect(out).toContain(name);
    const commands = ['serve', 'init', 'demo', 'rebuild', 'copy-log', 'copy-vault'];
    for (const word of [...commands, '重建', '演示']) expect(out).toContain(word);
    for (const command of commands)
      expect((await run([command, '--help'])).out).toMatch(/示例 Examples:[^]*退出代码 Exit codes: 0 /);
  }, 60_000);

  it('plays a demonstration for this machine alone', async () => {
    const directory = join(fresh(), 'data');
    expectPlain(await run(['demo', '--no-serve'], { HOST: '0.0.0.0', DATA_DIR: directory }), /HOST: .*loopback/);
    expect(existsSync(directory)).toBe(false);
  }, 60_000);

  it('gives api and worker no files, and says all that is missing', async () => {
    const directory = join(fresh(), 'data');
    expectPlain(
      await run(['serve', '--role', 'api'], { DATA_DIR: directory }),
      /EVENT_STORE: .*ROLE=api/,
      /READ_STORE: /,
      /VAULT: /,
    );
    expectPlain(await run(['serve', '--role', 'both'], { DATA_DIR: directory }), /ROLE: must be all, api or worker/);
    expect(existsSync(directory)).toBe(false);
  }, 60_000);

  it('names every fault of an address that only its driver knows, and no part of it', async () => {
    const directory = join(fresh(), 'data');
    const ended = await run(['serve'], {
      DATA_DIR: directory,
      EVENT_STORE: 'esdb://ops:geheim@a:b?keepAliveInterval=geheim&tlsCAFile=/nowhere/ca.pem',
      READ_STORE: 'mongodb://ops:geheim@a/?foo=geheim&heartbeatFrequencyMS=geheim',
      VAULT: 'mongodb://ops:geheim%zz@a/vault',
      PORT: 'x',
    });
    expectPlain(ended, /EVENT_STORE: .*host, port/, /EVENT_STORE: .*keepAliveInterval/, /EVENT_STORE: .*tlsCAFile .*\/nowhere\/ca\.pem .*does not exist/, /PORT: /, /READ_STORE: .*foo/, /READ_STORE: .*heartbeatFrequencyMS/, /VAULT: .*password/); // prettier-ignore
    expect(ended.errors).not.toMatch(/geheim/);
    expect(existsSync(directory)).toBe(false);
  }, 60_000);

  it('copies a log, says what did not move, and tells by its code what is left to do', async () => {
    const directory = join(fresh(), 'data');
    const target = `sqlite:${join(fresh(), 'copied', 'events.db')}`;
    const source = `sqlite:${join(directory, 'events.db')}`;
    const copy = (...args: readonly string[]) => run(['copy-log', ...args], { DATA_DIR: directory });
    expect((await copy('--help')).out).toMatch(/VAULT[^]*Exit codes: 0 [^]*2 copied/);
    expectPlain(await copy('--from', source), /--to: is missing \(or --to-file/);
    const secret = join(fresh(), 'address');
    writeFileSync(secret, 'esdb://ops:geheim@a:b');
    const wrong = await copy('--from-file', secret, '--to', source, '--to-file', '/nowhere/geheim');
    expectPlain(wrong, /--to-file: cannot stand beside --to/);
    expectPlain(await copy('--from-file', secret, '--to-file', '/nowhere/geheim'), /--to-file: names a file that cannot be read/);
    expectPlain(await copy('--from-file', secret, '--to', source), /--from: .*host, port/);
    expect(wrong.errors).not.toMatch(/geheim/);
    writeFileSync(secret, `${source}\n`);
    expectPlain(await copy('--from-file', secret, '--to', source), /--to: must not be the log of --from/);
    expectPlain(await copy('--from', 'mysql://ops:geheim@a', '--to', source), /--from: must be sqlite:/);
    expectPlain(await copy('--from', source, '--to', source), /--to: must not be the log of --from/);
    expectPlain(await copy('--from', source, '--to', target), /来源处没有账本/, /no ledger at --from/);
    expect((await run(['init'], { DATA_DIR: directory })).code).toBe(0);
    const copied = await copy('--from', source, '--to', target);
    expect(copied.code).toBe(0);
    expect(copied.errors).toMatch(/\[#{30}\] 复制 copy {2}(\d+) \/ \1/);
    expect(copied.out).toMatch(/Copied \d+ events/);
    expect(copied.out).toMatch(/VAULT[^]*VAULT/);
    const again = await copy('--from', source, '--to', target);
    expect([again.code, again.out]).toEqual([0, expect.stringMatching(/Copied 0 events/)]);
    expect(statSync(target.slice('sqlite:'.length)).mode & 0o077).toBe(0);
  }, 120_000);

  it('copies a vault, once the service has let go of it, and one that others may read not at all', async () => {
    const directory = join(fresh(), 'data');
    const copy = (...args: readonly string[]) => run(['copy-vault', ...args], { DATA_DIR: directory });
    expect((await run(['init'], { DATA_DIR: directory })).code).toBe(0);
    const [source, target] = [`file:${join(directory, 'vault')}`, `file:${join(fresh(), 'copied', 'vault')}`];
    expectPlain(await copy('--to', target), /--from: is missing/);
    expectPlain(await copy('--from', target, '--to', source), /没有密钥库/, /no vault at --from/);
    const service = await serveCli([], { DATA_DIR: directory });
    expectPlain(await copy('--from', source, '--to', target), /Another Hongzhang process/);
    await service.end();
    const copied = await copy('--from', source, '--to', target);
    expect([copied.code, copied.out]).toEqual([0, expect.stringMatching(/16 records .* 0 contents, 16 of them/)]);
    expect(copied.errors).toMatch(/\[#{30}\] 核对 verify {2}16 \/ 16/);
    expect((await copy('--from', source, '--to', target)).out).toMatch(/, 0 of them written now/);
    chmodSync(join(directory, 'vault'), 0o750);
    expectPlain(await copy('--from', source, '--to', target), /others may read the keys/);
  }, 120_000);

  it('says that a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    expectPlain(await run(['serve'], { PORT: String(port) }), new RegExp(`127.0.0.1:${String(port)}`), /PORT/);
    taken.close();
  }, 60_000);

  it('begins a ledger once, for its owner alone, and rebuilds it whatever has become of its views', async () => {
    const directory = join(fresh(), 'data');
    const environment = { DATA_DIR: directory };
    expectPlain(await run(['rebuild'], environment), /no ledger/);

    const begun = await run(['init'], environment);
    expect([begun.code, begun.errors]).toEqual([0, '']);
    expect(begun.out).toMatch(/admin-1 +\S{16}\n/);
    expectPlain(await run(['init'], environment), /has begun already/);
    const modes = readdirSync(directory).map((name) => [name, statSync(join(directory, name)).mode & 0o077]);
    expect(modes.filter(([, others]) => others !== 0)).toEqual([]);

    // A backup may copy the file alone.
    expect(statSync(join(directory, 'events.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);

    const view = join(directory, 'views/catalog.db');
    writeFileSync(view, 'no database at all, for a page and more'.repeat(200));
    expectPlain(await run(['serve'], environment), /view cannot be read/, /rebuild/);
    expectPlain(await run(['rebuild', '--drop-old'], environment), /view cannot be read/, /rebuild/);
    const rebuilt = await run(['rebuild'], environment);
    expect([rebuilt.code, rebuilt.errors]).toEqual([0, '']);
    expect(readFileSync(view, 'latin1')).toMatch(/^SQLite format 3/);
    expect(rebuilt.out).toContain('Every view has been rebuilt.');
  }, 120_000);

  const old = { ...organizations, version: organizations.version - 1 } as Projection;
  const title = `${old.name} v${String(old.version)}`;
  const dropsOnce = async (environment: Readonly<Record<string, string>>): Promise<void> => {
    const dropped = await run(['rebuild', '--drop-old'], environment);
    expect([dropped.code, dropped.errors, dropped.out]).toEqual([0, '', `已删除 dropped ${title}\n`]);
    const again = await run(['rebuild', '--drop-old'], environment);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('No view has an older version')]);
  };

  it('drops versions of views in files that newer ones have taken over from, and nothing else', async () => {
    const directory = join(fresh(), 'data');
    const environment = { DATA_DIR: directory };
    expect((await run(['rebuild', '--help'])).out).toMatch(/--drop-old[^]*older versions/);
    expectPlain(await run(['rebuild', '--drop-old'], environment), /no views/);
    expect(existsSync(directory)).toBe(false);
    expect((await run(['init'], environment)).code).toBe(0);
    const open = () => openSqliteReadStore(join(directory, 'views'));
    const store = open();
    await store.prepare(old);
    await store.close();
    await dropsOnce(environment);
    const left = open();
    expect([await left.versions(old.name), (await left.checkpoint(organizations))?.position]).toEqual([[organizations.version], expect.any(Number)]); // prettier-ignore
    await left.close();
  }, 120_000);

  it.skipIf(MONGO_TEST_URL === undefined)(
    'drops them on a server, beside those who use it',
    async () => {
      const address = database();
      const store = await openMongoReadStore({ address });
      await store.prepare(organizations);
      await store.prepare(old);
      await dropsOnce({ READ_STORE: address });
      expect(await store.versions(old.name)).toEqual([organizations.version]);
      await store.close();
    },
    120_000,
  );
});

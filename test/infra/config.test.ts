import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadConfig, isServer, readConfig } from '../../src/infra/config.ts';
import { freshFolders } from '../support/folders.ts';

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof BadConfig) return error.message.split('\n');
    throw error;
  }
  throw new Error('it was accepted');
};

describe('the configuration', () => {
  it('needs nothing: one directory, this machine alone', () => {
    const directory = resolve('./var');
    const defaults = {
      dataDirectory: directory,
      eventStore: `${directory}/events.db`,
      readStore: `${directory}/views`,
      vault: `${directory}/vault`,
      role: 'all',
      host: '127.0.0.1',
      port: 3000,
      trustedProxies: [],
      logLevel: 'info',
    };
    expect(readConfig({})).toEqual(defaults);
    expect(readConfig({ DATA_DIR: '', PORT: '', HOST: '', EVENT_STORE: '', LOG_LEVEL: '', PATH: '/usr/bin' })).toEqual(defaults);
  });

  it('comes from the environment', () => {
    const environment = { DATA_DIR: '/data', EVENT_STORE: 'sqlite:/log/events.db', READ_STORE: 'sqlite:read/models.db', HOST: '0.0.0.0', PORT: '0', LOG_LEVEL: 'warn' }; // prettier-ignore
    expect(readConfig(environment)).toEqual({
      dataDirectory: '/data',
      eventStore: '/log/events.db',
      readStore: resolve('read/models.db'),
      vault: '/data/vault',
      role: 'all',
      host: '0.0.0.0',
      port: 0,
      trustedProxies: [],
      logLevel: 'warn',
    });
  });

  it('names everything that is wrong with it at once', () => {
    const lines = problemsOf({ EVENT_STORE: 'postgres://x', READ_STORE: 'sqlite:', PORT: '65536', LOG_LEVEL: 'loud', HOST: 'ok' });
    expect(lines[0]).toBe('配置有误 Configuration is wrong:');
    expect(lines.slice(1).map((line) => /^ {2}- (\w+): ./.exec(line)?.[1])).toEqual([
      'EVENT_STORE',
      'READ_STORE',
      'PORT',
      'LOG_LEVEL',
    ]);
    expect(lines[1]).toBe(
      '  - EVENT_STORE: must be sqlite:<path>, esdb://host:port or esdb+discover://host:port (for kurrentdb:// write esdb://)',
    );
  });

  it.each(['-1', '65536', '3000.5', 'http', '3000 '.repeat(2)])('takes no port %j', (PORT) => {
    expect(problemsOf({ PORT })[1]).toMatch(/^ {2}- PORT: /);
  });

  it.each(['0', '1', '65535'])('takes port %s', (PORT) => {
    expect(readConfig({ PORT }).port).toBe(Number(PORT));
  });

  it('says what a port is', () => {
    expect(problemsOf({ PORT: 'http' })).toEqual([
      '配置有误 Configuration is wrong:',
      '  - PORT: must be a whole number from 0 to 65535',
    ]);
  });

  it('believes the proxies that are named', () => {
    const TRUSTED_PROXIES = 'loopback, 10.1.0.0/16,fd00::1';
    expect(readConfig({ TRUSTED_PROXIES }).trustedProxies).toEqual(['loopback', '10.1.0.0/16', 'fd00::1']);
  });

  it.each(['*', 'true', 'proxy', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/8/8', '10.0.0.1,', '::1/129'])(
    'believes no proxy %j',
    (TRUSTED_PROXIES) => {
      expect(problemsOf({ TRUSTED_PROXIES })[1]).toMatch(/^ {2}- TRUSTED_PROXIES: must be addresses/);
    },
  );

  it('keeps the log and the views apart, since a rebuild empties the one and never the other', () => {
    expect(problemsOf({ DATA_DIR: '/data', READ_STORE: 'sqlite:/data/./events.db' })[1]).toBe(
      '  - READ_STORE: must not be the file of EVENT_STORE',
    );
  });

  const servers = {
    EVENT_STORE: 'esdb+discover://ops:geheim@a:2113,b:2113?tlsCAFile=/ca.pem',
    READ_STORE: 'mongodb://ops:geheim@a:27017,b:27017/views?replicaSet=rs0',
    VAULT: 'mongodb://ops:geheim@a:27017,b:27017/keys?replicaSet=rs0',
  };

  it.each(['all', 'api', 'worker'] as const)('takes servers for the role %s', (ROLE) => {
    const { EVENT_STORE: eventStore, READ_STORE: readStore, VAULT: vault } = servers;
    expect(readConfig({ ...servers, ROLE })).toMatchObject({ eventStore, readStore, vault, role: ROLE });
  });

  it('lets one process use servers and files together', () => {
    const { eventStore, readStore, vault } = readConfig({ DATA_DIR: '/d', READ_STORE: servers.READ_STORE, VAULT: 'file:/keys' });
    expect([eventStore, readStore, vault]).toEqual(['/d/events.db', servers.READ_STORE, '/keys']);
    expect([eventStore, readStore, vault].map(isServer)).toEqual([false, true, false]);
  });

  it.each(['api', 'worker'])('gives the role %s no file, which serves one process, and names each', (ROLE) => {
    const lines = problemsOf({ ROLE });
    expect(lines.slice(1).map((line) => /^ {2}- (\w+): .*ROLE=/.exec(line)?.[1])).toEqual(['EVENT_STORE', 'READ_STORE', 'VAULT']);
    expect(problemsOf({ ...servers, VAULT: 'file:/keys', ROLE })).toHaveLength(2);
  });

  it('names what does not go together beside what is wrong by itself, as far as it is known', () => {
    const lines = problemsOf({ ...servers, EVENT_STORE: 'kurrentdb://a', VAULT: servers.READ_STORE, PORT: 'x', ROLE: 'api' });
    expect(lines.slice(1).map((line) => /^ {2}- (\w+): ./.exec(line)?.[1])).toEqual(['EVENT_STORE', 'PORT', 'VAULT']);
    const mixed = problemsOf({ EVENT_STORE: servers.EVENT_STORE, VAULT: 'file:/keys', PORT: 'x', ROLE: 'worker' });
    expect(mixed.slice(1).map((line) => /^ {2}- (\w+): ./.exec(line)?.[1])).toEqual(['PORT', 'READ_STORE', 'VAULT']);
    expect(problemsOf({ ROLE: 'both' })).toHaveLength(2);
  });

  it('names every fault of one address', () => {
    const lines = problemsOf({ EVENT_STORE: 'esdb://ops:geheim@a?tls=false&tsl=x&namespace=A&tlsVerifyCert=false' });
    expect(lines.slice(1)).toHaveLength(4);
    expect(lines.join('\n')).toMatch(/unknown key tsl[^]*credentials[^]*verification[^]*namespace/);
    expect(lines.join('\n')).not.toMatch(/geheim/);
  });

  it('knows three roles', () => {
    expect(problemsOf({ ROLE: 'projector' })[1]).toBe('  - ROLE: must be all, api or worker');
  });

  it.each([
    ['mongodb://a:1/one', 'mongodb://b@a:1/one'],
    ['mongodb://a:1', 'mongodb://a:1/hongzhang?tls=true'],
    ['mongodb://a:1/hongzhang-vault', 'mongodb://a:1/test'],
  ])('keeps keys out of a database that may be dropped: %s and %s', (READ_STORE, VAULT) => {
    expect(problemsOf({ READ_STORE, VAULT })[1]).toMatch(/^ {2}- VAULT: must not be the database of READ_STORE/);
  });

  it('takes the same server for two databases', () => {
    expect(readConfig({ READ_STORE: 'mongodb://a:1', VAULT: 'mongodb://a:1' }).vault).toBe('mongodb://a:1');
  });

  it.each([
    ['EVENT_STORE', 'esdb://ops:geheim@a:2113?tls=false'],
    ['EVENT_STORE', 'esdb://ops:geheim@a:2113?tsl=true'],
    ['EVENT_STORE', 'esdb://ops:x?geheim@a:2113'],
    ['EVENT_STORE', 'esdb://ops:x@geheim@a:2113'],
    ['EVENT_STORE', 'kurrentdb://ops:geheim@a:2113'],
    ['READ_STORE', 'mongodb://ops:x?geheim@a'],
    ['READ_STORE', 'mongodb://ops:x/geheim@a'],
    ['READ_STORE', 'mongodb://ops:geheim@'],
    ['READ_STORE', 'mongo://ops:geheim@a'],
    ['VAULT', 'mongodb://ops:x@geheim@a'],
    ['VAULT', 'https://ops:geheim@a'],
  ])('says what is wrong with %s=%s and repeats no secret', (name, value) => {
    const lines = problemsOf({ [name]: value });
    expect(lines[1]).toMatch(new RegExp(`^ {2}- ${name}: (must be|has|the address of)`));
    expect(lines.join('\n')).not.toMatch(/geheim/);
  });

  describe('from files', () => {
    const fresh = freshFolders();
    const fileOf = (content: string): string => {
      const path = join(fresh(), 'secret');
      writeFileSync(path, content);
      return path;
    };

    it('takes an address from the file that is named, without the end of its line', () => {
      const files = Object.fromEntries(Object.entries(servers).map(([name, address]) => [`${name}_FILE`, fileOf(`${address}\n`)]));
      expect(readConfig({ ...files, ROLE: 'api' })).toEqual(readConfig({ ...servers, ROLE: 'api' }));
    });

    it('says which cannot be read or is empty, and all that is wrong besides', () => {
      const wrong = {
        ROLE: 'api',
        EVENT_STORE_FILE: join(fresh(), 'geheim'),
        READ_STORE_FILE: fileOf('\n'),
        VAULT: servers.VAULT,
        PORT: 'x',
      };
      const lines = problemsOf(wrong);
      expect(lines.slice(1)).toEqual([
        '  - EVENT_STORE_FILE: names a file that cannot be read (不存在 does not exist)',
        '  - READ_STORE_FILE: names an empty file',
        '  - PORT: must be a whole number from 0 to 65535',
      ]);
    });

    it('leaves nobody to guess which of two addresses holds', () => {
      const VAULT_FILE = fileOf(servers.VAULT);
      const lines = problemsOf({ ...servers, VAULT_FILE });
      expect(lines.slice(1)).toEqual(['  - VAULT_FILE: cannot stand beside VAULT; give one of them']);
    });

    it('names the file where its address is wrong, and repeats no secret', () => {
      const lines = problemsOf({ EVENT_STORE_FILE: fileOf('esdb://ops:geheim@a:2113?tls=false') });
      expect(lines[1]).toMatch(/^ {2}- EVENT_STORE_FILE: the address of EventStoreDB/);
      expect(lines.join('\n')).not.toMatch(/geheim/);
    });
  });
});

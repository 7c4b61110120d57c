import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadConfig, readConfig } from '../../src/infra/config.ts';

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
      readStore: `${directory}/read.db`,
      vault: `${directory}/vault`,
      host: '127.0.0.1',
      port: 3000,
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
      host: '0.0.0.0',
      port: 0,
      logLevel: 'warn',
    });
  });

  it('names everything that is wrong with it at once', () => {
    const lines = problemsOf({ EVENT_STORE: 'postgres://x', READ_STORE: 'sqlite:', PORT: '65536', LOG_LEVEL: 'loud', HOST: 'ok' });
    expect(lines[0]).toBe('Configuration is wrong:');
    expect(lines.slice(1).map((line) => /^ {2}- (\w+): ./.exec(line)?.[1])).toEqual([
      'EVENT_STORE',
      'READ_STORE',
      'PORT',
      'LOG_LEVEL',
    ]);
    expect(lines[1]).toBe('  - EVENT_STORE: must be sqlite:<path> (other stores come with a later release)');
  });

  it.each(['-1', '65536', '3000.5', 'http', '3000 '.repeat(2)])('takes no port %j', (PORT) => {
    expect(problemsOf({ PORT })[1]).toMatch(/^ {2}- PORT: /);
  });

  it.each(['0', '1', '65535'])('takes port %s', (PORT) => {
    expect(readConfig({ PORT }).port).toBe(Number(PORT));
  });

  it('says what a port is', () => {
    expect(problemsOf({ PORT: 'http' })).toEqual(['Configuration is wrong:', '  - PORT: must be a whole number from 0 to 65535']);
  });

  it('keeps the log and the views apart, since a rebuild empties the one and never the other', () => {
    expect(problemsOf({ DATA_DIR: '/data', READ_STORE: 'sqlite:/data/./events.db' })[1]).toBe(
      '  - READ_STORE: must not be the file of EVENT_STORE',
    );
  });
});

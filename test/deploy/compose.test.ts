import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig, VARIABLES } from '../../src/infra/config.ts';
import { openConnection } from '../../src/infra/esdb/connection.ts';
import { EsdbFault } from '../../src/infra/esdb/fault.ts';
import { openCity, type City } from '../support/city.ts';
import { startEsdbServer } from '../support/esdb-server/start.ts';

type Container = {
  readonly image: string;
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly deploy?: { readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string } } };
};
type Compose = {
  readonly services: Readonly<Record<string, Container>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const pathOf = (path: string): string => new URL(`../../${path}`, import.meta.url).pathname;
const compose = parse(textOf('deploy/compose.yaml'), { merge: true }) as Compose;
const containers = Object.entries(compose.services);
const ours = containers.filter(([, { image }]) => image.startsWith('hongzhang:'));
const lasting = containers.filter(([, { restart }]) => restart === 'unless-stopped');
const dockerfile = textOf('Dockerfile');

describe('the containers', () => {
  it('are those of a cluster, a replica set, two API nodes, two workers and a door', () => {
    expect(lasting.map(([name]) => name).sort()).toEqual([
      ...['api-1', 'api-2', 'event-store-1', 'event-store-2', 'event-store-3', 'mongo-1', 'mongo-2', 'mongo-3', 'proxy'],
      ...['worker-1', 'worker-2'],
    ]);
  });

  it('let init run the copies too: it has the addresses, and reaches the stores and nothing else', () => {
    expect(compose.services['init']).toMatchObject({ networks: ['stores'], secrets: ['event-store', 'read-store', 'vault'] });
  });

  it.each(containers)('%s has no rights beyond its work', (name, container) => {
    expect(container).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(container.privileged).toBeUndefined();
    if (name !== 'certificates') expect(container.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(container.ports === undefined).toBe(name !== 'proxy');
    expect(container.image).toMatch(/:\d+\.\d+\.\d+(-alpine)?$/);
  });

  it.each(lasting)('%s has limits, and a check of its health', (name, { deploy, healthcheck }) => {
    expect(deploy?.resources.limits).toMatchObject({ cpus: expect.any(String) as string, memory: expect.any(String) as string });
    // The image of the service brings its own.
    expect(healthcheck !== undefined).toBe(!ours.some(([own]) => own === name));
  });

  it('use each volume and each secret that is declared, and no other', () => {
    const named = containers.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    expect(new Set(named.filter((volume) => !volume.startsWith('.')))).toEqual(new Set(Object.keys(compose.volumes)));
    const secrets = containers.flatMap(([, container]) => container.secrets ?? []);
    expect(new Set(secrets)).toEqual(new Set(Object.keys(compose.secrets)));
  });
});

const withoutOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
})();

describe.skipIf(withoutOpenssl)('the secrets and certificates of a deployment', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongzhang-deploy-'));
  const secrets = join(folder, 'secrets');
  const run = (script: string, ...args: readonly string[]): string => runFor('localhost', script, ...args);
  const runFor = (site: string, script: string, ...args: readonly string[]): string =>
    execFileSync('sh', [pathOf(script), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, SITE: site },
    });
  beforeAll(() => {
    for (const volume of ['authority', 'trust', 'event-store', 'mongo', 'proxy']) execFileSync('mkdir', [join(folder, volume)]);
    run('deploy/secrets.sh', secrets);
    run('deploy/certificates.sh', folder, join(secrets, 'mongo-keyfile'));
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are drawn once, in a folder for its owner alone', () => {
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
    const files = Object.values(compose.secrets).map(({ file }) => file.replace('./secrets/', ''));
    expect(readdirSync(secrets).sort()).toEqual(files.sort());
    const before = files.map((file) => readFileSync(join(secrets, file), 'utf8'));
    run('deploy/secrets.sh', secrets);
    expect(files.map((file) => readFileSync(join(secrets, file), 'utf8'))).toEqual(before);
  });

  it.each(ours)('make a configuration that %s takes, of variables that it knows', (_, { environment = {} }) => {
    expect(Object.keys(environment).filter((variable) => !VARIABLES.includes(variable))).toEqual([]);
    const given = Object.fromEntries(
      Object.entries(environment).map(([variable, value]) => [variable, value.replace('/run/secrets', secrets)]),
    );
    const { host, vault, readStore } = readConfig(given);
    expect([host, vault === readStore]).toEqual(['0.0.0.0', false]);
  });

  it('are found where the containers look for them, each kind in a folder of its own', () => {
    const volumeOf = (name: string): string =>
      name === 'mongo-users' ? 'trust' : (/^(event-store|mongo|proxy)/.exec(name)?.[0] ?? 'trust');
    const looked = containers.flatMap(([name, container]) =>
      [...JSON.stringify(container).matchAll(/\/certificates\/([\w/.-]+)/g)].map(([, file]) => `${volumeOf(name)}/${String(file)}`),
    );
    const proxied = [...textOf('deploy/Caddyfile').matchAll(/\/certificates\/([\w.-]+)/g)].map(
      ([, file]) => `proxy/${String(file)}`,
    );
    expect(looked.length + proxied.length).toBeGreaterThan(20);
    for (const file of new Set([...looked, ...proxied, 'trust/ca.crt']))
      expect(statSync(join(folder, file)).size, file).toBeGreaterThan(0);
    expect(containers.filter(([, { volumes = [] }]) => volumes.some((volume) => volume.startsWith('authority:'))).map(([name]) => name)).toEqual(['certificates']); // prettier-ignore
  });

  it('serve a client that trusts their authority, and no other client', async () => {
    const of = (kind: 'key' | 'crt'): string => join(folder, `event-store/event-store-1.${kind}`);
    const server = await startEsdbServer({ tls: { keyFile: of('key'), certFile: of('crt') } });
    try {
      const readBy = async (more: string): Promise<unknown> => {
        const connection = openConnection(`esdb://127.0.0.1:${String(server.port)}${more}`);
        const read = await connection.read('log', { from: 0, limit: 1, timeoutMs: 2_000 }).catch((error: unknown) => error);
        await connection.close();
        return read;
      };
      expect(await readBy(`?tlsCAFile=${join(folder, 'trust/ca.crt')}`)).toEqual([]);
      expect(await readBy('')).toBeInstanceOf(EsdbFault);
    } finally {
      await server.dispose();
    }
  });

  it('keep certificates that are good', () => {
    const read = (): string => readFileSync(join(folder, 'event-store/event-store-1.crt'), 'utf8');
    const before = read();
    run('deploy/certificates.sh', folder, join(secrets, 'mongo-keyfile'));
    expect(read()).toBe(before);
  });

  const file = (path: string): string => join(folder, path);
  const again = (site = 'localhost'): string => runFor(site, 'deploy/certificates.sh', folder, join(secrets, 'mongo-keyfile'));
  const openssl = (...args: readonly string[]): string =>
    execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const read = (path: string): string => readFileSync(file(path), 'utf8');
  /** A certificate for some days, by our authority or by itself. */
  const issue = (name: string, days: string, by: 'us' | 'others', san = 'DNS:localhost,IP:127.0.0.1'): void => {
    const to = ['-keyout', file(`${name}.key`), '-out', file(`${name}.crt`), '-days', days, '-addext', `subjectAltName=${san}`];
    const authority = by === 'us' ? ['-CA', file('authority/ca.crt'), '-CAkey', file('authority/ca.key')] : [];
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=by-hand', ...authority, ...to);
  };
  const keyOf = (path: string): string => openssl('pkey', '-in', file(path), '-pubout');
  const certifiedKeyOf = (path: string): string => openssl('x509', '-in', file(path), '-noout', '-pubkey');

  it('leave the certificate that the city has given its proxy, however soon it ends and whatever it is for', () => {
    issue('proxy/proxy', '7', 'others');
    const before = [read('proxy/proxy.crt'), read('proxy/proxy.key')];
    again('data.example');
    expect([read('proxy/proxy.crt'), read('proxy/proxy.key')]).toEqual(before);
  });

  it('are made anew where ours end within 30 days, are for another name, or by an authority that was lost', () => {
    issue('event-store/event-store-2', '7', 'us', 'DNS:event-store-2,DNS:localhost,IP:127.0.0.1');
    rmSync(file('proxy/proxy.crt'));
    const kept = read('event-store/event-store-1.crt');
    again();
    expect(openssl('x509', '-in', file('event-store/event-store-2.crt'), '-noout', '-checkend', '2592000')).toMatch(/will not/);
    for (const [site, name] of [['data.example', 'DNS:data.example'], ['192.0.2.7', 'IP Address:192.0.2.7']] as const) {
      again(site);
      expect(openssl('x509', '-in', file('proxy/proxy.crt'), '-noout', '-ext', 'subjectAltName')).toContain(name);
      const made = read('proxy/proxy.crt');
      again(site);
      expect(read('proxy/proxy.crt')).toBe(made);
    } // prettier-ignore
    expect(certifiedKeyOf('proxy/proxy.crt')).toBe(keyOf('proxy/proxy.key'));
    expect(read('event-store/event-store-1.crt')).toBe(kept);

    rmSync(file('authority/ca.key'));
    again();
    for (const name of ['event-store/event-store-1', 'mongo/mongo-3', 'proxy/proxy']) {
      expect(openssl('verify', '-CAfile', file('trust/ca.crt'), file(`${name}.crt`))).toMatch(/OK/);
      expect(certifiedKeyOf(`${name}.crt`)).toBe(keyOf(`${name}.key`));
    }
  }, 120_000);
});

describe('the image', () => {
  it('sets variables that the service knows, and runs for nobody in particular', () => {
    const [, set = ''] = /^ENV (.*)$/m.exec(dockerfile) ?? [];
    const variables = set.split(' ').map((pair) => pair.split('=')[0] ?? '');
    expect(variables.filter((variable) => variable !== 'NODE_ENV' && !VARIABLES.includes(variable))).toEqual([]);
    expect(dockerfile).toMatch(/^USER 10001:10001$/m);
  });

  it('is built from one pinned base and from what the context lets in', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
    const allowed = [...textOf('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path);
    expect(copied.sort()).toEqual(allowed.sort());
  });
});

describe('the paths that checks ask for', () => {
  let city: City;
  beforeAll(async () => {
    city = await openCity();
  });
  afterAll(() => city.close());

  it.each([
    ['Dockerfile', /\/healthz/g],
    ['deploy/Caddyfile', /(?<=health_uri )\/\S+/g],
    ['deploy/Caddyfile', /(?<=@inside path.*)\/\w+/g],
    ['deploy/compose.yaml', /(?<=localhost:8443)\/[\w.]+/g],
  ])('%s: %s', async (file, paths) => {
    const asked = textOf(file).match(paths) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    for (const path of asked) expect((await city.ask('GET', path)).status, path).toBe(200);
  });

  it('answer what the proxy looks for in them', async () => {
    const [wanted = ''] = /(?<=health_body )\S+/.exec(textOf('deploy/Caddyfile')) ?? [];
    expect((await city.ask('GET', '/healthz')).body).toEqual({ status: wanted });
  });
});

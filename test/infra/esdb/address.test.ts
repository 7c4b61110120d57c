import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadAddress, parseAddress } from '../../../src/infra/esdb/address.ts';
import { openConnection } from '../../../src/infra/esdb/connection.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

describe('the address of an EventStoreDB', () => {
  it.each([
    ['esdb://localhost:2113?tls=false', 'esdb://localhost:2113?tls=false', ''],
    ['esdb://a:1,b:2,c:3?nodePreference=leader&namespace=city1', 'esdb://a:1,b:2,c:3?nodePreference=leader', 'city1'],
    ['esdb+discover://user:p%40ss@cluster.example:2113?namespace=x', 'esdb+discover://user:p%40ss@cluster.example:2113', 'x'],
  ])('%s', (address, url, namespace) => {
    expect(parseAddress(address)).toEqual({ url, namespace });
  });

  it.each([
    ['another scheme', 'mongodb://localhost'],
    ['nothing', ''],
    ['a key that the client would only warn of', 'esdb://a?tsl=false'],
    ['another value of tls', 'esdb://a?tls=no'],
    ['credentials that would be dropped', 'esdb://user:pass@a?tls=false'],
    ['verification turned off, which would not be', 'esdb://a?tlsVerifyCert=false'],
    ['lost races answered as success', 'esdb://a?throwOnAppendFailure=false'],
    ['the same, spelt otherwise', 'esdb://a?throw-on_append-failure=false'],
    ['a namespace that is part of other names', 'esdb://a?namespace=log-in'],
    ['no namespace after its key', 'esdb://a?namespace='],
  ])('refuses %s', (_, address) => {
    expect(() => parseAddress(address)).toThrow(BadAddress);
  });
});

const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)('TLS and credentials', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hongzhang-tls-'));
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  let server: EsdbServer;
  beforeAll(async () => {
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', keyFile, '-out', certFile],
      { stdio: 'ignore' },
    ); // prettier-ignore
    server = await startEsdbServer({ user: 'hongzhang:p@ss', tls: { keyFile, certFile } });
  });
  afterAll(async () => {
    await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  const appendBy = async (address: string): Promise<unknown> => {
    const connection = openConnection(address);
    try {
      return await connection.append('login-a', [{ id: crypto.randomUUID(), type: 'Happened', json: {} }], -1, 2_000);
    } catch (error) {
      return error;
    } finally {
      await connection.close();
    }
  };
  const at = (user: string, rest: string): string => `esdb://${user}127.0.0.1:${String(server.port)}${rest}`;

  it('are taken from the address', async () => {
    expect(await appendBy(at('hongzhang:p%40ss@', `?tlsCAFile=${certFile}`))).toBe(0);
  });

  it('refuses another password at once, and does not trust an unknown authority', async () => {
    expect(await appendBy(at('hongzhang:wrong@', `?tlsCAFile=${certFile}`))).toMatchObject({ kind: 'refused' });
    expect(await appendBy(at('hongzhang:p%40ss@', ''))).toMatchObject({ kind: 'unknown' });
  });
});

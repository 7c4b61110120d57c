import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BadConfig, readConfig } from '../../src/infra/config.ts';
import { readCopyPlaces } from '../../src/infra/copy-places.ts';
import { checkAddresses, checkedConfig } from '../../src/infra/server-addresses.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
/** What is said of an address; none where it is taken. */
const faultsOf = async (name: 'EVENT_STORE' | 'READ_STORE' | 'VAULT', address: string): Promise<readonly string[]> => {
  try {
    await checkAddresses(readConfig({ [name]: address }));
    return [];
  } catch (error) {
    if (!(error instanceof BadConfig)) throw error;
    expect(error.message).not.toMatch(/geheim/);
    return error.message.split('\n').slice(1);
  }
};

describe('an address that its driver would throw at', () => {
  it.each([
    ['esdb://a:2113?tls=false', []],
    ['esdb+discover://ops:geheim@a,b,c?nodePreference=leader&namespace=x', []],
    ['esdb://ops:geheim@a:b', ['host, port']],
    ['esdb://ops:geheim%zz@a:2113', ['host, port']],
    ['esdb://a?tls=false&keepAliveInterval=geheim', ['option keepAliveInterval']],
    [
      'esdb://ops:geheim@a?nodePreference=geheim&tlsCAFile=/nowhere/ca.pem',
      ['option nodePreference', 'tlsCAFile a file that cannot be read: /nowhere/ca.pem 不存在 does not exist'],
    ],
    ['esdb://ops:geheim@a?tls_ca_file=/', ['tlsCAFile a file that cannot be read: / .*is a directory']],
    ['esdb://a:b?gossipTimeout=geheim', ['host, port', 'option gossipTimeout']],
    ['esdb://a?userCertFile=/nowhere/user.pem', ['userCertFile a file that cannot be read: /nowhere/user.pem']],
  ])('EVENT_STORE=%s', async (address, says) => {
    const said = await faultsOf('EVENT_STORE', address);
    expect(said).toHaveLength(says.length);
    for (const [index, words] of says.entries()) expect(said[index]).toMatch(new RegExp(`EVENT_STORE: the address of EventStoreDB (has|names) .*${words}`)); // prettier-ignore
  });

  it.each([
    ['mongodb://a:27017/views?replicaSet=rs0', []],
    ['mongodb+srv://ops:geheim@a.example/views', []],
    ['mongodb://ops:geheim@a:99999', ['host, port']],
    ['mongodb://ops:geheim%zz@a', ['host, port']],
    ['mongodb://a/?foo=1&tls=geheim&heartbeatFrequencyMS=geheim', ['option foo', 'option tls', 'option heartbeatFrequencyMS']],
    ['mongodb://a,b/?directConnection=true', ['option directConnection']],
    ['mongodb://a/?tls=true&ssl=false', ['together']],
    ['mongodb://a/x.geheim', ['database']],
    [
      'mongodb://ops:geheim@a/?tlsCAFile=/nowhere%2Fca.pem',
      ['tlsCAFile a file that cannot be read: /nowhere/ca.pem 不存在 does not exist'],
    ],
  ])('READ_STORE=%s', async (address, says) => {
    const said = await faultsOf('READ_STORE', address);
    expect(said).toHaveLength(says.length);
    for (const [index, words] of says.entries()) expect(said[index]).toMatch(new RegExp(`READ_STORE: the address of MongoDB .*${words}`)); // prettier-ignore
  });

  it('is named wherever it stands, all of them at once', async () => {
    const wrong = { EVENT_STORE: 'esdb://a:b', READ_STORE: 'mongodb://a:b/views', VAULT: 'mongodb://a:b/keys' };
    await expect(checkAddresses(readConfig(wrong))).rejects.toThrow(/EVENT_STORE: [^]*READ_STORE: [^]*VAULT: /);
    await expect(readCopyPlaces('log', { from: wrong.EVENT_STORE, to: wrong.EVENT_STORE })).rejects.toThrow(/--from: [^]*--to: /);
    await expect(readCopyPlaces('vault', { from: wrong.VAULT, to: 'x' })).rejects.toThrow(/--to: must be [^]*--from: /);
    const besides = { ...wrong, VAULT: 'mongodb://a:1', READ_STORE: 'mongodb://a:1/hongzhang-vault', ROLE: 'both' };
    await expect(checkedConfig(besides)).rejects.toThrow(/ROLE: [^]*VAULT: must not be [^]*EVENT_STORE: /);
    await expect(checkAddresses(readConfig({}))).resolves.toBeUndefined();
  });

  it('may name files that can be read', async () => {
    const file = join(fresh(), 'ca.pem');
    writeFileSync(file, 'a certificate');
    expect(await faultsOf('VAULT', `mongodb://a/?tls=true&tlsCAFile=${file}`)).toEqual([]);
  });
});

import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, it } from 'vitest';
import { asId, type AccountId } from '../../../src/domain/ids.ts';
import { openMongoVault, type MongoVault } from '../../../src/infra/mongo/vault.ts';
import { createTokens } from '../../../src/infra/tokens.ts';
import { vaultContract } from '../../contract/vault.ts';
import { freshDatabases, MONGO_TEST_URL } from '../../support/mongo.ts';

const SUBJECT = 'a1b2c3d4-0000-4000-8000-000000000001';

describe.skipIf(MONGO_TEST_URL === undefined)('on a server', { timeout: 60_000 }, () => {
  const fresh = freshDatabases();
  const opened: MongoVault[] = [];
  afterEach(async () => {
    for (const vault of opened.splice(0)) await vault.close();
  });
  const open = async (address: string, now?: () => number): Promise<MongoVault> => {
    const vault = await openMongoVault({ address, ...(now === undefined ? {} : { now }) });
    opened.push(vault);
    return vault;
  };

  vaultContract('mongodb', () => {
    const address = fresh();
    return () => open(address);
  });

  it('gives nodes that start and ask at once the same keys', async () => {
    const address = fresh();
    const nodes = await Promise.all(Array.from({ length: 5 }, () => open(address)));
    const service = new Set(nodes.map((node) => node.serviceKey('names').toString('hex')));
    expect(service.size).toBe(1);
    const keys = await Promise.all(nodes.flatMap((node) => [node.keyOf(SUBJECT), node.keyOf(SUBJECT)]));
    expect(new Set(keys.map(({ keyId, key }) => `${keyId} ${key.toString('hex')}`)).size).toBe(1);
    await nodes[0]!.erase(SUBJECT);
    const later = await Promise.all(nodes.map((node) => node.keyOf(SUBJECT)));
    expect(new Set(later.map(({ keyId }) => keyId)).size).toBe(1);
    expect(later[0]!.keyId).not.toBe(keys[0]!.keyId);
  });

  it('knows an erasure on another node within the second, and asks no more often than that', async () => {
    const address = fresh();
    let now = 0;
    const [here, there] = [await open(address, () => now), await open(address)];
    const { keyId, key } = await there.keyOf(SUBJECT);
    expect(await here.keyById(keyId)).toEqual(key);
    await there.erase(SUBJECT);
    now = 999;
    expect(await here.keyById(keyId)).toEqual(key);
    now = 1_000;
    expect(await here.keyById(keyId)).toBeUndefined();
    expect(await there.keyById(keyId)).toBeUndefined();
  });

  it('lets every node take what another signed, and none what another signed out', async () => {
    const address = fresh();
    let now = Date.parse('2026-03-02T01:00:00.000Z');
    const [here, there] = [await open(address), await open(address)].map((vault) => createTokens(vault, () => now));
    const token = await here!.issue(asId<AccountId>(SUBJECT));
    const taken = await there!.verify(token);
    expect(taken).toMatchObject({ ok: true, account: SUBJECT });
    if (taken.ok) await here!.revoke(taken.jti, taken.expiresAt);
    now += 900;
    expect(await there!.verify(token)).toEqual({ ok: false, reason: 'revoked' });
  });

  it('leaves nothing of an erased key, nor of one that lost a race, in the database', async () => {
    const address = fresh();
    const [one, other] = [await open(address), await open(address)];
    const keys = await Promise.all([one.keyOf(SUBJECT), other.keyOf(SUBJECT)]);
    await one.erase(SUBJECT);
    const client = new MongoClient(address);
    const entries = await client.db().collection('keys').find().toArray();
    await client.close();
    expect(entries).toEqual([{ _id: keys[0].keyId, erasedAt: expect.any(Date) as Date }]);
  });
});

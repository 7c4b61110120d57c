import { Binary, type Collection as Documents, type Db } from 'mongodb';
import { chance, type Chance } from '../chance.ts';
import { VaultUnfinished } from '../vault/vault-records.ts';
import { SERVICE_KEYS, vaultName, type ServiceKey, type SubjectKey, type Vault } from '../vault/vault.ts';
import { databaseOf, isDuplicate, openClient, reaching } from './client.ts';

/** `key` is missing once it is erased; `erasedAt` by the server's clock, so that nodes agree on what is new. */
export type KeyEntry = { readonly _id: string; readonly key?: Binary; readonly erasedAt?: Date };
type SubjectEntry = { readonly _id: string; readonly keyId: string };
type Credential = { readonly _id: string; readonly credential: string };
type Revoked = { readonly _id: string; readonly expiresAt: number };

/** Keys held in memory; one more is asked for where one falls out. */
const CACHED = 10_000;
/** How long a held key is good without asking whether it has been erased elsewhere. Milliseconds. */
const ASKED = 1_000;
/** Erasures this much older than the newest known are looked for again: they need not become visible in order. Milliseconds. */
const SLACK = 30_000;

export const bytesOf = ({ buffer, position }: Binary): Buffer => Buffer.from(buffer.subarray(0, position));

/** The mark of a vault that a copy has not come to the end of. */
export const unfinishedCopy = (db: Db) => {
  const marks: Documents<{ readonly _id: string }> = db.collection('copy');
  const mark = { _id: 'unfinished' };
  return {
    is: async (): Promise<boolean> => (await marks.findOne(mark)) !== null,
    mark: async (unfinished: boolean): Promise<void> => {
      if (unfinished) await marks.replaceOne(mark, {}, { upsert: true });
      else await marks.deleteOne(mark);
    },
  };
};

/** Makes what is missing, once for all nodes that start at the same time. */
const serviceKeysIn = async (db: Db, draw: Chance): Promise<ReadonlyMap<ServiceKey, Buffer>> => {
  const entries: Documents<{ readonly _id: ServiceKey; readonly key: Binary }> = db.collection('serviceKeys');
  const keys = new Map<ServiceKey, Buffer>();
  for (const name of SERVICE_KEYS) {
    await entries
      .updateOne({ _id: name }, { $setOnInsert: { key: new Binary(draw.bytes(32)) } }, { upsert: true })
      .catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
      });
    const found = await entries.findOne({ _id: name });
    if (found === null) throw new Error(`no service key ${name}`);
    keys.set(name, bytesOf(found.key));
  }
  return keys;
};

/** Keys by id, held in memory as long as nobody has erased them: an erasure on any node is known here within `ASKED`. */
const heldKeys = (keys: Documents<KeyEntry>, now: () => number) => {
  const held = new Map<string, Buffer>();
  let newest = new Date(0);
  let asked = { at: -Infinity, done: Promise.resolve() };

  const askForErasures = async (): Promise<void> => {
    const since = new Date(newest.getTime() - SLACK);
    for await (const { _id, erasedAt } of keys.find({ erasedAt: { $gte: since } }, { projection: { erasedAt: 1 } })) {
      held.delete(_id);
      if (erasedAt !== undefined && erasedAt > newest) newest = erasedAt;
    }
  };
  const upToDate = (): Promise<void> => {
    if (now() - asked.at < ASKED) return asked.done;
    const asking = { at: now(), done: askForErasures() };
    asking.done.catch(() => { asked = { at: -Infinity, done: Promise.resolve() }; }); // prettier-ignore
    asked = asking;
    return asking.done;
  };

  return {
    find: async (keyId: string): Promise<Buffer | undefined> => {
      await upToDate();
      const known = held.get(keyId);
      if (known !== undefined) return known;
      const entry = await keys.findOne({ _id: keyId });
      if (entry?.key === undefined) return undefined;
      const key = bytesOf(entry.key);
      held.set(keyId, key);
      if (held.size > CACHED) held.delete(held.keys().next().value as string);
      return key;
    },
    forget: (keyId: string): void => {
      held.delete(keyId);
    },
  };
};

export type MongoVault = Vault & { readonly close: () => Promise<void> };
export type MongoVaultOptions = {
  /** `mongodb://…`; the database it names, or `hongzhang-vault`. Never the one of the read models, which may be dropped. */
  readonly address: string;
  /** Milliseconds. */
  readonly now?: () => number;
  readonly draw?: Chance;
};

/**
 * Keys and credentials in a MongoDB database of their own, for many nodes. A write has come to the journals of a majority
 * before it is answered: no event can outlive the key that it was sealed with. Rejects with `VaultUnfinished`.
 */
export const openMongoVault = async ({ address, now = Date.now, draw = chance }: MongoVaultOptions): Promise<MongoVault> => {
  const client = openClient(address);
  const db = databaseOf(client, 'hongzhang-vault');
  const keys = db.collection<KeyEntry>('keys');
  const subjects = db.collection<SubjectEntry>('subjects');
  const credentials = db.collection<Credential>('credentials');
  const revoked = db.collection<Revoked>('revokedTokens');
  const held = heldKeys(keys, now);

  /** Makes a key, and makes it the subject's where that still has the one seen; undefined where another came first. */
  const makeKey = async (subject: string, seen: string | undefined): Promise<SubjectKey | undefined> => {
    const made = { keyId: draw.id(), key: draw.bytes(32) };
    await keys.insertOne({ _id: made.keyId, key: new Binary(made.key) });
    try {
      if (seen === undefined) await subjects.insertOne({ _id: subject, keyId: made.keyId });
      else if ((await subjects.updateOne({ _id: subject, keyId: seen }, { $set: { keyId: made.keyId } })).matchedCount === 1)
        return made;
      if (seen === undefined) return made;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    await keys.deleteOne({ _id: made.keyId });
    return undefined;
  };

  /** Never from memory: what is sealed must not be sealed under a key that was erased a moment ago. */
  const keyOf = async (subject: string): Promise<SubjectKey> => {
    for (;;) {
      const keyId = (await subjects.findOne({ _id: subject }))?.keyId;
      const entry = keyId === undefined ? null : await keys.findOne({ _id: keyId });
      if (keyId !== undefined && entry?.key !== undefined) return { keyId, key: bytesOf(entry.key) };
      const made = await makeKey(subject, keyId);
      if (made !== undefined) return made;
    }
  };

  const erase = async (subject: string): Promise<void> => {
    const keyId = (await subjects.findOne({ _id: subject }))?.keyId;
    if (keyId === undefined) return;
    await keys.updateOne({ _id: keyId, erasedAt: { $exists: false } }, { $unset: { key: 1 }, $currentDate: { erasedAt: true } });
    held.forget(keyId);
  };

  const service = await reaching(async () => {
    if (await unfinishedCopy(db).is()) throw new VaultUnfinished();
    await keys.createIndexes([{ key: { erasedAt: 1 } }]);
    await revoked.createIndexes([{ key: { expiresAt: 1 } }]);
    return serviceKeysIn(db, draw);
  }).catch(async (error: unknown) => {
    await client.close();
    throw error;
  });
  return {
    serviceKey: (name) => service.get(name) as Buffer,
    keyOf: (subject) => reaching(async () => keyOf(vaultName(subject))),
    keyById: (keyId) => reaching(async () => held.find(vaultName(keyId))),
    erase: (subject) => reaching(async () => erase(vaultName(subject))),
    credential: (account) => reaching(async () => (await credentials.findOne({ _id: vaultName(account) }))?.credential),
    setCredential: (account, credential) =>
      reaching(async () => {
        await credentials.updateOne({ _id: vaultName(account) }, { $set: { credential } }, { upsert: true });
      }),
    revokeToken: (jti, expiresAt) =>
      reaching(async () => {
        await revoked.updateOne({ _id: jti }, { $set: { expiresAt } }, { upsert: true });
      }),
    revokedTokens: (at) =>
      reaching(async () => {
        const found = await revoked.find().toArray();
        const living = found.filter(({ expiresAt }) => expiresAt > at);
        // Every request with a token waits for this list: not for a write by a majority where there is nothing to forget.
        if (living.length < found.length) await revoked.deleteMany({ expiresAt: { $lte: at } });
        return new Map(living.map(({ _id, expiresAt }) => [_id, expiresAt]));
      }),
    close: () => client.close(),
  };
};

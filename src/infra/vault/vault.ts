import { appendFileSync } from 'node:fs';
import { answer } from '../answer.ts';
import { chance, type Chance } from '../chance.ts';
import { isThere } from '../path-fault.ts';
import { eraseFile, privateDirectory, readPrivate, revokedIn, revokedLine, vaultPaths, writeDurably } from './vault-files.ts';
import { VaultUnfinished } from './vault-records.ts';

export const SERVICE_KEYS = ['request-hash', 'names', 'cursor', 'tokens'] as const;
export type ServiceKey = (typeof SERVICE_KEYS)[number];

/** A subject's key with the id that sealed values name it by. */
export type SubjectKey = { readonly keyId: string; readonly key: Buffer };

/** Keys, credentials and signed-out tokens. Never rebuilt. Every adapter passes `test/contract/vault.ts`. */
export type Vault = {
  /** 32 bytes, made at the first start and never changed. */
  readonly serviceKey: (name: ServiceKey) => Buffer;
  /** The key that seals a subject's personal data; made, durably, where there is none yet (decision 16). One for all who ask at once. */
  readonly keyOf: (subject: string) => Promise<SubjectKey>;
  /** A key by its id; undefined once it is erased. */
  readonly keyById: (keyId: string) => Promise<Buffer | undefined>;
  /** Destroys a subject's key: what it sealed can never be read again, and every proof stays as it was. */
  readonly erase: (subject: string) => Promise<void>;
  readonly credential: (account: string) => Promise<string | undefined>;
  readonly setCredential: (account: string, credential: string) => Promise<void>;
  /** Signs a token out, durably; `expiresAt` in seconds. */
  readonly revokeToken: (jti: string, expiresAt: number) => Promise<void>;
  /** The tokens signed out that expire after `now` (seconds), with when they expire. Forgets the others. */
  readonly revokedTokens: (now: number) => Promise<ReadonlyMap<string, number>>;
};

/** Keys held in memory; a file more is read where one falls out. */
const CACHED = 10_000;
const NAME = /^[A-Za-z0-9-]{1,80}$/;

/** The name, if it can be one in a vault. */
export const vaultName = (name: string): string => {
  if (!NAME.test(name)) throw new Error(`not a vault name: ${name}`);
  return name;
};

/** Keys and credentials in a directory of this user alone. It is never rebuilt, so it must be backed up with the log. Throws `VaultUnfinished`. */
export const openVault = (directory: string, { bytes, id }: Chance = chance): Vault => {
  privateDirectory(directory);
  const paths = vaultPaths(directory);
  if (isThere(paths.unfinished)) throw new VaultUnfinished();
  const cache = new Map<string, Buffer>();
  const subjectPath = (subject: string): string => paths.subject(vaultName(subject));
  const keyPath = (keyId: string): string => paths.key(vaultName(keyId));
  const revokedPath = paths.revoked;
  const remember = (keyId: string, key: Buffer): Buffer => {
    cache.set(keyId, key);
    if (cache.size > CACHED) cache.delete(cache.keys().next().value as string);
    return key;
  };
  const service = new Map<ServiceKey, Buffer>();
  for (const name of SERVICE_KEYS) {
    const path = paths.service(name);
    const key = readPrivate(path) ?? bytes(32);
    if (readPrivate(path) === undefined) writeDurably(path, key);
    service.set(name, key);
  }
  if (readPrivate(revokedPath) === undefined) writeDurably(revokedPath, '');
  const keyById = (keyId: string): Buffer | undefined => {
    const known = cache.get(keyId) ?? readPrivate(keyPath(keyId));
    return known && remember(keyId, known);
  };
  const keyOf = (subject: string): SubjectKey => {
    const keyId = readPrivate(subjectPath(subject))?.toString('utf8');
    const known = keyId === undefined ? undefined : keyById(keyId);
    if (keyId !== undefined && known !== undefined) return { keyId, key: known };
    const fresh = { keyId: id(), key: bytes(32) };
    writeDurably(keyPath(fresh.keyId), fresh.key);
    writeDurably(subjectPath(subject), fresh.keyId);
    remember(fresh.keyId, fresh.key);
    return fresh;
  };
  const erase = (subject: string): void => {
    const keyId = readPrivate(subjectPath(subject))?.toString('utf8');
    if (keyId === undefined) return;
    cache.delete(keyId);
    eraseFile(keyPath(keyId));
  };
  const revokedTokens = (now: number): ReadonlyMap<string, number> => {
    const all = revokedIn(revokedPath);
    const living = new Map(all.filter(([, expiresAt]) => expiresAt > now));
    if (living.size < all.length) {
      writeDurably(revokedPath, [...living].map(([jti, expiresAt]) => revokedLine(jti, expiresAt)).join(''));
    }
    return living;
  };
  return {
    serviceKey: (name) => service.get(name) as Buffer,
    keyOf: (subject) => answer(() => keyOf(subject)),
    keyById: (keyId) => answer(() => keyById(keyId)),
    erase: (subject) => answer(() => { erase(subject); }), // prettier-ignore
    credential: (account) => answer(() => readPrivate(paths.credential(vaultName(account)))?.toString('utf8')),
    setCredential: (account, credential) =>
      answer(() => { writeDurably(paths.credential(vaultName(account)), credential); }), // prettier-ignore
    revokeToken: (jti, expiresAt) =>
      answer(() => { appendFileSync(revokedPath, revokedLine(jti, expiresAt), { flush: true }); }), // prettier-ignore
    revokedTokens: (now) => answer(() => revokedTokens(now)),
  };
};

import { randomBytes, randomUUID } from 'node:crypto';
import { eraseFile, privateDirectory, readPrivate, writeDurably } from './vault-files.ts';

const SERVICE_KEYS = ['request-hash', 'names', 'cursor', 'tokens'] as const;
export type ServiceKey = (typeof SERVICE_KEYS)[number];

/** A subject's key with the id that sealed values name it by. */
export type SubjectKey = { readonly keyId: string; readonly key: Buffer };

export type Vault = {
  /** 32 bytes, made at the first start and never changed. */
  readonly serviceKey: (name: ServiceKey) => Buffer;
  /** The key that seals a subject's personal data; made, durably, where there is none yet (decision 16). */
  readonly keyOf: (subject: string) => SubjectKey;
  /** A key by its id; undefined once it is erased. */
  readonly keyById: (keyId: string) => Buffer | undefined;
  /** Destroys a subject's key: what it sealed can never be read again, and every proof stays as it was. */
  readonly erase: (subject: string) => void;
  readonly credential: (account: string) => string | undefined;
  readonly setCredential: (account: string, credential: string) => void;
  readonly directory: string;
};

/** Keys held in memory; a file more is read where one falls out. */
const CACHED = 10_000;
const NAME = /^[A-Za-z0-9-]{1,80}$/;

const checked = (name: string): string => {
  if (!NAME.test(name)) throw new Error(`not a vault name: ${name}`);
  return name;
};

/** Keys and credentials in a directory of this user alone. It is never rebuilt, so it must be backed up with the log. */
export const openVault = (directory: string): Vault => {
  privateDirectory(directory);
  const cache = new Map<string, Buffer>();
  const subjectPath = (subject: string): string => `${directory}/subjects/${checked(subject).slice(0, 2)}/${subject}`;
  const keyPath = (keyId: string): string => `${directory}/keys/${checked(keyId).slice(0, 2)}/${keyId}`;
  const remember = (keyId: string, key: Buffer): Buffer => {
    cache.set(keyId, key);
    if (cache.size > CACHED) cache.delete(cache.keys().next().value as string);
    return key;
  };
  const service = new Map<ServiceKey, Buffer>();
  for (const name of SERVICE_KEYS) {
    const path = `${directory}/service/${name}.key`;
    const key = readPrivate(path) ?? randomBytes(32);
    if (readPrivate(path) === undefined) writeDurably(path, key);
    service.set(name, key);
  }
  const keyById = (keyId: string): Buffer | undefined => {
    const known = cache.get(keyId) ?? readPrivate(keyPath(keyId));
    return known && remember(keyId, known);
  };
  return {
    directory,
    serviceKey: (name) => service.get(name) as Buffer,
    keyOf: (subject) => {
      const keyId = readPrivate(subjectPath(subject))?.toString('utf8');
      const known = keyId === undefined ? undefined : keyById(keyId);
      if (keyId !== undefined && known !== undefined) return { keyId, key: known };
      const fresh = { keyId: randomUUID(), key: randomBytes(32) };
      writeDurably(keyPath(fresh.keyId), fresh.key);
      writeDurably(subjectPath(subject), fresh.keyId);
      remember(fresh.keyId, fresh.key);
      return fresh;
    },
    keyById,
    erase: (subject) => {
      const keyId = readPrivate(subjectPath(subject))?.toString('utf8');
      if (keyId === undefined) return;
      cache.delete(keyId);
      eraseFile(keyPath(keyId));
    },
    credential: (account) => readPrivate(`${directory}/credentials/${checked(account)}`)?.toString('utf8'),
    setCredential: (account, credential) => {
      writeDurably(`${directory}/credentials/${checked(account)}`, credential);
    },
  };
};

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { isUnsealed, type Sealed, type Unsealed } from '../../domain/personal.ts';
import type { SubjectKey, Vault } from './vault.ts';

export type SealerDeps = { readonly vault: Pick<Vault, 'keyOf' | 'keyById'>; readonly randomBytes: (size: number) => Buffer };

/** A sealed value that its key does not open: the log or the vault was tampered with. */
export class SealBroken extends Error {
  constructor(keyId: string) {
    super(`a value sealed under ${keyId} does not open`);
    this.name = 'SealBroken';
  }
}

const TAG_BYTES = 16;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** Binds the plain text under a value that derives from the subject's key and dies with it, so it confirms no guess later. */
const commitmentOf = (key: Buffer, nonce: Buffer, plain: Buffer): Buffer =>
  createHmac('sha256', Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'hongzhang commitment', 32)))
    .update(nonce)
    .update(plain)
    .digest();

const subjectsIn = (value: unknown, into: Set<string>): Set<string> => {
  if (typeof value !== 'object' || value === null) return into;
  if (isUnsealed(value)) return into.add(value.subject);
  for (const part of Object.values(value)) subjectsIn(part, into);
  return into;
};

/** Seals and opens personal values: AES-256-GCM under the subject's key, with a commitment (decision 16). */
export const createSealer = ({ vault, randomBytes }: SealerDeps) => {
  const seal = ({ $personal }: Unsealed, { keyId, key }: SubjectKey): Sealed => {
    const nonce = randomBytes(12);
    const plain = Buffer.from($personal, 'utf8');
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(keyId, 'utf8'));
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    const commitment = commitmentOf(key, nonce, plain);
    return { $enc: { keyId, nonce: base64(nonce), ciphertext: base64(ciphertext), commitment: base64(commitment) } };
  };

  const sealedUnder = (keys: ReadonlyMap<string, SubjectKey>, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (isUnsealed(value)) return seal(value, keys.get(value.subject) as SubjectKey);
    if (Array.isArray(value)) {
      const sealed = value.map((part) => sealedUnder(keys, part));
      return sealed.every((part, index) => part === value[index]) ? (value as unknown) : sealed;
    }
    const entries = Object.entries(value);
    const sealed = entries.map(([name, part]) => [name, sealedUnder(keys, part)] as const);
    return sealed.every(([, part], index) => part === entries[index]?.[1]) ? value : Object.fromEntries(sealed);
  };

  /** The value with every plain personal part sealed. Gives back the very value where there is none. */
  const sealPersonal = async (value: unknown): Promise<unknown> => {
    const subjects = subjectsIn(value, new Set());
    if (subjects.size === 0) return value;
    const keys = new Map<string, SubjectKey>();
    for (const subject of subjects) keys.set(subject, await vault.keyOf(subject));
    return sealedUnder(keys, value);
  };

  /** The plain text; null once the key is erased. Throws `SealBroken` where anything was changed. */
  const open = async ({ $enc: { keyId, nonce, ciphertext, commitment } }: Sealed): Promise<string | null> => {
    const key = await vault.keyById(keyId);
    if (key === undefined) return null;
    const bytes = Buffer.from(ciphertext, 'base64url');
    const nonceBytes = Buffer.from(nonce, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonceBytes).setAAD(Buffer.from(keyId, 'utf8'));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plain = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
      const expected = commitmentOf(key, nonceBytes, plain);
      const given = Buffer.from(commitment, 'base64url');
      if (given.length === expected.length && timingSafeEqual(given, expected)) return plain.toString('utf8');
    } catch {
      throw new SealBroken(keyId);
    }
    throw new SealBroken(keyId);
  };

  return { sealPersonal, open };
};

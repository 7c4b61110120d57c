import type { Readable } from 'node:stream';

/** What a vault holds besides contents, in the order in which it is copied: keys before the subjects that name them. */
export const RECORD_KINDS = ['service-keys', 'keys', 'subjects', 'credentials', 'revoked-tokens'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];
export type HeldKind = RecordKind | 'contents';
/** Records by their names: a service key's, a key's id, a subject's or an account's id, a token's. */
export type Records = ReadonlyMap<string, Buffer>;

/**
 * A vault as a list of what it holds, which a copy needs and no service does. Opening one makes nothing: where nothing lies,
 * nothing is listed. What was written is durable when it resolves. Both adapters are held together by `test/infra/vault/vault-copy.test.ts`.
 */
export type VaultRecords = {
  readonly count: (kind: HeldKind) => Promise<number>;
  readonly names: (kind: HeldKind) => AsyncIterable<string>;
  /** Those of the names that are held. */
  readonly read: (kind: RecordKind, names: readonly string[]) => Promise<Records>;
  readonly write: (kind: RecordKind, records: Records) => Promise<void>;
  /** The ids of keys that are known to have been erased. */
  readonly erased: () => Promise<ReadonlySet<string>>;
  readonly erase: (keyIds: ReadonlySet<string>) => Promise<void>;
  readonly content: (sha256: string) => Readable;
  /** Takes a content under its hash; one that has another is not kept (`VaultRefused`). One that was cut off is begun again. */
  readonly putContent: (sha256: string, bytes: AsyncIterable<Buffer>) => Promise<void>;
  /** Whether a copy into this vault has begun and not come to its end: no service opens it (`VaultUnfinished`). */
  readonly isUnfinished: () => Promise<boolean>;
  readonly markUnfinished: (unfinished: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A copy into this vault has not come to its end: who served from it would draw keys in the place of those that are missing. */
export class VaultUnfinished extends Error {
  constructor() {
    super('a copy into this vault has not come to its end');
    this.name = 'VaultUnfinished';
  }
}

export type VaultRefusal =
  'no-vault' | 'unfinished' | 'same' | 'other-vault' | 'ahead' | 'differs' | 'unreadable' | 'damaged' | 'changed' | 'stopped';
/** What a refusal is about; ids and hashes are no secrets. */
export type VaultThing = { readonly kind: HeldKind; readonly name: string };

/** Why a vault is not copied, or no further. Nothing in it is a key. */
export class VaultRefused extends Error {
  readonly reason: VaultRefusal;
  readonly thing: VaultThing | null;
  constructor(reason: VaultRefusal, thing: VaultThing | null = null, options?: ErrorOptions) {
    super(`the vault cannot be copied: ${reason}${thing === null ? '' : ` (${thing.kind} ${thing.name})`}`, options);
    this.name = 'VaultRefused';
    this.reason = reason;
    this.thing = thing;
  }
}

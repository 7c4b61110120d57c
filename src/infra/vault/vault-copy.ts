import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { SERVICE_KEYS } from './vault.ts';
import {
  RECORD_KINDS,
  VaultRefused,
  type HeldKind,
  type RecordKind,
  type VaultRecords,
  type VaultRefusal,
} from './vault-records.ts';

export type VaultStage = 'check' | 'records' | 'contents' | 'verify';
/** How much of a stage is done; throws to stop the copy. */
export type OnVaultCopied = (stage: VaultStage, done: number, total: number) => void;

export type VaultCopied = {
  readonly records: number;
  readonly contents: number;
  /** What of both the target did not hold, or held otherwise. */
  readonly fresh: number;
};

type Vaults = { readonly source: VaultRecords; readonly target: VaultRecords };
type Tell = (count: number) => Promise<void>;

/** Records handed over at once. */
const AT_ONCE = 500;

async function* inBatches(names: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const name of names) {
    batch.push(name);
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const countAll = async (records: VaultRecords, kinds: readonly HeldKind[]): Promise<number> => {
  let sum = 0;
  for (const kind of kinds) sum += await records.count(kind);
  return sum;
};

/** Counts one stage. Files answer at once: without a turn of the event loop no signal would be heard before the end. */
const telling = (stage: VaultStage, total: number, onCopied: OnVaultCopied): Tell => {
  let done = 0;
  onCopied(stage, 0, total);
  return async (count) => {
    done += count;
    onCopied(stage, Math.min(done, total), total);
    await turn();
  };
};

/** A vault is known by its service keys, which are made at its first start and never change. */
const checkIdentity = async ({ source, target }: Vaults): Promise<void> => {
  const [from, to] = [await source.read('service-keys', SERVICE_KEYS), await target.read('service-keys', SERVICE_KEYS)];
  if (from.size < SERVICE_KEYS.length) throw new VaultRefused('no-vault');
  if (await source.isUnfinished()) throw new VaultRefused('unfinished');
  for (const [name, key] of to) if (from.get(name)?.equals(key) !== true) throw new VaultRefused('other-vault');
};

/** One vault under two names, whatever those are: what is marked in the one is marked in the other. */
const markTarget = async ({ source, target }: Vaults): Promise<void> => {
  // By an earlier copy, and the source is not: they are two.
  if (await target.isUnfinished()) return;
  await target.markUnfinished(true);
  try {
    if (await source.isUnfinished()) throw new VaultRefused('same');
  } catch (error) {
    await target.markUnfinished(false);
    throw error;
  }
};

/** Why a record of the target does not fit the source, if it does not. A password may have been changed since, and the source's counts. */
const misfit = (kind: RecordKind, name: string, from: Buffer | undefined, to: Buffer | undefined, gone: ReadonlySet<string>): VaultRefusal | null => {
  if (to === undefined) return null;
  if (from === undefined) return kind === 'keys' && gone.has(name) ? null : 'ahead';
  if (kind === 'credentials' || from.equals(to)) return null;
  return kind === 'subjects' && gone.has(to.toString('utf8')) ? null : 'differs';
}; // prettier-ignore

/**
 * Refuses a target that holds what the source does not: that is another vault, or the later one of the two. What was erased
 * in the target is never brought back. Revoked tokens run out by themselves, earlier in the one than in the other.
 */
const checkNothingBeyond = async ({ source, target }: Vaults, tell: Tell): Promise<void> => {
  const gone = await source.erased();
  for await (const names of inBatches(fromSet(await target.erased())))
    for (const name of (await source.read('keys', names)).keys()) throw new VaultRefused('ahead', { kind: 'keys', name });
  for (const kind of RECORD_KINDS) {
    if (kind === 'revoked-tokens') continue;
    for await (const names of inBatches(target.names(kind))) {
      const [from, to] = [await source.read(kind, names), await target.read(kind, names)];
      for (const name of names) {
        const reason = misfit(kind, name, from.get(name), to.get(name), gone);
        if (reason !== null) throw new VaultRefused(reason, { kind, name });
      }
      await tell(names.length);
    }
  }
  const known = await namesOf(source, 'contents');
  for await (const name of target.names('contents'))
    if (!known.has(name)) throw new VaultRefused('ahead', { kind: 'contents', name });
};

async function* fromSet(names: ReadonlySet<string>): AsyncGenerator<string> {
  yield* names;
  await turn();
}

const namesOf = async (records: VaultRecords, kind: HeldKind): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  for await (const name of records.names(kind)) names.add(name);
  return names;
};

/** Hands on what the target does not hold, or holds otherwise, batch by batch. */
const eachDifference = async ({ source, target }: Vaults, tell: Tell, take: (kind: RecordKind, records: ReadonlyMap<string, Buffer>) => Promise<void>): Promise<number> => {
  let count = 0;
  for (const kind of RECORD_KINDS)
    for await (const names of inBatches(source.names(kind))) {
      const [from, to] = [await source.read(kind, names), await target.read(kind, names)];
      const other = new Map([...from].filter(([name, value]) => to.get(name)?.equals(value) !== true));
      if (other.size > 0) await take(kind, other);
      count += other.size;
      await tell(names.length);
    }
  return count;
}; // prettier-ignore

/** What a content's file cannot give, for want of rights or of a whole disk, is named; what a server cannot has its words. */
async function* bytesOf(records: VaultRecords, name: string): AsyncGenerator<Buffer> {
  try {
    yield* records.content(name) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).syscall === undefined
      ? cause
      : new VaultRefused('unreadable', { kind: 'contents', name }, { cause });
  }
}

const copyContents = async ({ source, target }: Vaults, tell: Tell): Promise<number> => {
  const held = await namesOf(target, 'contents');
  let count = 0;
  for await (const sha256 of source.names('contents')) {
    if (!held.has(sha256)) {
      await target.putContent(sha256, bytesOf(source, sha256));
      count += 1;
    }
    await tell(1);
  }
  return count;
};

/** Everything once more, from what the target answers now: records against the source, contents against their names. */
const verify = async (vaults: Vaults, tell: Tell): Promise<number> => {
  const changed = (reason: VaultRefusal) => (error: unknown) => {
    throw error instanceof VaultRefused && error.reason !== 'stopped' ? new VaultRefused(reason, error.thing) : error;
  };
  await checkNothingBeyond(vaults, () => Promise.resolve()).catch(changed('changed'));
  const { source, target } = vaults;
  await eachDifference(vaults, tell, (kind, records) =>
    Promise.reject(new VaultRefused('changed', { kind, name: [...records.keys()][0] ?? '' })),
  );
  for await (const names of inBatches(fromSet(await source.erased())))
    for (const name of (await target.read('keys', names)).keys()) throw new VaultRefused('changed', { kind: 'keys', name });
  const held = await namesOf(target, 'contents');
  for await (const name of source.names('contents')) {
    if (!held.has(name)) throw new VaultRefused('changed', { kind: 'contents', name });
    const hash = createHash('sha256');
    for await (const part of bytesOf(target, name)) hash.update(part);
    if (hash.digest('hex') !== name) throw new VaultRefused('damaged', { kind: 'contents', name });
    await tell(1);
  }
  return held.size;
};

/**
 * Copies everything that a vault holds: keys, credentials, signed-out tokens, erasures, and contents. What the target holds
 * already is compared and kept, so that a copy that was cut off goes on, and one that is repeated changes nothing. Refused
 * before anything is written (`VaultRefused`) where the target is not an earlier state of the same vault. At the end all of
 * it is read again from the target; until then no service opens it.
 */
export const copyVault = async (source: VaultRecords, target: VaultRecords, onCopied: OnVaultCopied): Promise<VaultCopied> => {
  const vaults = { source, target };
  await checkIdentity(vaults);
  await checkNothingBeyond(vaults, telling('check', await countAll(target, RECORD_KINDS), onCopied));
  const [records, contents] = [await countAll(source, RECORD_KINDS), await source.count('contents')];
  await markTarget(vaults);
  await target.erase(await source.erased());
  const written = await eachDifference(vaults, telling('records', records, onCopied), target.write);
  const stored = await copyContents(vaults, telling('contents', contents, onCopied));
  const held = await verify(vaults, telling('verify', records + contents, onCopied));
  await target.markUnfinished(false);
  return { records, contents: held, fresh: written + stored };
};

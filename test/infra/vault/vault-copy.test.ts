import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, it } from 'vitest';
import { copyVaultBetween, type VaultCopyOptions } from '../../../src/copy-vault.ts';
import { answer } from '../../../src/infra/answer.ts';
import { openContentStore, type ContentStore } from '../../../src/infra/vault/content-store.ts';
import { DirectoryTaken, takeDirectory } from '../../../src/infra/data-directory.ts';
import { openMongoContentStore } from '../../../src/infra/mongo/content-store.ts';
import { openMongoVaultRecords } from '../../../src/infra/mongo/vault-records.ts';
import { openMongoVault } from '../../../src/infra/mongo/vault.ts';
import { copyVault } from '../../../src/infra/vault/vault-copy.ts';
import { openFileVaultRecords } from '../../../src/infra/vault/vault-file-records.ts';
import { RECORD_KINDS, type VaultRecords } from '../../../src/infra/vault/vault-records.ts';
import { openVault, SERVICE_KEYS, type Vault } from '../../../src/infra/vault/vault.ts';
import { wordsFor } from '../../../src/refusals.ts';
import { freshFolders } from '../../support/folders.ts';
import { freshDatabases, MONGO_TEST_URL } from '../../support/mongo.ts';

const fresh = freshFolders();
const freshDatabase = freshDatabases();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** As a service has it. */
type Kept = { readonly vault: Vault; readonly contents: ContentStore };
type Kind = 'files' | 'mongodb';
const fileOf = (place: string): string => place.slice('file:'.length);
const KINDS: Readonly<
  Record<Kind, { place: () => string; serve: (place: string) => Promise<Kept>; records: (place: string) => VaultRecords }>
> = {
  files: {
    place: () => `file:${join(fresh(), 'vault')}`,
    serve: (place) => answer(() => ({ vault: openVault(fileOf(place)), contents: openContentStore(fileOf(place)) })),
    records: (place) => openFileVaultRecords(fileOf(place)),
  },
  mongodb: {
    place: freshDatabase,
    serve: async (address) => {
      const [vault, contents] = [await openMongoVault({ address }), await openMongoContentStore({ address })];
      closers.push(vault.close, contents.close);
      return { vault, contents };
    },
    records: openMongoVaultRecords,
  },
};
const PAIRS: readonly (readonly [Kind, Kind])[] = [
  ['files', 'files'],
  ['files', 'mongodb'],
  ['mongodb', 'files'],
  ['mongodb', 'mongodb'],
];
const reachable = (...kinds: readonly Kind[]): boolean => MONGO_TEST_URL !== undefined || !kinds.includes('mongodb');

const copy = (from: string, to: string, part: Partial<VaultCopyOptions> = {}) =>
  copyVaultBetween({ from, to, environment: {}, onCopied: () => undefined, ...part });
const refused = (copying: Promise<unknown>, reason: string, thing: object | null = null) =>
  expect(copying).rejects.toMatchObject({ name: 'VaultRefused', reason, thing });

const store = async ({ contents }: Kept, bytes: Buffer): Promise<string> => {
  const chunk = { start: 0, end: bytes.length - 1, total: bytes.length, bytes: Readable.from([bytes]) };
  const done = await contents.put(randomUUID(), chunk);
  if (!done.done) throw new Error('not stored');
  return done.sha256;
};
const [ANN, BEN, CAT, NEW] = ['ann', 'ben', 'cat', 'new'].map((name) => `00000000-0000-4000-8000-000000000${name}`) as [string, string, string, string]; // prettier-ignore
/** More than two pieces of a database. */
const LARGE = Buffer.alloc(2_500_000, '企业名称,甲\n');

/** A vault with everything that one may hold; `ben` was erased and has a key again, `cat` was erased for good. */
const fill = async (kept: Kept) => {
  const { vault } = kept;
  const keys = { ann: await vault.keyOf(ANN), ben: await vault.keyOf(BEN), cat: await vault.keyOf(CAT) };
  await vault.erase(BEN);
  await vault.erase(CAT);
  const benAgain = await vault.keyOf(BEN);
  await vault.setCredential(ANN, 'stored form of ann');
  await vault.revokeToken('jti-1', 4_000_000_000);
  const contents = [await store(kept, Buffer.from('姓名\n甲\n')), await store(kept, LARGE)];
  await kept.contents.put('on its way', { start: 0, end: 3, total: 8, bytes: Readable.from([Buffer.from('abcd')]) });
  return { ...keys, benAgain, contents };
};

/** All that a vault holds, contents by what their bytes hash to. */
const all = async (records: VaultRecords): Promise<Record<string, unknown>> => {
  const held: Record<string, unknown> = { erased: [...(await records.erased())].sort() };
  for (const kind of RECORD_KINDS) {
    const names: string[] = [];
    for await (const name of records.names(kind)) names.push(name);
    expect(await records.count(kind)).toBe(names.length);
    const read = await records.read(kind, names);
    held[kind] = names.sort().map((name) => `${name} ${read.get(name)?.toString('hex') ?? 'missing'}`);
  }
  const hashes: string[] = [];
  for await (const name of records.names('contents')) {
    const hash = createHash('sha256').update(await buffer(records.content(name))).digest('hex'); // prettier-ignore
    hashes.push(`${name} ${String(hash === name)}`);
  }
  held['contents'] = hashes.sort();
  await records.close();
  return held;
};

/** Files know an erased key only by the subject that names it still. */
const without = ({ erased: _, ...rest }: Record<string, unknown>): Record<string, unknown> => rest;

describe.each(PAIRS)('a vault of %s copied to %s', (from, to) => {
  describe.skipIf(!reachable(from, to))('', { timeout: 60_000 }, () => {
    const start = async () => {
      const [source, target] = [KINDS[from].place(), KINDS[to].place()];
      const kept = await KINDS[from].serve(source);
      return { source, target, kept, filled: await fill(kept) };
    };

    it('is the same to a service: keys, erasures, credentials, tokens and contents', async () => {
      const { source, target, kept, filled } = await start();
      const said: string[] = [];
      expect(await copy(source, target, { onCopied: (...progress) => said.push(progress.join(' ')) })).toEqual({ records: 11, contents: 2, fresh: 13 }); // prettier-ignore
      expect(said.at(-1)).toBe('verify 13 13');
      expect(new Set(said.map((line) => line.split(' ')[0]))).toEqual(new Set(['check', 'records', 'contents', 'verify']));
      expect(await all(KINDS[to].records(target))).toMatchObject({
        ...without(await all(KINDS[from].records(source))),
        erased: expect.arrayContaining([filled.cat.keyId]) as string[],
      });

      const moved = await KINDS[to].serve(target);
      for (const name of SERVICE_KEYS) expect(moved.vault.serviceKey(name)).toEqual(kept.vault.serviceKey(name));
      expect(await moved.vault.keyOf(ANN)).toEqual(filled.ann);
      expect(await moved.vault.keyOf(BEN)).toEqual(filled.benAgain);
      for (const { keyId } of [filled.ben, filled.cat]) expect(await moved.vault.keyById(keyId)).toBeUndefined();
      expect((await moved.vault.keyOf(CAT)).keyId).not.toBe(filled.cat.keyId);
      expect(await moved.vault.credential(ANN)).toBe('stored form of ann');
      expect(await moved.vault.revokedTokens(1)).toEqual(new Map([['jti-1', 4_000_000_000]]));
      expect((await buffer(moved.contents.open(filled.contents[1] ?? '', 0, LARGE.length - 1))).equals(LARGE)).toBe(true);
      expect(await moved.contents.size(filled.contents[1] ?? '')).toBe(LARGE.length);
    });

    it('changes nothing the second time, and brings what is new, changed or erased the third', async () => {
      const { source, target, kept, filled } = await start();
      await copy(source, target);
      const before = await all(KINDS[to].records(target));
      expect(await copy(source, target)).toEqual({ records: 11, contents: 2, fresh: 0 });
      expect(await all(KINDS[to].records(target))).toEqual(before);

      await kept.vault.erase(ANN);
      const added = await kept.vault.keyOf(NEW);
      await kept.vault.setCredential(ANN, 'another stored form');
      const content = await store(kept, Buffer.from('乙'));
      expect(await copy(source, target)).toEqual({ records: 12, contents: 3, fresh: 4 });
      const moved = await KINDS[to].serve(target);
      expect(await moved.vault.keyById(filled.ann.keyId)).toBeUndefined();
      expect(await moved.vault.keyOf(NEW)).toEqual(added);
      expect(await moved.vault.credential(ANN)).toBe('another stored form');
      expect((await buffer(moved.contents.open(content, 0, 2))).toString()).toBe('乙');
    });

    it.each(['records:6', 'contents:1', 'verify:12'])(
      'and killed at %s goes on, and no service opens it until it has come to its end',
      async (after) => {
        const { source, target } = await start();
        const killed = await child('vault', source, target, after);
        expect(killed.signal).toBe('SIGKILL');
        await expect(KINDS[to].serve(target)).rejects.toThrow('has not come to its end');
        await refused(copy(target, KINDS[from].place()), 'unfinished');
        const ended = await copy(source, target);
        expect(ended).toMatchObject({ records: 11, contents: 2 });
        expect(await all(KINDS[to].records(target))).toMatchObject(without(await all(KINDS[from].records(source))));
        await KINDS[to].serve(target);
      },
    );

    it('by a signal stops, says so, and goes on', async () => {
      const { source, target } = await start();
      const stopping = new AbortController();
      const onCopied = (stage: string, done: number): void => { if (stage === 'contents' && done === 1) setImmediate(() => { stopping.abort(); }); }; // prettier-ignore
      await refused(copy(source, target, { onCopied, signal: stopping.signal }), 'stopped');
      const { fresh: rest } = await copy(source, target);
      expect(rest).toBeLessThan(2);
    });

    it('keeps nothing of a content that is not what its hash says', async () => {
      const { target, filled } = await start();
      const records = KINDS[to].records(target);
      const broken = async function* (): AsyncGenerator<Buffer> {
        yield LARGE.subarray(0, 2_000_000);
        await Promise.resolve();
        throw new Error('the source broke');
      };
      const name = filled.contents[1] ?? '';
      await expect(records.putContent(name, broken())).rejects.toThrow('the source broke');
      await refused(records.putContent(name, Readable.from([LARGE.subarray(1)])), 'damaged', { kind: 'contents', name });
      expect(await records.count('contents')).toBe(0);
      await records.putContent(name, Readable.from([LARGE]));
      expect((await buffer(records.content(name))).equals(LARGE)).toBe(true);
      await records.close();
      if (to === 'files') expect(readdirSync(join(fileOf(target), 'uploads'))).toEqual([]);
    });

    it('finds what changed in the target while it was copied', async () => {
      const { source, target } = await start();
      const records = KINDS[to].records(target);
      let changing: Promise<void> | undefined;
      const onCopied = (stage: string): void => { if (stage === 'contents') changing ??= records.write('credentials', new Map([[ANN, Buffer.from('of somebody else')]])); }; // prettier-ignore
      await refused(copy(source, target, { onCopied }), 'changed', { kind: 'credentials', name: ANN });
      await changing;
      await records.close();
      await expect(KINDS[to].serve(target)).rejects.toThrow('has not come to its end');
      expect(await copy(source, target)).toMatchObject({ fresh: 1 });
    });
  });

  describe.skipIf(!reachable(from, to))('is refused, and nothing changed,', { timeout: 60_000 }, () => {
    const pair = async () => {
      const [source, target] = [KINDS[from].place(), KINDS[to].place()];
      const kept = await KINDS[from].serve(source);
      await fill(kept);
      return { source, target, kept };
    };

    it('from where there is none, and over one that a service has begun', async () => {
      const { source, target } = await pair();
      await refused(copy(KINDS[from].place(), target), 'no-vault');
      await KINDS[to].serve(target);
      const before = await all(KINDS[to].records(target));
      await refused(copy(source, target), 'other-vault');
      expect(await all(KINDS[to].records(target))).toEqual(before);
    });

    it('over one that went on: a key, a credential, or a content more', async () => {
      const { source, target } = await pair();
      await copy(source, target);
      const moved = await KINDS[to].serve(target);
      const content = await store(moved, Buffer.from('丙'));
      await refused(copy(source, target), 'ahead', { kind: 'contents', name: content });
      await moved.vault.setCredential(NEW, 'stored form of new');
      await refused(copy(source, target), 'ahead', { kind: 'credentials', name: NEW });
      const { keyId } = await moved.vault.keyOf(NEW);
      await refused(copy(source, target), 'ahead', { kind: 'keys', name: keyId });
      expect(await moved.vault.credential(NEW)).toBe('stored form of new');
    });

    it('where it would bring an erased key back', async () => {
      const { source, target } = await pair();
      await copy(source, target);
      const moved = await KINDS[to].serve(target);
      const { keyId } = await moved.vault.keyOf(ANN);
      await moved.vault.erase(ANN);
      await refused(copy(source, target), 'ahead', { kind: 'keys', name: keyId });
      expect(await moved.vault.keyById(keyId)).toBeUndefined();
    });

    it('where a record of the same name is another', async () => {
      const { source, target } = await pair();
      await copy(source, target);
      const records = KINDS[to].records(target);
      const other = (await (await KINDS[from].serve(source)).vault.keyOf(BEN)).keyId;
      await records.write('subjects', new Map([[ANN, Buffer.from(other)]]));
      await records.close();
      await refused(copy(source, target), 'differs', { kind: 'subjects', name: ANN });
    });
  });
});

const CHILD = fileURLToPath(new URL('../../support/copy-child.ts', import.meta.url));
const child = async (...args: readonly string[]) => {
  const running = spawn(process.execPath, ['--import', 'tsx', CHILD, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code, signal] = (await once(running, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
};

describe('a vault of files', () => {
  it('is not copied while a service has either of its folders, nor where others may read it', async () => {
    const [source, target] = [KINDS.files.place(), KINDS.files.place()];
    await fill(await KINDS.files.serve(source));
    for (const held of [source, target]) {
      const taken = takeDirectory(join(fileOf(held), '..'));
      await expect(copy(source, target)).rejects.toThrow(DirectoryTaken);
      taken.release();
    }
    const elsewhere = fresh();
    const taken = takeDirectory(elsewhere);
    await expect(copy(source, target, { environment: { DATA_DIR: elsewhere, VAULT: source } })).rejects.toThrow(DirectoryTaken);
    taken.release();
    expect(await copy(source, target)).toMatchObject({ contents: 2 });
  });

  it('with a content that is damaged ends no copy', async () => {
    const [source, target] = [KINDS.files.place(), KINDS.files.place()];
    const { contents } = await fill(await KINDS.files.serve(source));
    const name = contents[0] ?? '';
    const path = join(fileOf(source), 'contents', name.slice(0, 2), name);
    const whole = readFileSync(path);
    writeFileSync(path, 'spoilt');
    await refused(copy(source, target), 'damaged', { kind: 'contents', name });
    writeFileSync(path, whole);
    expect(await copy(source, target)).toMatchObject({ contents: 2 });
    // What was copied goes bad where it lies.
    writeFileSync(join(fileOf(target), 'contents', name.slice(0, 2), name), 'spoilt');
    await refused(copy(source, target), 'damaged', { kind: 'contents', name });
  });

  it('with a content that cannot be read names it and the cause, and goes on once it can', async () => {
    const [source, target] = [KINDS.files.place(), KINDS.files.place()];
    const { contents } = await fill(await KINDS.files.serve(source));
    const name = contents[0] ?? '';
    const path = join(fileOf(source), 'contents', name.slice(0, 2), name);
    renameSync(path, `${path}.away`);
    // Tests may run as root, whom no mode keeps out.
    mkdirSync(path);
    const copying = copy(source, target).catch((error: unknown) => error);
    expect(await copying).toMatchObject({ name: 'VaultRefused', reason: 'unreadable', thing: { kind: 'contents', name } });
    expect(wordsFor(await copying)).toMatch(new RegExp(`A content cannot be read.*\\(contents ${name}: EISDIR\\)$`));
    rmdirSync(path);
    renameSync(`${path}.away`, path);
    expect(await copy(source, target)).toMatchObject({ contents: 2 });
    const there = path.replace(fileOf(source), fileOf(target));
    rmSync(there);
    mkdirSync(there);
    await refused(copy(source, target), 'unreadable', { kind: 'contents', name });
  });

  it('that a copy has begun is opened by no service because the source went away when the copy went on', async () => {
    const [source, target] = [KINDS.files.place(), KINDS.files.place()];
    await fill(await KINDS.files.serve(source));
    const [from, to] = [KINDS.files.records(source), KINDS.files.records(target)];
    const stopped = (stage: string): void => { if (stage === 'contents') throw new Error('stopped'); }; // prettier-ignore
    await expect(copyVault(from, to, stopped)).rejects.toThrow('stopped');
    let asked = 0;
    const away = { ...from, isUnfinished: () => (asked++ === 0 ? Promise.resolve(false) : Promise.reject(new Error('away'))) };
    await copyVault(away, to, stopped).catch(() => undefined);
    await expect(KINDS.files.serve(target)).rejects.toThrow('has not come to its end');
  });

  it('is not copied onto itself by another path, and serves on', async () => {
    const source = KINDS.files.place();
    await fill(await KINDS.files.serve(source));
    const link = `${source}-too`;
    symlinkSync(fileOf(source), fileOf(link));
    await refused(copy(source, link), 'same');
    await refused(copy(link, source), 'same');
    await KINDS.files.serve(source);
  });

  it('is not copied onto itself', async () => {
    const source = KINDS.files.place();
    await expect(copy(source, source)).rejects.toThrow(/--to: must not be the vault of --from/);
    await expect(copy('mongodb://a:1/x', 'mongodb://b:c@a:1/x')).rejects.toThrow(/--to: must not be the vault of --from/);
    await expect(copy('mongodb://a:1', 'mongodb://a:1/hongzhang-vault')).rejects.toThrow(/must not be the vault of --from/);
    await expect(copy('sqlite:x', 'esdb://ops:geheim@a')).rejects.toThrow(
      /--from: must be file:[^]*--to: must be file:(?![^]*geheim)/,
    );
  });
});

describe.skipIf(MONGO_TEST_URL === undefined)('a vault in a database', { timeout: 60_000 }, () => {
  it('is not copied onto itself by another name of its server, and serves on', async () => {
    const source = KINDS.mongodb.place();
    await fill(await KINDS.mongodb.serve(source));
    await refused(copy(source, source.replace('127.0.0.1', 'localhost')), 'same');
    await KINDS.mongodb.serve(source);
  });

  it('leaves nothing of an erased key, nor of a content that was cut off, in the target', async () => {
    const [source, target] = [KINDS.files.place(), KINDS.mongodb.place()];
    const kept = await KINDS.files.serve(source);
    const { ann, contents } = await fill(kept);
    await copy(source, target);
    await kept.vault.erase(ANN);
    await copy(source, target);
    const client = new MongoClient(target);
    closers.push(() => client.close());
    expect(await client.db().collection<{ _id: string }>('keys').findOne({ _id: ann.keyId })).toEqual({ _id: ann.keyId, erasedAt: expect.any(Date) as Date }); // prettier-ignore
    const counts = ['contents.files', 'contents.chunks', 'uploads', 'copy'].map((name) =>
      client.db().collection(name).countDocuments(),
    );
    expect(await Promise.all(counts)).toEqual([contents.length, 4, 0, 0]);
  });
});

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Binary, ObjectId, type Collection as Documents, type Db, type Filter } from 'mongodb';
import { VaultRefused, type HeldKind, type RecordKind, type Records, type VaultRecords } from '../vault/vault-records.ts';
import { databaseOf, isDuplicate, openClient, reaching, translated } from './client.ts';
import { contentsIn, makeContentIndexes, PIECE, pieceCutter } from './content-store.ts';
import { bytesOf, unfinishedCopy, type KeyEntry } from './vault.ts';

type Row = { readonly _id: string; readonly [field: string]: unknown };
type Shape = {
  readonly collection: string;
  readonly field: string;
  readonly stored: (value: Buffer) => unknown;
  readonly bytes: (stored: unknown) => Buffer;
};

const KEY = { field: 'key', stored: (value: Buffer) => new Binary(value), bytes: (stored: unknown) => bytesOf(stored as Binary) };
const TEXT = { stored: (value: Buffer) => value.toString('utf8'), bytes: (stored: unknown) => Buffer.from(String(stored)) };
const SHAPES: Readonly<Record<RecordKind, Shape>> = {
  'service-keys': { collection: 'serviceKeys', ...KEY },
  keys: { collection: 'keys', ...KEY },
  subjects: { collection: 'subjects', field: 'keyId', ...TEXT },
  credentials: { collection: 'credentials', field: 'credential', ...TEXT },
  'revoked-tokens': { collection: 'revokedTokens', field: 'expiresAt', ...TEXT, stored: (value) => Number(value.toString('utf8')) },
};
/** A key is never written over: an erased one would live again. */
const KEPT: readonly RecordKind[] = ['service-keys', 'keys'];

/** Names asked for at once. One page after the other, since a cursor does not outlive what is done between two of its pages. */
const PAGE = 1_000;

/** The contents of a vault, beside what its records hold. */
const contentRecords = (db: Db) => {
  const { files, pieces } = contentsIn(db);

  async function* partsOf(sha256: string): AsyncGenerator<Buffer> {
    try {
      const file = await files.findOne({ filename: sha256 });
      if (file === null) throw new VaultRefused('damaged', { kind: 'contents', name: sha256 });
      for await (const { data } of pieces.find({ files_id: file._id }).sort({ n: 1 })) yield bytesOf(data);
    } catch (error) {
      throw translated(error);
    }
  }

  /** The same id each time: what a copy that was cut off has left is written over, and nothing of it stays. */
  const putContent = async (sha256: string, bytes: AsyncIterable<Buffer>): Promise<void> => {
    await makeContentIndexes(db);
    const file = new ObjectId(sha256.slice(0, 24));
    const hash = createHash('sha256');
    let length = 0;
    const cutter = pieceCutter(0, Buffer.alloc(0), async (n, data) => {
      await pieces.updateOne({ files_id: file, n }, { $set: { data: new Binary(data) } }, { upsert: true });
    });
    for await (const part of bytes) {
      hash.update(part);
      length += part.length;
      await cutter.take(part);
    }
    await cutter.rest();
    if (hash.digest('hex') !== sha256) {
      await pieces.deleteMany({ files_id: file });
      throw new VaultRefused('damaged', { kind: 'contents', name: sha256 });
    }
    await files.insertOne({ _id: file, length, chunkSize: PIECE, uploadDate: new Date(), filename: sha256 });
  };
  return { files, content: (sha256: string): Readable => Readable.from(partsOf(sha256), { objectMode: false }), putContent };
};

/** A vault in MongoDB as a list of what it holds. */
export const openMongoVaultRecords = (address: string): VaultRecords => {
  const client = openClient(address);
  const db = databaseOf(client, 'hongzhang-vault');
  const { files, content, putContent } = contentRecords(db);
  const rowsOf = (kind: RecordKind): Documents<Row> => db.collection<Row>(SHAPES[kind].collection);
  const held = (kind: RecordKind): Filter<Row> => ({ [SHAPES[kind].field]: { $exists: true } });

  const page = async (kind: HeldKind, after: string): Promise<readonly string[]> => {
    if (kind === 'contents') {
      const found = files.find({ filename: { $gt: after } }, { projection: { filename: 1 } });
      return (await found.sort({ filename: 1 }).limit(PAGE).toArray()).map(({ filename }) => filename);
    }
    const found = rowsOf(kind).find({ ...held(kind), _id: { $gt: after } }, { projection: { _id: 1 } });
    return (await found.sort({ _id: 1 }).limit(PAGE).toArray()).map(({ _id }) => _id);
  };
  async function* names(kind: HeldKind): AsyncGenerator<string> {
    for (let last: string | undefined = ''; last !== undefined;) {
      const after: string = last;
      const found = await reaching(() => page(kind, after));
      yield* found;
      last = found.at(-1);
    }
  }

  const read = async (kind: RecordKind, wanted: readonly string[]): Promise<Records> => {
    const { field, bytes } = SHAPES[kind];
    const rows = await rowsOf(kind).find({ ...held(kind), _id: { $in: [...wanted] } }).toArray(); // prettier-ignore
    return new Map(rows.map((row) => [row._id, bytes(row[field])]));
  };

  const write = async (kind: RecordKind, records: Records): Promise<void> => {
    const { field, stored } = SHAPES[kind];
    const operator = KEPT.includes(kind) ? '$setOnInsert' : '$set';
    const updates = [...records].map(([_id, value]) => ({
      updateOne: { filter: { _id }, update: { [operator]: { [field]: stored(value) } }, upsert: true },
    }));
    await rowsOf(kind).bulkWrite(updates, { ordered: false });
  };

  const keys = db.collection<KeyEntry>('keys');
  const erase = async (keyIds: ReadonlySet<string>): Promise<void> => {
    for (const _id of keyIds) {
      const living = { _id, erasedAt: { $exists: false } };
      try {
        await keys.updateOne(living, { $unset: { key: 1 }, $currentDate: { erasedAt: true } }, { upsert: true });
      } catch (error) {
        // Erased here before.
        if (!isDuplicate(error)) throw error;
      }
    }
  };

  const unfinished = unfinishedCopy(db);
  return {
    count: (kind) => reaching(() => (kind === 'contents' ? files.countDocuments() : rowsOf(kind).countDocuments(held(kind)))),
    names,
    read: (kind, wanted) => reaching(() => read(kind, wanted)),
    write: (kind, records) => reaching(() => write(kind, records)),
    erased: () =>
      reaching(async () => {
        const rows = await keys.find({ erasedAt: { $exists: true } }, { projection: { _id: 1 } }).toArray();
        return new Set(rows.map(({ _id }) => _id));
      }),
    erase: (keyIds) => reaching(() => erase(keyIds)),
    content,
    putContent: (sha256, bytes) => reaching(() => putContent(sha256, bytes)),
    isUnfinished: () => reaching(unfinished.is),
    markUnfinished: (is) => reaching(() => unfinished.mark(is)),
    close: () => client.close(),
  };
};

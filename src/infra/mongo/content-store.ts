import { createHash, randomUUID } from 'node:crypto';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { pipeline as passing } from 'node:stream/promises';
import { Binary, GridFSBucket, ObjectId, type Db } from 'mongodb';
import { DomainError } from '../../domain/domain-error.ts';
import { checkLimits, uploadId, type Chunk, type ContentStore, type Uploaded } from '../vault/content-store.ts';
import { databaseOf, isDuplicate, openClient, reaching, translated } from './client.ts';
import { bytesOf } from './vault.ts';

/** Bytes of one piece in the database. */
export const PIECE = 1_048_576;
/** How long a node may be busy with one chunk before another may take the upload over. Longer than any request lives. Milliseconds. */
const HELD = 120_000;

/** An upload on its way: the file its pieces are put into, how many bytes of it count, and the node that is at it. */
type Upload = {
  readonly _id: string;
  readonly file: ObjectId;
  readonly next: number;
  readonly holder: string;
  readonly heldUntil: number;
  /** The content that it became, for the repeat of its last chunk. */
  readonly done?: string;
};
type Piece = { readonly _id: ObjectId; readonly files_id: ObjectId; readonly n: number; readonly data: Binary };
type File = {
  readonly _id: ObjectId;
  readonly length: number;
  readonly chunkSize: number;
  readonly uploadDate: Date;
  readonly filename: string;
};

export type MongoContentStore = ContentStore & { readonly close: () => Promise<void> };

/** The entries of contents, and the pieces of these and of uploads. */
export const contentsIn = (db: Db) => ({
  files: db.collection<File>('contents.files'),
  pieces: db.collection<Piece>('contents.chunks'),
});

/** Every content once, every piece once. */
export const makeContentIndexes = async (db: Db): Promise<void> => {
  const { files, pieces } = contentsIn(db);
  await files.createIndexes([{ key: { filename: 1 }, unique: true }]);
  await pieces.createIndexes([{ key: { files_id: 1, n: 1 }, unique: true }]);
};

/** Cuts what comes into pieces; `rest` is what does not fill one yet. */
export const pieceCutter = (have: number, begun: Buffer, save: (n: number, data: Buffer) => Promise<void>) => {
  let n = Math.floor(have / PIECE);
  let parts = [begun];
  let held = begun.length;
  return {
    take: async (part: Buffer): Promise<void> => {
      parts.push(part);
      held += part.length;
      if (held < PIECE) return;
      let all = Buffer.concat(parts);
      for (; all.length >= PIECE; all = all.subarray(PIECE)) await save(n++, all.subarray(0, PIECE));
      [parts, held] = [[all], all.length];
    },
    rest: async (): Promise<void> => {
      if (held > 0) await save(n, Buffer.concat(parts));
    },
  };
};

/**
 * Contents in GridFS, each a file named by its SHA-256. The pieces of an upload are those of its file from the first on,
 * so that nothing is copied in the end; the file's entry, which makes it a content, is written last. Bytes that came
 * after the counted ones are written over by what comes next.
 */
export const openMongoContentStore = async ({ address }: { readonly address: string }): Promise<MongoContentStore> => {
  const client = openClient(address);
  const db = databaseOf(client, 'hongzhang-vault');
  const bucket = new GridFSBucket(db, { bucketName: 'contents', chunkSizeBytes: PIECE });
  const { files, pieces } = contentsIn(db);
  const uploads = db.collection<Upload>('uploads');
  /** Uploads that this node is at: no need to ask. */
  const busy = new Set<string>();

  async function* piecesFrom(sha256: string, start: number, end: number): AsyncGenerator<Buffer> {
    try {
      yield* bucket.openDownloadStreamByName(sha256, { revision: 0, start, end: end + 1 }) as AsyncIterable<Buffer>;
    } catch (error) {
      // That there is no such content is no matter of the connection.
      throw (error as { readonly code?: unknown }).code === 'ENOENT' ? error : translated(error);
    }
  }
  const contentFrom = (sha256: string, start: number, end: number): Readable =>
    Readable.from(piecesFrom(sha256, start, end), { objectMode: false });

  /** Takes the upload for this call. Throws `content.upload-busy` while another has it. */
  const hold = async (id: string): Promise<Upload> => {
    const [holder, now] = [randomUUID(), Date.now()];
    const fresh = { _id: id, file: new ObjectId(), next: 0, holder, heldUntil: now + HELD };
    try {
      await uploads.insertOne(fresh);
      return fresh;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    const held = { $set: { holder, heldUntil: now + HELD } };
    const found = await uploads.findOneAndUpdate({ _id: id, heldUntil: { $lte: now } }, held, { returnDocument: 'after' });
    if (found === null) throw new DomainError('content.upload-busy');
    return found;
  };

  /** Counts what has come; no longer where another node has taken the upload over. */
  const advance = async ({ _id, holder }: Upload, changed: Partial<Pick<Upload, 'next' | 'file' | 'done'>>): Promise<void> => {
    if ((await uploads.updateOne({ _id, holder }, { $set: changed })).matchedCount === 0)
      throw new DomainError('content.upload-busy');
  };

  /** Removes the pieces of a file, unless it has become a content. */
  const discard = async (file: ObjectId): Promise<void> => {
    if ((await files.findOne({ _id: file })) === null) await pieces.deleteMany({ files_id: file });
  };

  const begun = async ({ file, next }: Upload): Promise<Buffer> => {
    if (next % PIECE === 0) return Buffer.alloc(0);
    const piece = await pieces.findOne({ files_id: file, n: Math.floor(next / PIECE) });
    if (piece === null) throw new Error(`a piece of upload ${file.toHexString()} is missing`);
    return bytesOf(piece.data).subarray(0, next % PIECE);
  };

  const finish = async (upload: Upload, total: number, isOneOfMany: boolean): Promise<Uploaded> => {
    const { _id, file } = upload;
    const hash = createHash('sha256');
    const count = Math.ceil(total / PIECE);
    let length = 0;
    for await (const { data } of pieces.find({ files_id: file, n: { $lt: count } }).sort({ n: 1 })) {
      const bytes = bytesOf(data);
      hash.update(bytes);
      length += bytes.length;
    }
    if (length !== total) throw new Error(`upload ${_id} has ${String(length)} bytes of ${String(total)}`);
    await pieces.deleteMany({ files_id: file, n: { $gte: count } });
    const sha256 = hash.digest('hex');
    try {
      await files.insertOne({ _id: file, length: total, chunkSize: PIECE, uploadDate: new Date(), filename: sha256 });
    } catch (error) {
      // That content is there, or this very file became it before a crash.
      if (!isDuplicate(error)) throw error;
      await discard(file);
    }
    // Whoever gets no answer sends the last chunk again; the only one is sent as a whole.
    if (isOneOfMany) await advance(upload, { file: new ObjectId(), next: 0, done: sha256 });
    else await uploads.deleteOne({ _id, holder: upload.holder });
    return { done: true, sha256, bytes: total };
  };

  /** The result again for the last chunk of an upload that is done, if it says what it said; null for any other chunk. */
  const repeated = async ({ next, done }: Upload, { start, end, total, bytes }: Chunk): Promise<Uploaded | null> => {
    if (start === 0 || end + 1 !== total || next > 0 || done === undefined) return null;
    const [given, known] = [createHash('sha256'), createHash('sha256')];
    await passing(bytes, given);
    await passing(contentFrom(done, start, end), known);
    if (!given.digest().equals(known.digest())) throw new DomainError('content.chunk-out-of-order', { next: 0 });
    return { done: true, sha256: done, bytes: total };
  };

  const write = async (held: Upload, { start, end, total, bytes }: Chunk): Promise<Uploaded> => {
    let upload = held;
    if (start === 0 && upload.next > 0) {
      const fresh = { file: new ObjectId(), next: 0 };
      await advance(upload, fresh);
      await discard(upload.file);
      upload = { ...upload, ...fresh };
    }
    const { file, next: have } = upload;
    if (start !== have) {
      bytes.resume();
      if (have === total && end < have) return finish(upload, total, start > 0);
      if (start < have && end < have) return { done: false, next: have };
      throw new DomainError('content.chunk-out-of-order', { next: have });
    }
    const save = async (n: number, data: Buffer): Promise<void> => {
      await pieces.updateOne({ files_id: file, n }, { $set: { data: new Binary(data) } }, { upsert: true });
    };
    const cutter = pieceCutter(have, await begun(upload), save);
    let received = 0;
    const count = async (): Promise<number> => {
      await cutter.rest();
      await advance(upload, { next: have + received });
      return have + received;
    };
    try {
      for await (const part of bytes as AsyncIterable<Buffer>) {
        if (received + part.length > end - start + 1) throw new DomainError('content.chunk-length', { next: have });
        await cutter.take(part);
        received += part.length;
      }
    } catch (error) {
      if (!(error instanceof DomainError)) await count();
      throw error;
    }
    const size = await count();
    if (size !== end + 1) throw new DomainError('content.chunk-length', { next: size });
    return size === total ? finish(upload, total, start > 0) : { done: false, next: size };
  };

  const writeHeld = async (upload: Upload, chunk: Chunk): Promise<Uploaded> => {
    try {
      return (await repeated(upload, chunk)) ?? (await write(upload, chunk));
    } finally {
      await uploads.updateOne({ _id: upload._id, holder: upload.holder }, { $set: { heldUntil: 0 } });
    }
  };

  const put = async (key: string, chunk: Chunk): Promise<Uploaded> => {
    checkLimits(chunk);
    // Listened to from now on: it may end or break while the database is asked.
    const bytes = new PassThrough();
    pipeline(chunk.bytes, bytes, () => undefined);
    const id = uploadId(key, chunk);
    if (busy.has(id)) throw new DomainError('content.upload-busy');
    busy.add(id);
    try {
      return await writeHeld(await hold(id), { ...chunk, bytes });
    } finally {
      busy.delete(id);
    }
  };

  await reaching(() => makeContentIndexes(db));
  return {
    put: (key, chunk) => reaching(() => put(key, chunk)),
    size: (sha256) =>
      reaching(async () => {
        const file = await files.findOne({ filename: sha256 }, { projection: { length: 1 } });
        if (file === null) throw new Error(`no content ${sha256}`);
        return file.length;
      }),
    open: contentFrom,
    close: () => client.close(),
  };
};

import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '../../domain/domain-error.ts';
import { answer } from '../answer.ts';
import { vaultPaths } from './vault-files.ts';

/** Makes a file or folder durable off the request loop: a gigabyte takes the disk seconds. */
export const synced = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Bytes of one content, and of one chunk of its upload. */
export const MAX_CONTENT = 1_073_741_824;
export const MAX_CHUNK = 16_777_216;

export type Chunk = { readonly start: number; readonly end: number; readonly total: number; readonly bytes: Readable };
export type Uploaded =
  { readonly done: false; readonly next: number } | { readonly done: true; readonly sha256: string; readonly bytes: number };

/**
 * Contents by their SHA-256. An upload comes in chunks in order; one that was stored before is skipped, and the last one
 * answers again as it did, so that a lost answer costs nothing. What is named by a hash is durable before anything refers to
 * it. Every adapter passes `test/contract/content-store.ts`.
 */
export type ContentStore = {
  /** Takes one chunk of an upload; `key` names the upload (a resource and an account). */
  readonly put: (key: string, chunk: Chunk) => Promise<Uploaded>;
  readonly size: (sha256: string) => Promise<number>;
  /** The content from one byte to another, both included. */
  readonly open: (sha256: string, start: number, end: number) => Readable;
};

/** Refuses a chunk that is too large, or is of a content that is. */
export const checkLimits = ({ start, end, total }: Chunk): void => {
  if (total > MAX_CONTENT) throw new DomainError('content.too-large', { limit: MAX_CONTENT });
  if (end - start + 1 > MAX_CHUNK) throw new DomainError('content.chunk-too-large', { limit: MAX_CHUNK });
};

/** The name of an upload: one person's, of one size. */
export const uploadId = (key: string, { total }: Chunk): string =>
  createHash('sha256')
    .update(`${key} ${String(total)}`)
    .digest('hex');

/** Contents as files of a directory. */
export const openContentStore = (directory: string): ContentStore => {
  const contents = `${directory}/contents`;
  const { content: pathOf, uploads } = vaultPaths(directory);
  for (const path of [contents, uploads]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const busy = new Set<string>();

  const hashOf = async (path: string): Promise<string> => {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  };

  /** Beside an upload that is done: its hash, for the repeat of its last chunk. */
  const doneOf = (path: string): string => `${path}.done`;

  /** The result again for the last chunk of an upload that is done, if it says what it said; null for any other chunk. */
  const repeated = async (path: string, { start, end, total, bytes }: Chunk): Promise<Uploaded | null> => {
    if (start === 0 || end + 1 !== total || existsSync(path) || !existsSync(doneOf(path))) return null;
    const sha256 = readFileSync(doneOf(path), 'utf8');
    const [given, known] = [createHash('sha256'), createHash('sha256')];
    await pipeline(bytes, given);
    await pipeline(createReadStream(pathOf(sha256), { start, end }), known);
    if (!given.digest().equals(known.digest())) throw new DomainError('content.chunk-out-of-order', { next: 0 });
    return { done: true, sha256, bytes: total };
  };

  const finish = async (path: string, isOneOfMany: boolean): Promise<Uploaded> => {
    const sha256 = await hashOf(path);
    const { size } = statSync(path);
    await synced(path);
    mkdirSync(`${contents}/${sha256.slice(0, 2)}`, { recursive: true, mode: 0o700 });
    // Before the upload is gone: whoever gets no answer sends the last chunk again, and all of it is here.
    if (isOneOfMany) writeFileSync(doneOf(path), sha256, { mode: 0o600 });
    renameSync(path, pathOf(sha256));
    await synced(`${contents}/${sha256.slice(0, 2)}`);
    return { done: true, sha256, bytes: size };
  };

  const write = async (path: string, { start, end, total, bytes }: Chunk): Promise<Uploaded> => {
    const have = existsSync(path) ? statSync(path).size : 0;
    if (start !== have) {
      bytes.resume();
      // All of it may be here and its end not: the process died, or was refused the rename.
      if (start < have && end < have) return have === total ? finish(path, start > 0) : { done: false, next: have };
      throw new DomainError('content.chunk-out-of-order', { next: have });
    }
    const most = end - start + 1;
    const within = async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      let received = 0;
      for await (const part of parts) {
        received += part.length;
        if (received > most) throw new DomainError('content.chunk-length', { next: have });
        yield part;
      }
    };
    const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
    const closed = new Promise<void>((resolve) => file.once('close', () => { resolve(); })); // prettier-ignore
    try {
      await pipeline(bytes, within, file);
    } catch (error) {
      // Not before the last write has come to the file: what follows counts on its size.
      await closed;
      if (error instanceof DomainError) truncateSync(path, have);
      throw error;
    }
    const size = statSync(path).size;
    if (size !== end + 1) throw new DomainError('content.chunk-length', { next: size });
    return size === total ? finish(path, start > 0) : { done: false, next: size };
  };

  return {
    put: async (key, chunk) => {
      checkLimits(chunk);
      const path = `${uploads}/${uploadId(key, chunk)}`;
      if (busy.has(path)) throw new DomainError('content.upload-busy');
      busy.add(path);
      try {
        if (chunk.start === 0) for (const old of [path, doneOf(path)]) rmSync(old, { force: true });
        return (await repeated(path, chunk)) ?? (await write(path, chunk));
      } finally {
        busy.delete(path);
      }
    },
    size: (sha256) => answer(() => statSync(pathOf(sha256)).size),
    open: (sha256, start, end) => createReadStream(pathOf(sha256), { start, end }),
  };
};

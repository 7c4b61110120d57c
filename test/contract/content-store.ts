import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/domain-error.ts';
import { MAX_CHUNK, MAX_CONTENT, type ContentStore, type Uploaded } from '../../src/infra/vault/content-store.ts';

const sha = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const CONTENT = '姓名,保障类别\n张三丰,城市低保\n李四,农村低保\n';
const BYTES = Buffer.from(CONTENT);
const LAST = BYTES.length - 1;
const DONE = { done: true, sha256: sha(BYTES), bytes: BYTES.length };
const refusalOf = async (outcome: Promise<unknown>): Promise<object> => {
  try {
    await outcome;
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('it was accepted');
};

/** Runs the port's promises against one adapter. `fresh` gives an empty place; what opens it twice is two processes, or a restart. */
export const contentStoreContract = (adapter: string, fresh: () => () => Promise<ContentStore>): void => {
  describe(`content store contract: ${adapter}`, () => {
    let open: () => Promise<ContentStore>;
    let contents: ContentStore;
    beforeEach(async () => {
      open = fresh();
      contents = await open();
    });
    /** Sends bytes start..end (inclusive) of a content; `sent` where the body is not what the range says. */
    const put = (
      start: number,
      end: number,
      sent: Buffer = BYTES.subarray(start, end + 1),
      total = BYTES.length,
      key = 'upload',
    ): Promise<Uploaded> => contents.put(key, { start, end, total, bytes: Readable.from(sent.length === 0 ? [] : [sent]) });

    describe('a content', () => {
      it('is stored whole under its hash', async () => {
        expect(await put(0, LAST)).toEqual(DONE);
        expect(await contents.size(DONE.sha256)).toBe(BYTES.length);
        expect(await buffer(contents.open(DONE.sha256, 0, LAST))).toEqual(BYTES);
      });

      it('is read from a byte to a byte, both included, after a restart too', async () => {
        await put(0, LAST);
        for (const store of [contents, await open()]) {
          expect(await text(store.open(DONE.sha256, 0, LAST))).toBe(CONTENT);
          expect(await buffer(store.open(DONE.sha256, 3, 5))).toEqual(BYTES.subarray(3, 6));
          expect(await buffer(store.open(DONE.sha256, LAST, LAST))).toEqual(BYTES.subarray(LAST));
        }
      });

      it('is there once, however often it is uploaded', async () => {
        await put(0, LAST, BYTES, BYTES.length, 'one');
        expect(await put(0, LAST, BYTES, BYTES.length, 'two')).toEqual(DONE);
        expect(await text(contents.open(DONE.sha256, 0, LAST))).toBe(CONTENT);
      });
    });

    describe('an upload in chunks', () => {
      it('goes on from where it is, and is no content before its last byte', async () => {
        expect(await put(0, 9)).toEqual({ done: false, next: 10 });
        await expect(contents.size(sha(BYTES.subarray(0, 10)))).rejects.toThrow();
        contents = await open();
        expect(await put(10, 19)).toEqual({ done: false, next: 20 });
        expect(await put(20, LAST)).toEqual(DONE);
      });

      it('skips what it has, so that a lost answer costs nothing', async () => {
        await put(0, 9);
        await put(10, 19);
        expect(await put(10, 19)).toEqual({ done: false, next: 20 });
        expect(await put(20, LAST)).toEqual(DONE);
      });

      it('whose last chunk comes again, the answer lost, is done again; after a restart too', async () => {
        await put(0, 9);
        expect(await put(10, LAST)).toEqual(DONE);
        expect(await put(10, LAST)).toEqual(DONE);
        contents = await open();
        expect(await put(10, LAST)).toEqual(DONE);
        const other = Buffer.from(BYTES.subarray(10)).fill('x');
        const refusal = { code: 'content.chunk-out-of-order', details: { next: 0 } };
        expect(await refusalOf(put(10, LAST, other))).toEqual(refusal);
        expect(await refusalOf(put(5, 9))).toEqual(refusal);
        await put(0, 9);
        expect(await put(10, LAST, other)).toMatchObject({ done: true, bytes: BYTES.length });
      });

      it('begins again with its first chunk', async () => {
        await put(0, 9, Buffer.alloc(10, 'x'));
        await put(0, 9);
        expect(await put(10, LAST)).toEqual(DONE);
      });

      it('refuses a chunk that leaves a gap or overlaps, and says where to go on', async () => {
        await put(0, 9);
        const refusal = { code: 'content.chunk-out-of-order', details: { next: 10 } };
        expect(await refusalOf(put(11, 19))).toEqual(refusal);
        expect(await refusalOf(put(5, 19))).toEqual(refusal);
        expect(await put(10, LAST)).toEqual(DONE);
      });

      it('keeps of a chunk that was cut short what came, and goes on after it', async () => {
        expect(await refusalOf(put(0, 9, BYTES.subarray(0, 4)))).toEqual({ code: 'content.chunk-length', details: { next: 4 } });
        expect(await put(4, LAST)).toEqual(DONE);
      });

      it('keeps nothing of a chunk that is longer than it says', async () => {
        await put(0, 9);
        // Slowly, so that the first of it is in the file when the last comes.
        const slowly = async function* () {
          for (let piece = 0; piece < 15; piece += 1) {
            await new Promise(setImmediate);
            yield Buffer.from('x');
          }
        };
        const pieces = Readable.from(slowly());
        expect(await refusalOf(contents.put('upload', { start: 10, end: 19, total: BYTES.length, bytes: pieces }))).toEqual({
          code: 'content.chunk-length',
          details: { next: 10 },
        });
        expect(await put(10, LAST)).toEqual(DONE);
      });

      it('is of one person and one size: others begin their own', async () => {
        await put(0, 9);
        expect(await put(0, 9, Buffer.alloc(10, 'x'), BYTES.length, 'other')).toEqual({ done: false, next: 10 });
        expect(await refusalOf(put(10, 19, Buffer.alloc(10), 30))).toEqual({
          code: 'content.chunk-out-of-order',
          details: { next: 0 },
        });
        expect(await put(10, LAST)).toEqual(DONE);
      });

      it('takes one chunk at a time', async () => {
        const slow = new Readable({ read: () => undefined });
        const first = contents.put('upload', { start: 0, end: 9, total: BYTES.length, bytes: slow });
        expect(await refusalOf(put(0, 9))).toEqual({ code: 'content.upload-busy', details: {} });
        slow.push(BYTES.subarray(0, 10));
        slow.push(null);
        expect(await first).toEqual({ done: false, next: 10 });
        expect(await put(10, LAST)).toEqual(DONE);
      });

      it('that breaks off goes on from what came', async () => {
        const broken = new Readable({ read: () => undefined });
        const first = contents.put('upload', { start: 0, end: 9, total: BYTES.length, bytes: broken });
        broken.push(BYTES.subarray(0, 10).subarray(0, 5));
        await new Promise((resolve) => broken.once('data', resolve));
        broken.destroy(new Error('connection reset'));
        await expect(first).rejects.toThrow('connection reset');
        const { details } = (await refusalOf(put(9, 9))) as { details: { next: number } };
        expect(await put(details.next, LAST)).toEqual(DONE);
      });

      it('has limits, of a content and of a chunk', async () => {
        expect(await refusalOf(put(0, 9, BYTES, MAX_CONTENT + 1))).toEqual({
          code: 'content.too-large',
          details: { limit: MAX_CONTENT },
        });
        expect(await refusalOf(put(0, MAX_CHUNK, BYTES, MAX_CONTENT))).toEqual({
          code: 'content.chunk-too-large',
          details: { limit: MAX_CHUNK },
        });
        expect([MAX_CONTENT, MAX_CHUNK]).toEqual([1_073_741_824, 16_777_216]);
        const largest = Buffer.alloc(MAX_CHUNK, 'x');
        expect(await put(0, MAX_CHUNK - 1, largest, MAX_CONTENT)).toEqual({ done: false, next: MAX_CHUNK });
      });

      it('may be larger than any piece it is kept in, end where it likes, and be read anywhere', async () => {
        const large = Buffer.alloc(2_500_000, 'abcdefg');
        const sent = (start: number, end: number): Promise<Uploaded> =>
          put(start, end, large.subarray(start, end + 1), large.length);
        expect(await sent(0, 1_048_575)).toEqual({ done: false, next: 1_048_576 });
        expect(await sent(1_048_576, 1_300_000)).toEqual({ done: false, next: 1_300_001 });
        expect(await refusalOf(put(1_300_001, 1_300_010, Buffer.alloc(1_500_000), large.length))).toEqual({
          code: 'content.chunk-length',
          details: { next: 1_300_001 },
        });
        contents = await open();
        expect(await sent(1_300_001, large.length - 1)).toEqual({ done: true, sha256: sha(large), bytes: large.length });
        expect(sha(await buffer(contents.open(sha(large), 0, large.length - 1)))).toBe(sha(large));
        for (const [start, end] of [
          [1_048_570, 1_048_580],
          [0, 0],
          [2_499_999, 2_499_999],
          [1_048_576, 2_097_151],
        ] as const)
          expect((await buffer(contents.open(sha(large), start, end))).equals(large.subarray(start, end + 1))).toBe(true);
      });
    });
  });
};

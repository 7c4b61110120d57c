import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { MongoClient } from 'mongodb';
import { afterEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/event-store.ts';
import type { Uploaded } from '../../../src/infra/vault/content-store.ts';
import { openMongoContentStore, type MongoContentStore } from '../../../src/infra/mongo/content-store.ts';
import { contentStoreContract } from '../../contract/content-store.ts';
import { eventually } from '../../support/esdb.ts';
import { openMongoProxy, type Asked } from '../../support/mongo-proxy.ts';
import { freshDatabases, MONGO_TEST_URL } from '../../support/mongo.ts';

describe.skipIf(MONGO_TEST_URL === undefined)('on a server', { timeout: 60_000 }, () => {
  const fresh = freshDatabases();
  const opened: MongoContentStore[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  const open = async (address: string): Promise<MongoContentStore> => {
    const store = await openMongoContentStore({ address });
    opened.push(store);
    return store;
  };

  contentStoreContract('mongodb', () => {
    const address = fresh();
    return () => open(address);
  });

  const put = (store: MongoContentStore, key: string, content: string): Promise<Uploaded> =>
    store.put(key, { start: 0, end: content.length - 1, total: content.length, bytes: Readable.from([Buffer.from(content)]) });

  it('keeps nothing but the content: no upload, no second copy, no piece of what was begun again', async () => {
    const address = fresh();
    const store = await open(address);
    const chunk = { start: 0, end: 3, total: 8, bytes: Readable.from([Buffer.from('abcd')]) };
    await store.put('one', chunk);
    expect(await put(store, 'one', 'abcdefgh')).toMatchObject({ done: true });
    expect(await put(store, 'two', 'abcdefgh')).toMatchObject({ done: true });
    const client = new MongoClient(address);
    const counts = await Promise.all(
      ['contents.files', 'contents.chunks', 'uploads'].map((name) => client.db().collection(name).countDocuments()),
    );
    await client.close();
    expect(counts).toEqual([1, 1, 0]);
  });

  it('does not lose a content to an upload that a crash left behind it', async () => {
    const address = fresh();
    const store = await open(address);
    const done = await put(store, 'one', 'abcdefgh');
    if (!done.done) throw new Error('not stored');
    const client = new MongoClient(address);
    const file = await client.db().collection('contents.files').findOne();
    await put(store, 'one', 'abcdefgh').catch(() => undefined);
    const { uploadId } = await import('../../../src/infra/vault/content-store.ts');
    const left = { _id: uploadId('one', { start: 0, end: 7, total: 8, bytes: Readable.from([]) }), file: file?._id, next: 8, holder: 'dead', heldUntil: 0 }; // prettier-ignore
    await client.db().collection<typeof left>('uploads').insertOne(left);
    expect(await store.put('one', { start: 4, end: 7, total: 8, bytes: Readable.from([Buffer.from('efgh')]) })).toEqual(done);
    await client.db().collection<typeof left>('uploads').replaceOne({ _id: left._id }, left);
    expect(await put(store, 'one', 'abcdefgh')).toEqual(done);
    await client.close();
    expect(await text(store.open(done.sha256, 0, 7))).toBe('abcdefgh');
  });

  it('says that the store is away where the connection breaks while a content is read', async () => {
    const address = fresh();
    const proxy = await openMongoProxy(address);
    const store = await open(proxy.address);
    const content = 'x'.repeat(3_000_000);
    const done = await put(store, 'one', content);
    if (!done.done) throw new Error('not stored');
    // The entry is found first, then the pieces. The driver asks twice: the connection breaks each time.
    for (const collection of ['contents.files', 'contents.chunks']) {
      proxy.cut((asked: Asked) => asked.collection === collection);
      const failed: unknown = await text(store.open(done.sha256, 0, content.length - 1)).catch((error: unknown) => error);
      expect(failed, collection).toBeInstanceOf(StoreUnavailable);
      proxy.cut(() => false);
      // The driver's look at the server may have stuck with the connection; it is begun again after 16 s (client.ts).
      const length = () => text(store.open(done.sha256, 0, content.length - 1)).then((whole) => whole.length, String);
      expect(await eventually(length, (so) => so === content.length, 25_000)).toBe(content.length);
    }
    const none: unknown = await text(store.open('0'.repeat(64), 0, 1)).catch((error: unknown) => error);
    expect(none).toMatchObject({ code: 'ENOENT' });
    await proxy.close();
  });

  it('ends what it reads where nobody wants the rest', async () => {
    const store = await open(fresh());
    const done = await put(store, 'one', 'x'.repeat(3_000_000));
    if (!done.done) throw new Error('not stored');
    const reading = store.open(done.sha256, 0, 2_999_999);
    await once(reading, 'readable');
    reading.destroy();
    await once(reading, 'close');
    expect(await text(store.open(done.sha256, 2_999_999, 2_999_999))).toBe('x');
  });

  it('takes one chunk of an upload at a time, whichever node it comes to', async () => {
    const address = fresh();
    const [here, there] = [await open(address), await open(address)];
    const bodies = [new Readable({ read: () => undefined }), new Readable({ read: () => undefined })] as const;
    const chunks = bodies.map((bytes) => ({ start: 0, end: 3, total: 8, bytes }));
    const puts = [here.put('one', chunks[0]!), there.put('one', chunks[1]!)] as const;
    const refused = await Promise.race(
      puts.map(async (put, at) => {
        await expect(put).rejects.toMatchObject({ code: 'content.upload-busy' });
        return at;
      }),
    );
    const [body, first] = refused === 0 ? [bodies[1], puts[1]] : [bodies[0], puts[0]];
    body.push(Buffer.from('abcd'));
    body.push(null);
    expect(await first).toEqual({ done: false, next: 4 });
    const rest = { start: 4, end: 7, total: 8, bytes: Readable.from([Buffer.from('efgh')]) };
    expect(await there.put('one', rest)).toMatchObject({ done: true, bytes: 8 });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { esdbBookmark } from '../../../src/infra/esdb/bookmark.ts';
import { openConnection, type Connection } from '../../../src/infra/esdb/connection.ts';
import { StoreUnavailable } from '../../../src/domain/event-store.ts';
import { freshLog } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

describe('a bookmark in EventStoreDB', () => {
  let server: EsdbServer;
  let address: string;
  let connection: Connection;
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterAll(async () => {
    await server.dispose();
  });
  beforeEach(() => {
    address = freshLog(server.address);
    connection = openConnection(address);
  });
  afterEach(async () => {
    await server.clear();
    await connection.close();
  });
  const mark = (position: number) => ({ logId: 'log-1', position });

  it('is nowhere at first, and then where it was put last, for whoever opens it', async () => {
    const bookmark = esdbBookmark(connection, 'reactor');
    expect(await bookmark.load()).toBeNull();
    await bookmark.save(mark(3));
    await bookmark.save(mark(9));
    expect(await bookmark.load()).toEqual(mark(9));
    const other = openConnection(address);
    expect(await esdbBookmark(other, 'reactor').load()).toEqual(mark(9));
    expect(await esdbBookmark(other, 'another').load()).toBeNull();
    await other.close();
  });

  it('leaves two events in its stream, however often it moves', async () => {
    const bookmark = esdbBookmark(connection, 'reactor');
    for (let position = 0; position < 6; position += 1) await bookmark.save(mark(position));
    const found = await connection.read('bookmark-reactor', { from: 0, limit: 10, timeoutMs: 1_000 });
    expect(found.map(({ event }) => event?.data)).toEqual([mark(4), mark(5)]);
  });

  it('is left to whoever moved it meanwhile', async () => {
    const overtaken: Connection = {
      ...connection,
      append: async (stream, drafts, expected, timeoutMs) => {
        await esdbBookmark(connection, 'reactor').save(mark(20));
        return connection.append(stream, drafts, expected, timeoutMs);
      },
    };
    await esdbBookmark(overtaken, 'reactor').save(mark(7));
    expect(await esdbBookmark(connection, 'reactor').load()).toEqual(mark(20));
  });

  it('says where it could not be moved', async () => {
    const bookmark = esdbBookmark(connection, 'reactor');
    await bookmark.save(mark(1));
    await server.fault({ name: 'refuse', code: 14, stream: 'bookmark' });
    await expect(bookmark.save(mark(2))).rejects.toThrow(StoreUnavailable);
    await server.clear();
    expect(await bookmark.load()).toEqual(mark(1));
  });
});

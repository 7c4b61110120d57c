import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openConnection, type Connection, type ReadOptions } from '../../../src/infra/esdb/connection.ts';
import { openEsdbEventStore } from '../../../src/infra/esdb/event-store.ts';
import { EsdbFault } from '../../../src/infra/esdb/fault.ts';
import { persistently } from '../../../src/infra/esdb/persistently.ts';
import { readToEnd } from '../../../src/infra/esdb/stream-reader.ts';
import { envelopesOf } from '../../support/envelopes.ts';
import { freshLog, openEsdbLog, type EsdbLog } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

let server: EsdbServer;
beforeAll(async () => {
  server = await startEsdbServer();
});
afterAll(async () => {
  await server.dispose();
});

describe('a stream that is read to its end', () => {
  let connection: Connection;
  let asked: ReadOptions[];
  beforeEach(() => {
    connection = openConnection(freshLog(server.address));
    asked = [];
  });
  afterEach(async () => {
    await server.clear();
    await connection.close();
  });
  const write = async (count: number): Promise<void> => {
    for (let from = 0; from < count; from += 500) {
      const drafts = Array.from({ length: Math.min(500, count - from) }, (_, n) => ({ id: randomUUID(), type: 'Happened', json: { n } })); // prettier-ignore
      await connection.append('login-a', drafts, from - 1, 5_000);
    }
  };
  const counted: Pick<Connection, 'read'> = {
    read: (stream, options) => {
      asked.push(options);
      return connection.read(stream, options);
    },
  };
  const read = async (from: number): Promise<readonly number[]> => {
    const revisions: number[] = [];
    const until = performance.now() + 10_000;
    for await (const page of readToEnd(counted, 'login-a', from, (ask) => persistently(until, ask)))
      revisions.push(...page.map(({ revision }) => revision));
    return revisions;
  };
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

  // What a command costs: one round trip to load a stream, and one to hear that there is no more, or one more.
  it.each([
    ['from the beginning', 40, 0, 1],
    ['where there is nothing', 0, 0, 1],
    ['where there is no more', 40, 40, 1],
    ['where there is one more', 40, 39, 1],
    ['where there are several more', 40, 30, 2],
    ['from the beginning of more than a page', 1_250, 0, 3],
    ['beyond its end', 40, 60, 1],
  ])('%s, is whole, in as few reads as can be', async (_, count, from, reads) => {
    await write(count);
    expect(await read(from)).toEqual(range(from, count));
    expect(asked).toHaveLength(reads);
  });

  it.each([0, 1, 7])('is whole where reads end after %i events as if there were no more', async (after) => {
    await write(40);
    for (const from of [0, 1, 20, 39]) {
      await server.fault({ name: 'cut', times: 3, after, stream: 'login-a$' });
      expect(await read(from)).toEqual(range(from, 40));
    }
  });

  it('is not taken for whole where events are missing in it', async () => {
    await write(40);
    await connection.keepLast('login-a', 5, 2_000);
    await expect(connection.read('login-a', { from: 0, limit: 1, timeoutMs: 2_000 })).resolves.toHaveLength(1);
    const once = (ask: (timeoutMs: number) => Promise<unknown>) => ask(2_000) as Promise<never>;
    await expect(
      readToEnd(counted, 'login-a', 30, once)
        .next()
        .then(() => undefined),
    ).rejects.toThrow(EsdbFault);
  });
});

// A right that was revoked must not be seen as given.
describe('what a decision reads of a stream', () => {
  let log: EsdbLog;
  let address: string;
  beforeEach(async () => {
    address = freshLog(server.address);
    log = await openEsdbLog(address);
  });
  afterEach(async () => {
    await server.clear();
    await log.dispose();
  });

  it.each([
    ['all of it', -1, 0],
    ['all of it', -1, 1],
    ['what came since', 0, 0],
    ['what came since', 0, 1],
  ])('is %s after revision %i, where the server ends reads after %i events', async (_, since, after) => {
    await log.store.append('login-a', envelopesOf('login-a', 0, 3), 'no_stream');
    const other = await openEsdbEventStore({ address });
    await server.fault({ name: 'cut', times: 2, after, stream: 'login-a$' });
    const found = await other.streamSince('login-a', since);
    expect(found.map(({ revision }) => revision)).toEqual([0, 1, 2].slice(since + 1));
    await other.close();
  });
});

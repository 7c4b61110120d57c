import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openConnection, type AllItem, type Connection, type Draft } from '../../../src/infra/esdb/connection.ts';
import { EsdbFault } from '../../../src/infra/esdb/fault.ts';
import { eventually, freshLog } from '../../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../../support/esdb-server/start.ts';

const json = (n: number, size = 10): Draft => ({ id: randomUUID(), type: 'Happened', json: { n, text: 'x'.repeat(size) } });
const many = (count: number, size?: number): Draft[] => Array.from({ length: count }, (_, n) => json(n, size));

describe('a connection to EventStoreDB', () => {
  let server: EsdbServer;
  let connection: Connection;
  const stopping = new AbortController();
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterAll(async () => {
    await server.dispose();
  });
  beforeEach(() => {
    connection = openConnection(freshLog(server.address));
  });
  afterEach(async () => {
    await server.clear();
    await connection.close();
  });
  const all = (after: { commit: string; prepare: string } | null = null) =>
    connection.subscribeAll({ after, prefixes: ['login-'], silenceMs: 60_000, signal: stopping.signal });
  const fault = async (promise: Promise<unknown>): Promise<EsdbFault> => {
    const error: unknown = await promise.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(EsdbFault);
    return error as EsdbFault;
  };
  /** Foreign events, of which a filtered subscription sees only checkpoints. */
  const noise = (): Promise<number> => connection.append(`code-${randomUUID()}`, many(40), -1, 2_000);

  // A8.1, A8.2
  it('gives checkpoints in their order between the events, and goes on after each', async () => {
    for (let round = 0; round < 6; round += 1) {
      await connection.append(`login-${String(round)}`, many(30), -1, 2_000);
      await noise();
    }
    const items: AllItem[] = [];
    for await (const item of all()) {
      items.push(item);
      // A consumer that is slower than the server, so that what has come piles up before it.
      await new Promise((resolve) => setImmediate(resolve));
      if (items.filter((one) => 'event' in one).length === 180) break;
    }
    const checkpoints = items.filter((item) => 'checkpoint' in item).length;
    expect(checkpoints).toBeGreaterThan(5);
    let last = 0n;
    for (const item of items) {
      const position = BigInt(('event' in item ? item.event.position : item.checkpoint)?.commit ?? '0');
      expect(position).toBeGreaterThanOrEqual(last);
      last = position;
    }
  });

  // A8.3
  it.each([
    ['an append', () => connection.append('login-a', [json(0)], -1, 300)],
    ['a read', () => connection.read('login-a', { from: 0, limit: 10, timeoutMs: 300 })],
  ])('gives up %s that a mute server does not answer, with an unknown outcome', async (_, call) => {
    await server.fault({ name: 'mute' });
    expect((await fault(call())).kind).toBe('unknown');
  });

  it('gives up the look-up of features and a subscription that a mute server does not answer', async () => {
    await server.kill();
    await server.restart();
    await server.fault({ name: 'mute' });
    expect((await fault(connection.append('login-a', [json(0)], -1, 300))).kind).toBe('unknown');
    expect((await fault(all().next())).message).toContain('not confirmed');
    await server.clear();
    await eventually(
      () => connection.append('login-b', [json(0)], -1, 1_000).catch(() => -1),
      (revision) => revision === 0,
    );
  });

  it('breaks off a subscription that says nothing for too long', async () => {
    await connection.append('login-a', [json(0)], -1, 2_000);
    const items = connection.subscribeAll({ after: null, prefixes: ['login-'], silenceMs: 200, signal: stopping.signal });
    const drained = async (): Promise<void> => {
      for await (const _ of items);
    };
    expect((await fault(drained())).message).toContain('silent for 200 ms');
    await connection.append('login-b', many(2), -1, 2_000);
    const busy = connection.subscribeAll({ after: null, prefixes: ['login-'], silenceMs: 200, signal: stopping.signal });
    expect((await busy.next()).done).toBe(false);
    await pause(500);
    expect((await busy.next()).done).toBe(false);
    await busy.return(undefined);
  });

  // A8.4, A8.7
  it('leaves no call behind on the server, however a loop over a subscription ends', async () => {
    const before = (await server.status()).subscriptions;
    await connection.append('login-a', many(100), -1, 2_000);
    for await (const _ of connection.subscribe('login-a', -1, stopping.signal)) break;
    await expect(
      (async () => {
        for await (const _ of all()) throw new Error('the consumer failed');
      })(),
    ).rejects.toThrow('the consumer failed');
    const stop = new AbortController();
    const waiting = connection.subscribe('login-a', 99, stop.signal).next();
    await eventually(
      () => server.status(),
      ({ subscriptions }) => subscriptions === before + 1,
    );
    stop.abort();
    expect((await waiting).done).toBe(true);
    await eventually(
      () => server.status(),
      ({ subscriptions }) => subscriptions === before,
    );
  });

  // A8.7: nobody iterates, so nobody but us hears the error of a stream that is ended.
  it('ends at once, without ending the process, where it was told to before it began', async () => {
    const before = (await server.status()).subscriptions;
    await connection.append('login-a', [json(0)], -1, 2_000);
    expect((await connection.subscribe('login-a', -1, AbortSignal.abort()).next()).done).toBe(true);
    await eventually(
      () => server.status(),
      ({ subscriptions }) => subscriptions === before,
    );
  });

  // A8.5
  it('slows the server down where the consumer is slow', async () => {
    for (let round = 0; round < 8; round += 1) await connection.append('login-big', many(500, 1_000), round * 500 - 1, 5_000);
    const before = (await server.status()).delivered;
    const items = connection.subscribe('login-big', -1, stopping.signal);
    await items.next();
    let last = -1;
    const sent = await eventually(
      async () => {
        await pause(100);
        const was = last;
        last = (await server.status()).delivered - before;
        return { was, last };
      },
      (counts) => counts.was === counts.last,
    );
    expect(sent.last).toBeLessThan(2_000);
    await items.return(undefined);
  });

  // A8.6
  it('ends where the server ends a subscription, and throws where it breaks one', async () => {
    await connection.append('login-a', [json(0)], -1, 2_000);
    const items = connection.subscribe('login-a', -1, stopping.signal);
    await items.next();
    await server.fault({ name: 'end', times: 1, stream: 'login-a' });
    await connection.append('login-a', [json(1)], 0, 2_000);
    expect(await items.next()).toEqual({ done: true, value: undefined });
    for (const code of [1, 10, 14]) {
      await server.fault({ name: 'drop', times: 1, code, stream: 'login-a' });
      expect((await fault(connection.subscribe('login-a', -1, stopping.signal).next())).kind).toBe('unknown');
    }
  });

  // A8.11
  it('asks for the features again where that failed', async () => {
    await server.kill();
    await server.restart();
    await server.fault({ name: 'features', times: 1, code: 13 });
    expect((await fault(connection.append('login-a', [json(0)], -1, 2_000))).kind).toBe('unknown');
    await eventually(
      () => connection.append('login-a', [json(0)], -1, 1_000).catch(() => -1),
      (revision) => revision === 0,
      3_000,
    );
  });

  // A8.12
  it('appends to a new stream, and tells where a stream stands that it does not stand where expected', async () => {
    expect(await connection.append('login-a', many(2), -1, 2_000)).toBe(1);
    expect(await fault(connection.append('login-a', [json(0)], -1, 2_000))).toMatchObject({ kind: 'conflict', actual: 1 });
    expect(await fault(connection.append('login-b', [json(0)], 4, 2_000))).toMatchObject({ kind: 'conflict', actual: -1 });
  });

  // A8.8, A8.14
  it('gives nothing that cannot be JSON', async () => {
    await connection.append('login-a', [json(0)], -1, 2_000);
    const items: unknown[] = [...(await connection.read('login-a', { from: 0, limit: 10, timeoutMs: 2_000 }))];
    for await (const item of all()) {
      items.push(item);
      break;
    }
    expect(JSON.parse(JSON.stringify(items))).toEqual(items);
  });

  it('sends a link that the server resolves, with its metadata', async () => {
    await connection.append('login-a', many(2), -1, 2_000);
    const link: Draft = { id: randomUUID(), link: { stream: 'login-a', revision: 1 }, metadata: { leaf: 'abc', commit: '1' } };
    await connection.append('ledger', [link], -1, 2_000);
    const [read] = await connection.read('ledger', { from: 0, limit: 1, resolve: true, timeoutMs: 2_000 });
    expect(read?.event).toMatchObject({ stream: 'login-a', revision: 1, data: { n: 1 } });
    expect(read?.link).toMatchObject({ type: '$>', revision: 0, metadata: { leaf: 'abc', commit: '1' } });
  });

  // A8.10
  it('appends to one server alone in one process', async () => {
    await connection.append('login-a', [json(0)], -1, 2_000);
    const other = await startEsdbServer();
    const elsewhere = openConnection(other.address);
    expect(await elsewhere.read('login-a', { from: 0, limit: 1, timeoutMs: 2_000 })).toEqual([]);
    await expect(elsewhere.append('login-a', [json(0)], -1, 2_000)).rejects.toThrow('one process appends to one EventStoreDB');
    await connection.close();
    expect(await elsewhere.append('login-a', [json(0)], -1, 2_000)).toBe(0);
    await elsewhere.close();
    await other.dispose();
  });

  // A8.10: a read that makes the client change its channel would put the appends on two streams; the error of the one
  // rejects those of the other, whose answers then come where nobody can catch what they throw.
  it('lets no late answer end the process, after a broken read', async () => {
    await connection.append('login-a', [json(0)], -1, 2_000);
    await server.fault({ name: 'mute', stream: 'login-slow$' });
    await server.fault({ name: 'mute', stream: 'login-later$' });
    await server.fault({ name: 'lost-ack', code: 14, times: 1, stream: 'login-slow' });
    await server.fault({ name: 'read', code: 14, times: 1, stream: 'login-a' });
    const before = (await server.status()).appends;
    const slow = connection.append('login-slow', [json(0)], -1, 5_000);
    expect((await fault(connection.read('login-a', { from: 0, limit: 1, timeoutMs: 2_000 }))).kind).toBe('unknown');
    const later = connection.append('login-later', [json(0)], -1, 5_000);
    for (const append of [slow, later]) append.catch(() => undefined);
    await eventually(
      () => server.status(),
      ({ appends }) => appends === before + 2,
    );
    await server.clear('login-slow$');
    expect((await fault(slow)).kind).toBe('unknown');
    await server.clear();
    await Promise.allSettled([later]);
    const read = () => connection.read('login-later', { from: 0, limit: 1, timeoutMs: 2_000 });
    await eventually(read, (found) => found.length === 1);
    expect(await connection.append('login-later', [json(1)], 0, 2_000)).toBe(1);
  });

  // A8.10: what answers after its client's end finds nobody, and throws where nobody can catch it.
  it('ends its client once what is under way was answered', async () => {
    await connection.append('login-a', [json(0)], -1, 2_000);
    await server.fault({ name: 'mute', stream: 'login-slow$' });
    const before = (await server.status()).appends;
    const slow = connection.append('login-slow', [json(0)], -1, 5_000);
    slow.catch(() => undefined);
    await eventually(
      () => server.status(),
      ({ appends }) => appends === before + 1,
    );
    const closing = connection.close();
    await server.clear('login-slow$');
    expect(await slow).toBe(0);
    await closing;
  });

  it('turns to the node that leads, for appends and for reads', async () => {
    const leader = await startEsdbServer();
    await server.fault({ name: 'not-leader', port: leader.port });
    const read = () => connection.read('login-a', { from: 0, limit: 1, timeoutMs: 2_000 });
    expect((await fault(connection.append('login-a', [json(0)], -1, 2_000))).kind).toBe('not-written');
    expect(await connection.append('login-a', [json(0)], -1, 2_000)).toBe(0);
    expect((await fault(read())).kind).toBe('not-written');
    expect(await read()).toHaveLength(1);
    expect((await leader.status()).events).toBeGreaterThan(5);
    await leader.dispose();
  });

  it('asks a cluster who leads', async () => {
    const leader = await startEsdbServer();
    const follower = await startEsdbServer({ leader: leader.port });
    const hosts = [follower, follower].map(({ port }) => `127.0.0.1:${String(port)}`).join(',');
    const cluster = openConnection(`esdb://${hosts}?tls=false`);
    expect(await cluster.append('login-a', many(3), -1, 5_000)).toBe(2);
    expect((await leader.status()).events).toBe(8);
    await cluster.close();
    await Promise.all([leader.dispose(), follower.dispose()]);
  });

  // A8.13 and restart on the same port
  it('works again after a restart of the server on the same port, over the same store', async () => {
    await connection.append('login-a', [json(0)], -1, 2_000);
    await server.kill();
    expect((await fault(connection.append('login-a', [json(1)], 0, 1_000))).kind).toBe('unknown');
    expect((await fault(connection.read('login-a', { from: 0, limit: 1, timeoutMs: 1_000 }))).kind).toBe('unknown');
    await server.restart();
    await eventually(
      () => connection.append('login-a', [json(1)], 0, 1_000).catch(() => -1),
      (revision) => revision === 1,
    );
    const found = await connection.read('login-a', { from: 0, limit: 10, timeoutMs: 2_000 });
    expect(found.map(({ event }) => event?.revision)).toEqual([0, 1]);
  });
});

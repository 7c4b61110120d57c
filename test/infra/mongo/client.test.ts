import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { type Db, type MongoClient, MongoNetworkError, MongoParseError, MongoServerError } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/event-store.ts';
import { openClient, reaching, translated } from '../../../src/infra/mongo/client.ts';
import { MONGO_TEST_URL } from '../../support/mongo.ts';

const answered = (code: number): MongoServerError => new MongoServerError({ errmsg: `code ${String(code)}`, code });

it.each([13, 24, 43, 91, 112, 175, 189, 237, 11_600])('takes code %i for a server that cannot answer now', (code) => {
  const error = answered(code);
  expect(translated(error)).toEqual(new StoreUnavailable(`MongoDB: code ${String(code)}`, { cause: error }));
});

it('takes a lost connection for that too', () => {
  expect(translated(new MongoNetworkError('gone'))).toBeInstanceOf(StoreUnavailable);
});

it.each([{ code: 'EPIPE' }, { code: 'EPIPE', syscall: 'write' }, { code: 'ECONNRESET', syscall: 'read' }])(
  'takes a socket`s own error for that too, which the driver lets through: %j',
  (said) => {
    expect(translated(Object.assign(new Error('gone'), said))).toBeInstanceOf(StoreUnavailable);
  },
);

it.each([
  answered(2),
  answered(9),
  answered(11_000),
  new MongoParseError('an address'),
  new TypeError('ours'),
  Object.assign(new Error('a client that went in the midst of its upload'), { code: 'ECONNRESET' }),
  Object.assign(new Error('a full disk'), { code: 'ENOSPC', syscall: 'write' }),
])('leaves as it is what the request is to blame for: %s', (error) => {
  expect(translated(error)).toBe(error);
});

/** Every socket that this process connects while a test runs. */
const connected = (): readonly Socket[] => {
  const sockets: Socket[] = [];
  const add = (message: unknown): void => { sockets.push((message as { socket: Socket }).socket); }; // prettier-ignore
  subscribe('net.client.socket', add);
  onTestFinished(() => { unsubscribe('net.client.socket', add); }); // prettier-ignore
  return sockets;
};

const opened = (address: string): MongoClient => {
  const client = openClient(address);
  onTestFinished(() => client.close());
  return client;
};

describe.skipIf(MONGO_TEST_URL === undefined)('on a server', () => {
  /** More than any socket takes at once, and less than a server takes. */
  const LARGE = 15_000_000;
  const database = (client: MongoClient): Db => client.db('hongzhang-test-broken');
  const writeLarge = (client: MongoClient) =>
    reaching(() =>
      database(client)
        .collection('large')
        .insertOne({ text: 'x'.repeat(LARGE) }),
    );

  /** A server that reads no more of a large request than its first piece, of which `onLarge` hears. */
  const halfDeaf = async (onLarge: (client: Socket) => void): Promise<string> => {
    const [address, target] = [new URL(MONGO_TEST_URL ?? ''), new URL(MONGO_TEST_URL ?? '')];
    const sockets: Socket[] = [];
    const server = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      sockets.push(client, upstream);
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
      client.on('data', (bytes) => {
        if (bytes.length > 10_000) onLarge(client.pause());
        else upstream.write(bytes);
      });
      upstream.pipe(client);
    });
    onTestFinished(() => { server.close(); for (const socket of sockets) socket.destroy(); }); // prettier-ignore
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address.port = String((server.address() as AddressInfo).port);
    return address.href;
  };

  it('takes a connection that breaks under a request that is being written for a server that cannot answer', async () => {
    const client = opened(await halfDeaf((socket) => socket.resetAndDestroy()));
    await expect(writeLarge(client)).rejects.toThrow(StoreUnavailable);
  });

  it('does not wait for ever where the driver closes the connection of a request that is being written', async () => {
    const sockets = connected();
    const address = await halfDeaf(() => { for (const socket of sockets) socket.destroy(); }); // prettier-ignore
    await expect(writeLarge(opened(address))).rejects.toThrow(StoreUnavailable);
  });

  it('does not wait for ever for a connection that is gone and has not said so yet', async () => {
    const sockets = connected();
    const client = opened(MONGO_TEST_URL ?? '');
    const ask = () => reaching(() => database(client).collection('small').findOne());
    await ask();
    for (const socket of sockets) socket.destroy();
    // The driver may ask a second time, over a connection that is there.
    await ask().catch((error: unknown) => { expect(error).toBeInstanceOf(StoreUnavailable); }); // prettier-ignore
    expect(await ask()).toBeNull();
  });
});

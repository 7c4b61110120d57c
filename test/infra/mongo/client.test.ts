import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { MongoNetworkError, MongoParseError, MongoServerError } from 'mongodb';
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

describe.skipIf(MONGO_TEST_URL === undefined)('on a server', () => {
  /** More than any socket takes at once, and less than a server takes. */
  const LARGE = 15_000_000;

  it('takes a connection that breaks under a request that is being written for a server that cannot answer', async () => {
    const [address, target] = [new URL(MONGO_TEST_URL ?? ''), new URL(MONGO_TEST_URL ?? '')];
    const sockets: Socket[] = [];
    const server = createServer((client) => {
      const upstream = connect(Number(target.port), target.hostname);
      sockets.push(client, upstream);
      for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
      client.on('data', (bytes) => {
        // What comes in such pieces is the large request: it is read no further, and then the server is gone.
        if (bytes.length > 10_000) client.pause().resetAndDestroy();
        else upstream.write(bytes);
      });
      upstream.pipe(client);
    });
    onTestFinished(() => { server.close(); for (const socket of sockets) socket.destroy(); }); // prettier-ignore
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address.port = String((server.address() as AddressInfo).port);
    const client = openClient(address.href);
    onTestFinished(() => client.close());
    const written = reaching(() =>
      client
        .db('hongzhang-test-broken')
        .collection('large')
        .insertOne({ text: 'x'.repeat(LARGE) }),
    );
    await expect(written).rejects.toThrow(StoreUnavailable);
  });
});

import { MongoNetworkError, MongoParseError, MongoServerError } from 'mongodb';
import { expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/event-store.ts';
import { translated } from '../../../src/infra/mongo/client.ts';

const answered = (code: number): MongoServerError => new MongoServerError({ errmsg: `code ${String(code)}`, code });

it.each([13, 24, 43, 91, 112, 175, 189, 237, 11_600])('takes code %i for a server that cannot answer now', (code) => {
  const error = answered(code);
  expect(translated(error)).toEqual(new StoreUnavailable(`MongoDB: code ${String(code)}`, { cause: error }));
});

it('takes a lost connection for that too', () => {
  expect(translated(new MongoNetworkError('gone'))).toBeInstanceOf(StoreUnavailable);
});

it.each([answered(2), answered(9), answered(11_000), new MongoParseError('an address'), new TypeError('ours')])(
  'leaves as it is what the request is to blame for: %s',
  (error) => {
    expect(translated(error)).toBe(error);
  },
);

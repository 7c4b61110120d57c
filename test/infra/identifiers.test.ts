import fc from 'fast-check';
import { v5 } from 'uuid';
import { describe, expect, it } from 'vitest';
import * as ids from '../../src/infra/identifiers.ts';

const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);

describe('identifiers', () => {
  it('are the uuid v5 of their name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(ids.nameId(name)).toBe(v5(Buffer.from(name, 'utf8'), ids.NAMESPACE_ID));
      }),
    );
  });

  it('are the same for ever', () => {
    expect(ids.NAMESPACE_ID).toBe('8d1f7a52-4c3b-4e0c-9a6e-2f51b7c0d394');
    const command = ids.commandId('account-1', 'POST', '/api/v1/resources', 'key-1');
    expect([
      command,
      ids.eventId(command, 0),
      ids.thingId(command),
      ids.claimId(command),
      ids.reactionId('take-effect', command, ''),
    ]).toEqual([
      '0b24ac92-03dd-514b-9168-b0d5bcbecccb',
      'c3fee276-0e3a-5f48-9dea-198f2174b235',
      'ffa3b866-f0bf-5a19-80b6-d6d607e795a4',
      'f69e635c-1b9a-5d84-bc18-42bb665fb9ed',
      'b6d39282-5d58-50d3-aeb5-cea83baa430d',
    ]);
  });

  it('differ where any part of what they name differs, and where parts run together', () => {
    const parts = fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom('', 'a', 'b', 'ab', 'aab', '/'))) as fc.Arbitrary<
      [string, string, string, string]
    >;
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(ids.commandId(...one) === ids.commandId(...other)).toBe(one.join('|') === other.join('|'));
      }),
    );
  });

  it('of a command, its events, its thing and its claim are all different', () => {
    const command = ids.commandId('a', 'POST', '/', 'k');
    const all = [command, ids.eventId(command, 0), ids.eventId(command, 1), ids.eventId(command, 10), ids.thingId(command), ids.claimId(command), ids.reactionId('r', command, ''), ids.reactionId('r', command, 'm')]; // prettier-ignore
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the hash of a request', () => {
  it('is of what it says, not of how it is written', () => {
    expect(ids.requestHash(KEY, { a: 1, b: ['x', null] })).toBe(ids.requestHash(KEY, { b: ['x', null], a: 1.0 }));
    expect(ids.requestHash(KEY, { a: 1 })).toMatch(/^[\w-]{43}$/);
  });

  it('differs for every other body, and tells nothing without the key', () => {
    const bodies = [{}, [], null, '', { a: 1 }, { a: '1' }, { a: 1, b: null }, { a: [1] }, { b: 1 }];
    const hashes = bodies.flatMap((body) => [ids.requestHash(KEY, body), ids.requestHash(OTHER, body)]);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('the hash of a login', () => {
  it.each([' Wang.Fang ', 'WANG.FANG', 'ｗａｎｇ.ｆａｎｇ', 'wang.fang\t'])('takes %j for wang.fang', (written) => {
    expect(ids.loginHash(KEY, written)).toBe(ids.loginHash(KEY, 'wang.fang'));
  });

  it('tells logins and ledgers apart', () => {
    const all = [
      ids.loginHash(KEY, 'wang'),
      ids.loginHash(KEY, 'wang1'),
      ids.loginHash(KEY, 'wa ng'),
      ids.loginHash(OTHER, 'wang'),
    ];
    expect(new Set(all).size).toBe(4);
  });
});

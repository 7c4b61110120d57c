import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalJson, NotJson } from '../../src/domain/canonical-json.ts';

const refusalOf = (value: unknown): readonly [path: string, message: string] => {
  try {
    canonicalJson(value);
  } catch (error) {
    if (error instanceof NotJson && error.name === 'NotJson') return [error.path, error.message];
    throw error;
  }
  throw new Error('the value was accepted');
};
/** `levels` arrays, one in the other. */
const nested = (levels: number): unknown => (levels === 0 ? 0 : [nested(levels - 1)]);

describe('canonical JSON (RFC 8785)', () => {
  it('has no blanks, and its names in the order of UTF-16 code units', () => {
    const emoji = '\u{1f600}';
    expect(canonicalJson({ b: [1, 'x', null], a: { d: true, c: false }, [emoji]: 1, '\ufb33': 2, ä: 3, 10: 4, 9: 5 })).toBe(
      `{"10":4,"9":5,"a":{"c":false,"d":true},"b":[1,"x",null],"ä":3,"${emoji}":1,"\ufb33":2}`,
    );
  });

  it.each([
    ['null', null, 'null'],
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['an empty text', '', '""'],
    ['what must be escaped, and nothing else', '\u0000\n"\\/€\u2028', '"\\u0000\\n\\"\\\\/€\u2028"'],
    ['negative zero', -0, '0'],
    ['a fraction', 4.5, '4.5'],
    ['a small fraction', 1e-27, '1e-27'],
    ['a fraction beyond 21 digits', 0.1 + 0.2, '0.30000000000000004'],
    ['the greatest safe integer', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['the least safe integer', Number.MIN_SAFE_INTEGER, '-9007199254740991'],
    ['an empty object', {}, '{}'],
    ['an object without prototype', Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
    ['an empty list', [], '[]'],
  ])('writes %s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([
    ['undefined', { a: undefined }, '$.a', 'undefined is not JSON'],
    ['a function', [() => 0], '$[0]', 'function is not JSON'],
    ['a symbol', { a: { b: Symbol('x') } }, '$.a.b', 'symbol is not JSON'],
    ['a bigint', [1, [2n]], '$[1][0]', 'bigint is not JSON'],
    ['a hole of a list', Array(2), '$[0]', 'undefined is not JSON'],
    ['NaN', NaN, '$', 'not a finite number'],
    ['infinity', { data: [Infinity] }, '$.data[0]', 'not a finite number'],
    ['an integer that a double may have rounded', 2 ** 53, '$', 'integer beyond 2^53: use a string'],
    ['its negative', -(2 ** 53), '$', 'integer beyond 2^53: use a string'],
    ['a date', { at: new Date(0) }, '$.at', 'not a plain object'],
    ['a map', new Map(), '$', 'not a plain object'],
    ['an instance of a class', new Error('x'), '$', 'not a plain object'],
    ['a lone surrogate', ['a\ud800'], '$[0]', 'lone surrogate'],
    ['a lone surrogate in a name', { a: { '\udc00': 1 } }, '$.a.\udc00', 'lone surrogate'],
  ])('refuses %s, and says where', (_, value, path, reason) => {
    expect(refusalOf(value)).toStrictEqual([path, `${path}: ${reason}`]);
  });

  it('goes 64 levels deep', () => {
    expect(canonicalJson(nested(64))).toBe(`${'['.repeat(64)}0${']'.repeat(64)}`);
    const path = `$${'[0]'.repeat(65)}`;
    expect(refusalOf(nested(65))).toStrictEqual([path, `${path}: deeper than 64 levels`]);
    let deep: unknown = 0;
    for (let level = 0; level < 65; level += 1) deep = { a: deep };
    expect(refusalOf(deep)[0]).toBe(`$${'.a'.repeat(65)}`);
  });

  it('comes back as it was, and is the same for every order of the names', () => {
    const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) => !/e\+|\d{16}/.test(JSON.stringify(value)));
    const backwards = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(backwards);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, part]) => [name, backwards(part)]),
      );
    };
    fc.assert(
      fc.property(plain, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(backwards(value))).toBe(text);
      }),
    );
  });
});

const FOLDER = new URL('../../../shared/vectors/ledger/jcs/testdata/', import.meta.url);
const present = existsSync(FOLDER);
const names = present ? readdirSync(new URL('input/', FOLDER)).map((file) => file.replace('.json', '')) : [];
const read = (path: string): string => readFileSync(new URL(path, FOLDER), 'utf8');
const bytesOf = (name: string): Buffer => Buffer.from(read(`outhex/${name}.txt`).replaceAll(/\s/g, ''), 'hex');

describe.skipIf(!present)('the vectors of RFC 8785', () => {
  it('are all there', () => {
    expect(names.toSorted()).toStrictEqual(['arrays', 'french', 'structures', 'unicode', 'values', 'weird']);
  });

  it.each(names.filter((name) => name !== 'values'))('%s comes out byte by byte', (name) => {
    expect(Buffer.from(canonicalJson(JSON.parse(read(`input/${name}.json`))))).toStrictEqual(bytesOf(name));
  });

  it('values holds an integer that this ledger refuses; the rest comes out', () => {
    const value = JSON.parse(read('input/values.json')) as { numbers: number[] };
    expect(refusalOf(value)[0]).toBe('$.numbers[1]');
    const [first, , ...rest] = value.numbers;
    const expected = bytesOf('values').toString().replace('1e+30,', '');
    expect(canonicalJson({ ...value, numbers: [first, ...rest] })).toBe(expected);
  });
});

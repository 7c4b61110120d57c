import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  all,
  any,
  eq,
  EVERYTHING,
  gt,
  gte,
  lt,
  lte,
  ne,
  NOTHING,
  oneOf,
  type Filter,
  type Scalar,
} from '../../src/projections/filter.ts';
import { compareScalars, matches } from '../../src/projections/matches.ts';

type Sample = { readonly id: string; readonly value: Scalar };
const projection = { fields: { value: ({ value }: Sample) => value }, text: ({ value }: Sample) => [String(value)] };
const holds = (filter: Filter, value: Scalar): boolean => matches(filter, projection, { id: 'x', value });

describe('matches', () => {
  it.each<[string, Filter, Scalar[], Scalar[]]>([
    ['eq', eq('value', 1), [1], [0, '1', true, null]],
    ['eq null', eq('value', null), [null], [0, '', false]],
    ['ne', ne('value', 'a'), ['b', 1, null], ['a']],
    ['ne null', ne('value', null), [0, '', false], [null]],
    ['in', oneOf('value', ['a', null]), ['a', null], ['b', 0]],
    ['in nothing', oneOf('value', []), [], [null, 'a']],
    ['lt', lt('value', 2), [1, -5], [2, 3, null, '1', false]],
    ['lte', lte('value', 'b'), ['a', 'b', ''], ['c', null, 1, true]],
    ['gt', gt('value', 2), [3], [2, 1, null, '3', true]],
    ['gte', gte('value', 'b'), ['b', 'c'], ['a', null, 9, true]],
    ['gt of a boolean', gt('value', false), [true], [false, 1, 'a', null]],
    ['gte null', gte('value', null), [], [null, 0, 'a']],
    ['all', all(gt('value', 1), lt('value', 3)), [2], [1, 3]],
    ['any', any(eq('value', 1), eq('value', 3)), [1, 3], [2]],
    ['everything', EVERYTHING, [1, null], []],
    ['nothing', NOTHING, [], [1, null]],
    ['search', { search: '低保' }, ['城乡低保对象'], ['低收入保障', null]],
  ])('%s', (_, filter, hits, misses) => {
    for (const value of hits) expect(holds(filter, value), String(value)).toBe(true);
    for (const value of misses) expect(holds(filter, value), String(value)).toBe(false);
  });

  it('takes a field that is not declared as null, and a document without text as one without words', () => {
    expect(holds(eq('other', null), 1)).toBe(true);
    expect(matches({ search: 'a' }, { fields: {} }, { id: 'a' })).toBe(false);
    expect(matches({ search: ' ' }, { fields: {} }, { id: 'a' })).toBe(true);
  });
});

describe('compareScalars', () => {
  it('orders null, numbers, texts by code point, false, true', () => {
    const ordered: Scalar[] = [
      null,
      -1,
      0.5,
      2,
      '',
      'a',
      'ab',
      'b',
      '低',
      '\ue000',
      '\uffee',
      '\u{1f600}',
      '\u{1f601}',
      false,
      true,
    ];
    expect([...ordered].reverse().sort(compareScalars)).toEqual(ordered);
  });

  it('orders texts as their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareScalars(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

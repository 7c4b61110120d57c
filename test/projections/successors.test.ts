import { describe, expect, it } from 'vitest';
import { stepsFrom, withSeatsOf } from '../../src/projections/successors.ts';

describe('who stands for a merged body (R2.1)', () => {
  const mergers = { a: { into: 'b', on: 1 }, b: { into: 'c', on: 2 } };

  it('is found step by step; a body that exists stands for itself', () => {
    expect(stepsFrom(mergers, 'a')).toEqual([{ from: 'a', into: 'b', on: 1 }, { from: 'b', into: 'c', on: 2 }]); // prettier-ignore
    expect(stepsFrom(mergers, 'c')).toEqual([]);
  });

  it('is an end also where a log says what no rule lets happen', () => {
    expect(stepsFrom({ a: { into: 'b' }, b: { into: 'a' } }, 'a').map(({ into }) => into)).toEqual(['b', 'a']);
  });

  it('has its seats', () => {
    expect(withSeatsOf({ here: 'a', there: 'd' }, 'a', 'b')).toEqual({ here: 'b', there: 'd' });
  });
});

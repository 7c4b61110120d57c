import { describe, expect, it } from 'vitest';
import { createRecentMap } from '../../src/infra/recent-map.ts';

describe('a map of what was used lately', () => {
  it('keeps as many as its limit', () => {
    const map = createRecentMap<number>(3);
    for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index);
    expect(['a', 'b', 'c'].map(map.get)).toEqual([0, 1, 2]);
  });

  it('forgets what was not used while twice the limit came in', () => {
    const map = createRecentMap<number>(3);
    for (let key = 0; key < 7; key += 1) map.set(String(key), key);
    expect([0, 1, 2, 3, 4, 5, 6].map((key) => map.get(String(key)))).toEqual([undefined, undefined, undefined, 3, 4, 5, 6]);
  });

  it('keeps what is used again and again, and its newest value', () => {
    const map = createRecentMap<number>(3);
    map.set('kept', 0);
    for (let key = 0; key < 100; key += 1) {
      map.set(String(key), key);
      map.set('kept', (map.get('kept') ?? Number.NaN) + 1);
    }
    expect(map.get('kept')).toBe(100);
  });

  it('never holds more than twice its limit', () => {
    const map = createRecentMap<number>(3);
    for (let key = 0; key < 1_000; key += 1) map.set(String(key), key);
    const held = Array.from({ length: 1_000 }, (_, key) => map.get(String(key))).filter((value) => value !== undefined);
    expect(held.length).toBeLessThanOrEqual(6);
  });

  it('lets go of everything', () => {
    const map = createRecentMap<number>(3);
    for (let key = 0; key < 5; key += 1) map.set(String(key), key);
    map.clear();
    expect([0, 1, 2, 3, 4].map((key) => map.get(String(key)))).toEqual(Array(5).fill(undefined));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASKS } from '../../src/domain/catalog-entry.ts';
import { masked } from '../../src/domain/masking.ts';

describe('masking (R23.1, R24.1)', () => {
  it.each([
    ['none', '张三丰', '张三丰'],
    ['name', '张三丰', '张**'],
    ['name', '张三', '张*'],
    ['name', '张', '*'],
    ['name', '𠮷野家', '𠮷**'],
    ['id-number', '360102199001011212', '360*************12'],
    ['id-number', '360012', '360*12'],
    ['id-number', '36012', '*****'],
    ['phone', '13812345678', '138****5678'],
    ['phone', '13845678', '138*5678'],
    ['phone', '1385678', '*******'],
    ['all', '张三丰', '***'],
    ['all', '13812345678', '***'],
  ] as const)('%s shows %s as %s', (mask, value, shown) => {
    expect(masked(mask, value)).toBe(shown);
  });

  it.each(MASKS)('%s keeps an empty value empty', (mask) => {
    expect(masked(mask, '')).toBe('');
  });

  it('never shows a value whole, and keeps its length', () => {
    const letters = fc.string({ minLength: 1, unit: fc.constantFrom('张', 'a', '7', '𠮷') });
    fc.assert(
      fc.property(fc.constantFrom('name', 'id-number', 'phone'), letters, (mask, value) => {
        const shown = masked(mask, value);
        expect(shown).toContain('*');
        expect(Array.from(shown)).toHaveLength(Array.from(value).length);
      }),
    );
  });
});

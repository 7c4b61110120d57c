import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProviderCode } from '../../src/domain/provider-code.ts';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** Weights as GB 32100-2015 prints them. */
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

const checkOf = (body: string): string => {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * ALPHABET.indexOf(body.charAt(index)), 0);
  return ALPHABET.charAt((31 - (sum % 31)) % 31);
};
const body = fc
  .array(fc.constantFrom(...Array.from(ALPHABET)), { minLength: 17, maxLength: 17 })
  .map((characters) => characters.join(''));

describe('a unified social credit code', () => {
  it.each(['91350100M000100Y43', '00000000000000000' + '0'])('%s holds together', (code) => {
    expect(isProviderCode(code)).toBe(true);
  });

  it.each([
    ['91350100M000100Y44', 'another check digit'],
    ['91350100M000100Y4', 'too short'],
    ['91350100M000100Y430', 'too long'],
    ['', 'empty'],
    ['91350100m000100y43', 'small letters'],
    ['91350100M000100I43', 'a letter that the standard leaves out'],
    ['9135010 M000100Y43', 'a blank'],
    ['91350100M00010😀43', 'no letter at all'],
    ['00000000000000000S', 'a check digit that the standard leaves out'],
  ])('%s does not: %s', (code) => {
    expect(isProviderCode(code)).toBe(false);
  });

  it('has exactly one check digit, that of the printed weights', () => {
    fc.assert(
      fc.property(body, (text) => {
        const fitting = Array.from(ALPHABET).filter((check) => isProviderCode(text + check));
        expect(fitting).toEqual([checkOf(text)]);
      }),
    );
  });
});

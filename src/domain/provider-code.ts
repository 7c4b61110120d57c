/** Characters of a unified social credit code: digits and letters without I, O, S, V, Z (GB 32100-2015). */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Whether a text is a unified social credit code: 18 characters, the last a check digit modulo 31 (GB 32100-2015). */
export const isProviderCode = (code: string): boolean => {
  if (code.length !== 18) return false;
  const values = Array.from(code, (character) => ALPHABET.indexOf(character));
  if (values.includes(-1)) return false;
  // The n-th character weighs 3 to the power of n - 1: Horner's rule, from the last to the first.
  const sum = values.slice(0, 17).reduceRight((total, value) => (total * 3 + value) % 31, 0);
  return values[17] === (31 - sum) % 31;
};

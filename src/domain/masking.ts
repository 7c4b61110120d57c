import type { Mask } from './catalog-entry.ts';

const stars = (count: number): string => '*'.repeat(Math.max(1, count));

/** Keeps so many characters at the front and the back; a text too short for that is hidden whole. */
const between = (characters: readonly string[], front: number, back: number): string =>
  characters.length <= front + back
    ? stars(characters.length)
    : `${characters.slice(0, front).join('')}${stars(characters.length - front - back)}${characters.slice(characters.length - back).join('')}`;

/** A value as the entry says it may be shown (R23.1, R24.1): 张**, 360***********12, 138****5678. An empty value stays empty. */
export const masked = (mask: Mask, value: string): string => {
  if (value === '') return value;
  const characters = Array.from(value);
  switch (mask) {
    case 'none':
      return value;
    case 'name':
      return between(characters, 1, 0);
    case 'id-number':
      return between(characters, 3, 2);
    case 'phone':
      return between(characters, 3, 4);
    case 'all':
      return '***';
  }
};

/**
 * Chance with a seed: every task of the demonstration draws from a generator named after itself, so that the same seed
 * plays the same two years whatever finishes first. (mulberry32 over an FNV-1a hash; quality enough for a story.)
 */
export type Chance = {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** A whole number in [from, to]. */
  readonly between: (from: number, to: number) => number;
  readonly happens: (probability: number) => boolean;
  readonly oneOf: <T>(list: readonly T[]) => T;
  /** One of the keys, by weight. */
  readonly weighted: <K extends string>(weights: Readonly<Record<K, number>>) => K;
};

const SEED = '洪账-2024';

const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
};

export const chanceOf = (name: string): Chance => {
  let state = hash(`${SEED} ${name}`);
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    happens: (probability) => next() < probability,
    oneOf: <T>(list: readonly T[]): T => {
      const chosen = list[Math.floor(next() * list.length)];
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
    weighted: <K extends string>(weights: Readonly<Record<K, number>>): K => {
      const entries = Object.entries(weights) as [K, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) if ((left -= weight) < 0) return key;
      return (entries.at(-1) as [K, number])[0];
    },
  };
};

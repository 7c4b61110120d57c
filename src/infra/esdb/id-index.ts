import type { Position } from '../../domain/envelope.ts';

/** Four words of a uuid, and the position after zero: zero is an empty slot. */
const WORDS = 5;
const FULL = 0.7;
/** 2^32 - 2 positions: far more than fit into memory. */
const MOST = 0xffff_fffe;

export type IdIndex = {
  readonly get: (id: string) => Position | undefined;
  readonly set: (id: string, position: Position) => void;
  readonly bytes: () => number;
};

const wordsOf = (id: string): readonly [number, number, number, number] => {
  const hex = id.replaceAll('-', '');
  const word = (index: number): number => Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16) >>> 0;
  return [word(0), word(1), word(2), word(3)];
};

/**
 * Positions by event id, in one array beside the heap: 20 bytes a slot, 29 to 57 bytes an event, where a `Map` of strings
 * would take about 130. Ids are name-based uuids, so that their first word spreads as well as a hash would.
 */
export const createIdIndex = (slots = 1_024): IdIndex => {
  let size = slots;
  let table = new Uint32Array(size * WORDS);
  let count = 0;

  /** The slot of an id in a table: its own, or the empty one where it belongs. */
  const slotOf = (into: Uint32Array, [a, b, c, d]: readonly [number, number, number, number]): number => {
    const last = into.length / WORDS - 1;
    for (let slot = (a ^ c) & last; ; slot = (slot + 1) & last) {
      const at = slot * WORDS;
      if (into[at + 4] === 0) return at;
      if (into[at] === a && into[at + 1] === b && into[at + 2] === c && into[at + 3] === d) return at;
    }
  };
  const grow = (): void => {
    const larger = new Uint32Array(size * 2 * WORDS);
    for (let at = 0; at < table.length; at += WORDS) {
      if (table[at + 4] === 0) continue;
      const [a = 0, b = 0, c = 0, d = 0] = table.subarray(at, at + 4);
      larger.set(table.subarray(at, at + WORDS), slotOf(larger, [a, b, c, d]));
    }
    size *= 2;
    table = larger;
  };

  return {
    get: (id) => {
      const found = table[slotOf(table, wordsOf(id)) + 4] ?? 0;
      return found === 0 ? undefined : found - 1;
    },
    set: (id, position) => {
      if (position > MOST) throw new RangeError(`position ${String(position)} is beyond the index`);
      if (count + 1 > size * FULL) grow();
      const words = wordsOf(id);
      const at = slotOf(table, words);
      if (table[at + 4] === 0) count += 1;
      table.set([...words, position + 1], at);
    },
    bytes: () => table.byteLength,
  };
};

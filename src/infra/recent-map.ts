/** A map that forgets what was not used lately. */
export type RecentMap<V> = {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  readonly clear: () => void;
};

/**
 * Keeps at least the `limit` entries used last and at most twice as many: two generations, of which the older is dropped
 * whole. A use costs a look, where a list in order of use would cost a deletion and an insertion each time.
 */
export const createRecentMap = <V>(limit: number): RecentMap<V> => {
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  const set = (key: string, value: V): void => {
    if (young.size >= limit && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };
  return {
    get: (key) => {
      const recent = young.get(key);
      if (recent !== undefined) return recent;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
    set,
    clear: () => {
      young = new Map();
      old = new Map();
    },
  };
};

/** Rounds of every measurement: the floor and ours take turns, so that what else the machine does falls on both. */
const ROUNDS = 5;

/** Throws on an empty list. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('no values');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

/** The value below which `share` of the values lie (nearest rank). Throws on an empty list. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.ceil(share * sorted.length) - 1];
  if (found === undefined) throw new Error('no values');
  return found;
};

/** Measures everything once a round, in turns, each time anew; answers the medians. Says each value on standard error. */
export const interleaved = async <Name extends string>(
  measures: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> => {
  const names = Object.keys(measures) as Name[];
  const values = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 1; round <= ROUNDS; round += 1) {
    const said: string[] = [];
    for (const name of names) {
      const value = await measures[name]();
      values.get(name)?.push(value);
      said.push(`${name} ${value.toPrecision(4)}`);
    }
    process.stderr.write(`  round ${String(round)}: ${said.join(', ')}\n`);
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<Name, number>;
};

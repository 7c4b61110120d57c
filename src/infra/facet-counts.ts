import type { Scalar } from '../projections/filter.ts';
import { compareScalars } from '../projections/matches.ts';

type Facet = { readonly value: Scalar; readonly count: number };

/** How often each value of each field occurs, told from combinations of values: most frequent first, then by value. */
export const facetCounts = (
  fields: readonly string[],
  combinations: Iterable<{ readonly values: readonly Scalar[]; readonly hits: number }>,
): Record<string, readonly Facet[]> => {
  const counts = fields.map(() => new Map<Scalar, number>());
  for (const { values, hits } of combinations) {
    for (const [place, value] of values.entries()) {
      const count = counts[place];
      count?.set(value, (count.get(value) ?? 0) + hits);
    }
  }
  const ordered = (found: ReadonlyMap<Scalar, number> | undefined): readonly Facet[] =>
    Array.from(found ?? [], ([value, count]) => ({ value, count })).sort(
      (a, b) => b.count - a.count || compareScalars(a.value, b.value),
    );
  return Object.fromEntries(fields.map((field, place) => [field, ordered(counts[place])]));
};

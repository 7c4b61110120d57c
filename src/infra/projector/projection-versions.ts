import type { Projection } from '../../projections/projection.ts';
import type { ReadStore } from '../../projections/read-store.ts';

/** The highest version of each name. */
export const newestOf = (projections: readonly Projection[]): readonly Projection[] =>
  projections.filter(({ name, version }) => projections.every((other) => other.name !== name || other.version <= version));

/**
 * What is to be fed: the newest version of each name, and an older one as long as the store has it. So an older version is
 * fed until it is dropped, and not begun where it never was (decision 11).
 */
export const fedOf = async (
  store: Pick<ReadStore, 'versions'>,
  projections: readonly Projection[],
): Promise<readonly Projection[]> => {
  const newest = newestOf(projections);
  const fed: Projection[] = [];
  for (const projection of projections)
    if (newest.includes(projection) || (await store.versions(projection.name)).includes(projection.version)) fed.push(projection);
  return fed;
};

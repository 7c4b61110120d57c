import type { OrganizationNames } from './events/organization.ts';
import type { CivilDate } from './time.ts';

/** Names that a body bears from a day on. */
export type DatedNames = OrganizationNames & { readonly from: CivilDate };

/** The names of a registration or a rename, without what else it says. */
export const namesOf = ({ name, shortName, aliases }: OrganizationNames): OrganizationNames => ({ name, shortName, aliases });

/** The names with others from a day on, oldest first: a rename may be recorded after one that took effect later (R2.1). */
export const withNamesFrom = (names: readonly DatedNames[], next: OrganizationNames, from: CivilDate): readonly DatedNames[] => [
  ...names.filter((earlier) => earlier.from <= from),
  { ...namesOf(next), from },
  ...names.filter((later) => later.from > from),
];

/** The names of a day: the last that are from it or before, or the first where none is from so early. */
export const lastNamesOn = (names: readonly DatedNames[], date: CivilDate): DatedNames | undefined =>
  names.findLast(({ from }) => from <= date) ?? names[0];

import type { CatalogEntry, DataType, Mask } from './catalog-entry.ts';
import type { RowCondition } from './events/application.ts';
import type { GrantedItem } from './events/grant.ts';
import { masked } from './masking.ts';

/** Types whose values compare as numbers. */
const NUMERIC: readonly DataType[] = ['N', 'Y', 'B', 'I', 'F'];

/** A reader's own condition on a granted item; the same shape as a reply's row condition. */
export type TableFilter = RowCondition;
export type TableQuery = {
  readonly columns: readonly { readonly name: string; readonly mask: Mask }[];
  readonly conditions: readonly (RowCondition & { readonly numeric: boolean })[];
};

/** How an item may be shown. One that the entry has no more is hidden: nobody says any longer how much of it may be seen. */
export const maskOf = (entry: CatalogEntry, name: string): Mask => entry.items.find((item) => item.name === name)?.mask ?? 'all';

/** The condition with how it compares: as the item's type says in the entry. */
const typed = (entry: CatalogEntry, condition: RowCondition): TableQuery['conditions'][number] => ({
  ...condition,
  numeric: NUMERIC.includes(entry.items.find(({ name }) => name === condition.item)?.dataType ?? 'C'),
});

/**
 * What a grant lets be read of a table: its items, masked as the entry says, in the rows of all its conditions (R11.3, R14.3).
 * `asGranted`: the entry as it was when the grant was issued. The grant's own conditions compare by its types: what the reply
 * said as of numbers would pick other rows as of text. The reader's compare by those of today.
 */
export const tableQuery = (
  entry: CatalogEntry,
  asGranted: CatalogEntry,
  granted: readonly GrantedItem[],
  asked: readonly string[],
  filters: readonly TableFilter[],
): TableQuery => ({
  columns: asked.map((name) => ({ name, mask: maskOf(entry, name) })),
  conditions: [
    ...granted.flatMap(({ rows }) => (rows === null ? [] : [typed(asGranted, rows)])),
    ...filters.map((filter) => typed(entry, filter)),
  ],
});

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

const compare = (left: string, right: string, numeric: boolean): number => {
  if (numeric) return Number(left) - Number(right);
  return left < right ? -1 : Number(left > right);
};

/**
 * Whether a row meets every condition. A value that is no number meets no numeric one, not even `ne`; a row without the
 * column meets none at all, since nobody knows what would stand there (R14.3).
 */
export const holds = ({ conditions }: TableQuery, row: Readonly<Record<string, string>>): boolean =>
  conditions.every(({ item, is, value, numeric }) => {
    const cell = Object.hasOwn(row, item) ? row[item] : undefined;
    if (cell === undefined) return false;
    if (numeric && !(isNumber(cell) && isNumber(value))) return false;
    const order = compare(cell, value, numeric);
    return { eq: order === 0, ne: order !== 0, lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[is];
  });

/** The row as the reader may see it: granted columns only, masked. */
export const shown = ({ columns }: TableQuery, row: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(columns.map(({ name, mask }) => [name, masked(mask, row[name] ?? '')]));

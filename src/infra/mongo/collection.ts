import type { Scalar } from '../../projections/filter.ts';
import type { ProjectionRef } from '../../projections/read-store.ts';
import type { Shape } from '../projection-shape.ts';

/** `until` of a state that no later event has ended. A number, so that one comparison serves it and all others. */
export const OPEN = Number.MAX_SAFE_INTEGER;

/** What one event may write at most; births are numbered position × this + place. 2^53 holds nine thousand million positions. */
const PLACES = 1_000_000;

/**
 * One state of one document: what it was from the event at `position` to before the one at `until`. All of a row but
 * `until` follows from the log alone, and `until` changes once, from OPEN to the position of the next change, which
 * follows from the log too. So it does not matter who writes a row, how often, or in what order (decision 10): a worker
 * that lost its lease writes what is there already or will be. `json` null: deleted. `f0`, `f1`, …: the declared fields.
 */
export type Row = {
  readonly _id: string;
  readonly id: string;
  readonly position: number;
  readonly until: number;
  /** Place in the order of birth: the same in every row of a document. */
  readonly born: number;
  readonly json: string | null;
  readonly words?: readonly string[];
  readonly parts?: string;
  readonly [field: FieldKey]: Scalar;
};
export type FieldKey = `f${number}`;

export type Collection = Shape & { readonly ref: ProjectionRef; readonly name: string };

export const collectionName = ({ name, version }: ProjectionRef): string => `${name}.v${String(version)}`;

export const collectionOf = ({ name, version }: ProjectionRef, shape: Shape): Collection => ({
  ...shape,
  ref: { name, version },
  name: collectionName({ name, version }),
});

export const rowId = (id: string, position: number): string => `${id} ${String(position)}`;

/** The place in the order of birth of a document whose first event is at `position` and left it as its `place`-th. */
export const bornAt = (position: number, place: number): number => {
  if (place >= PLACES) throw new Error(`an event left more than ${String(PLACES)} documents`);
  return Math.max(position, 0) * PLACES + place;
};

/** How rows name a declared field; undefined: this version has none of that name, and it equals null. */
export const fieldKey = ({ fields }: Shape, field: string): FieldKey | undefined => {
  const at = fields.indexOf(field);
  return at < 0 ? undefined : (`f${String(at)}` as FieldKey);
};

type IndexKey = Readonly<Record<string, 1>>;
export const BY_ID: IndexKey = { id: 1, position: 1 };
export const BY_BIRTH: IndexKey = { born: 1, position: 1 };

/**
 * What a collection is read by. An index on `until` finds what is so now and nothing of the past; one without it finds
 * what was so at a position, and its entries never move while a read walks along them.
 */
export const indexesOf = (collection: Collection): readonly IndexKey[] => {
  const { indexes, history, text } = collection;
  const keys = indexes.map((index) => Object.fromEntries(index.map((field) => [fieldKey(collection, field) ?? field, 1])));
  return [
    BY_ID,
    BY_BIRTH,
    { until: 1, born: 1 },
    ...keys.map((key): IndexKey => ({ until: 1, ...key, born: 1 })),
    ...(history ? keys.map((key): IndexKey => ({ ...key, born: 1 })) : []),
    ...(text ? [{ words: 1, born: 1 } as const] : []),
  ];
};

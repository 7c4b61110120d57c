import type { Projection } from '../projections/projection.ts';
import type { ProjectionRef } from '../projections/read-store.ts';

/** What the tables of one projection version look like; kept beside them, since an older life may look otherwise. */
export type Shape = {
  readonly history: boolean;
  readonly text: boolean;
  readonly fields: readonly string[];
  readonly indexes: readonly (readonly string[])[];
};

export const shapeOf = (projection: Projection): Shape => ({
  history: projection.history,
  text: projection.text !== undefined,
  fields: Object.keys(projection.fields),
  indexes: projection.indexes,
});

export const titleOf = ({ name, version }: ProjectionRef): string => `${name} v${String(version)}`;

/** The projection's code no longer fits its tables: it must be given a higher version, or be rebuilt. */
export class ShapeChanged extends Error {
  constructor(ref: ProjectionRef) {
    super(
      `${titleOf(ref)} changed its fields, indexes, text, history or tables under the same version: raise the version, or run: hongzhang rebuild`,
    );
    this.name = 'ShapeChanged';
  }
}

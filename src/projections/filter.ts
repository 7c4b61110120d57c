/**
 * The one filter language of read models: evaluated in memory here, compiled to SQL and to MongoDB by the adapters, so
 * that a batch's documents and the store's answer by the same rules (decision 10). Fields are those that the projection
 * declares; a missing field equals null.
 */
export type Scalar = string | number | boolean | null;
export type Filter =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly field: string; readonly is: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'; readonly value: Scalar }
  | { readonly field: string; readonly is: 'in'; readonly value: readonly Scalar[] }
  /** The document's words (declared as `text`) hold every term of the query as a substring of one of its parts. */
  | { readonly search: string };

/** Holds for every document. */
export const EVERYTHING: Filter = { all: [] };
/** Holds for none. */
export const NOTHING: Filter = { any: [] };

export const all = (...filters: readonly Filter[]): Filter => ({ all: filters });
export const any = (...filters: readonly Filter[]): Filter => ({ any: filters });
export const eq = (field: string, value: Scalar): Filter => ({ field, is: 'eq', value });
export const ne = (field: string, value: Scalar): Filter => ({ field, is: 'ne', value });
export const lt = (field: string, value: Scalar): Filter => ({ field, is: 'lt', value });
export const lte = (field: string, value: Scalar): Filter => ({ field, is: 'lte', value });
export const gt = (field: string, value: Scalar): Filter => ({ field, is: 'gt', value });
export const gte = (field: string, value: Scalar): Filter => ({ field, is: 'gte', value });
export const oneOf = (field: string, value: readonly Scalar[]): Filter => ({ field, is: 'in', value });

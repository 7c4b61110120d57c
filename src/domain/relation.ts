import type { OrganizationId } from './ids.ts';

/** How an actor stands to a thing. The permission table is role × relation; read models name their scope fields alike. */
export const RELATIONS = ['own', 'self', 'provider', 'applicant', 'user', 'operator', 'recipient', 'debtor'] as const;
export type Relation = (typeof RELATIONS)[number];

declare const permitted: unique symbol;
/**
 * What a reader may see of a view (decision 17): every read-model call takes one and only `permissions.ts` makes one.
 * `organization`: documents in which the organization stands in one of these relations (fields of the same names).
 */
export type Scope = { readonly [permitted]: true } & (
  | { readonly sees: 'everything' }
  | { readonly sees: 'nothing' }
  | { readonly sees: 'related'; readonly organization: OrganizationId; readonly relations: readonly Relation[] }
);

import type { AccountId, OrganizationId } from './ids.ts';

/**
 * How an actor stands to a thing; `listed` is everybody's relation to a published catalog entry. The permission table is role × relation; read models name their scope fields alike.
 */
export const RELATIONS = ['own', 'self', 'provider', 'applicant', 'user', 'operator', 'recipient', 'debtor', 'listed'] as const;
export type Relation = (typeof RELATIONS)[number];

declare const permitted: unique symbol;
/**
 * What a reader may see of a view (decision 17): every read-model call takes one and only `permissions.ts` makes one.
 * `related`: documents in which one of the reader's bodies, the organization and those it has absorbed (for `self`, the
 * account), stands in one of these relations, which are fields of the same names; `listed` is a boolean field.
 */
export type Unbranded =
  | { readonly sees: 'everything' }
  | {
      readonly sees: 'related';
      readonly account: AccountId;
      readonly bodies: readonly OrganizationId[];
      readonly relations: readonly Relation[];
    };
export type Scope = Unbranded & { readonly [permitted]: true };

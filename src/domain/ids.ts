/**
 * Branded identifiers. An id is opaque: nobody may read meaning out of one, and no personal data goes into one
 * (design decision 16). The brands exist only in types.
 */
declare const brand: unique symbol;
export type Id<Noun extends string> = string & { readonly [brand]: Noun };

export type OrganizationId = Id<'Organization'>;
export type AccountId = Id<'Account'>;
export type ResourceId = Id<'Resource'>;
export type ApplicationId = Id<'Application'>;
export type GrantId = Id<'Grant'>;
export type PolicyId = Id<'Policy'>;
export type NoticeId = Id<'Notice'>;

/** Gives a string the brand its place in the code calls for. Used at the edges, where ids come in as plain text. */
export const asId = <T extends Id<string>>(text: string): T => text as T;

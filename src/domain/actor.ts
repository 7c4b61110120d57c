import type { Assurance, Matter, Role } from './events/account.ts';
import type { Level, OrganizationFunction } from './events/organization.ts';
import type { AccountId, OrganizationId } from './ids.ts';

/** A reaction or the bootstrap, by its own name. */
export type SystemActor = { readonly system: `system:${string}` };

/**
 * A person or gateway at one instant, folded from the log: what they may do then, not what they once could. Roles and
 * mandates that are not valid at that instant are not in it.
 */
export type AccountActor = {
  readonly account: AccountId;
  readonly kind: 'person' | 'gateway';
  readonly organization: OrganizationId;
  /** Bodies that were merged into the organization: their affairs are its own (R2.1). */
  readonly absorbed: readonly OrganizationId[];
  readonly level: Level;
  readonly divisionCode: string;
  readonly functions: readonly OrganizationFunction[];
  /** Areas whose operator's seat the organization holds. */
  readonly operates: readonly string[];
  readonly roles: readonly Role[];
  readonly assurance: Assurance;
  /** The filed data chief of the organization, with the role. */
  readonly isChief: boolean;
  /** Delegations in force from the present chief (R13.1). */
  readonly delegations: readonly { readonly by: AccountId; readonly matters: readonly Matter[] }[];
};

export type Actor = SystemActor | AccountActor;

export const isAccount = (actor: Actor): actor is AccountActor => 'account' in actor;

/** The bodies whose affairs are the actor's to see to: its own organization first, then those that it has absorbed (R2.1). */
export const bodiesOf = ({
  organization,
  absorbed,
}: Pick<AccountActor, 'organization' | 'absorbed'>): readonly OrganizationId[] => [organization, ...absorbed];

/** Does the actor act for this body? */
export const actsFor = ({ organization, absorbed }: AccountActor, body: OrganizationId | null): boolean =>
  body !== null && (organization === body || absorbed.includes(body));

/** What stands in the envelope's `actor`. */
export const actorName = (actor: Actor): string => ('account' in actor ? actor.account : actor.system);

/** May the actor act as the data chief in this matter: as the chief, or for the chief as a delegate? */
export const mandateFor = (actor: Actor, matter: Matter): { readonly onBehalfOf: AccountId | null } | null => {
  if (!isAccount(actor)) return null;
  if (actor.isChief) return { onBehalfOf: null };
  const delegation = actor.delegations.find(({ matters }) => matters.includes(matter));
  return delegation === undefined ? null : { onBehalfOf: delegation.by };
};

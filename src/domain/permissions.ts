import { bodiesOf, isAccount, type AccountActor, type Actor } from './actor.ts';
import { DomainError } from './domain-error.ts';
import type { Role } from './events/account.ts';
import { PERMISSIONS, type Operation, type Permission } from './permission-table.ts';
import type { Relation, Scope, Unbranded } from './relation.ts';

/** Scopes are made here and nowhere else. */
const branded = (scope: Unbranded): Scope => scope as unknown as Scope;

type Grant = { readonly who: Role | 'account' | 'public'; readonly relation: Relation | 'any' };

const parse = (cell: Permission['allow'][number]): Grant => {
  const [who, relation] = cell.split('@') as [Grant['who'], Grant['relation']];
  return { who, relation };
};

const grantsOf = (operation: Operation): readonly Grant[] => PERMISSIONS[operation].allow.map(parse);

const has = (actor: AccountActor, who: Grant['who']): boolean => who === 'public' || who === 'account' || actor.roles.includes(who);

/** Whether the table lets the actor, standing in these relations to the thing, do this. The system's own acts are its rules'. */
export const allows = (operation: Operation, actor: Actor, relations: readonly Relation[]): boolean =>
  !isAccount(actor) ||
  grantsOf(operation).some(({ who, relation }) => has(actor, who) && (relation === 'any' || relations.includes(relation)));

/** Whether the operation needs no account at all (the portal's and the calculator's readers). */
export const isPublic = (operation: Operation): boolean => grantsOf(operation).some(({ who }) => who === 'public');

/**
 * Throws `permission.denied` (403) for a thing the actor may see but not act on, and `thing.not-found` (404) for one
 * that the actor may not even see (decision 17).
 */
export const permit = (operation: Operation, actor: Actor, relations: readonly Relation[]): void => {
  if (allows(operation, actor, relations)) return;
  const { seenBy } = PERMISSIONS[operation];
  if (seenBy !== null && !allows(seenBy, actor, relations)) throw new DomainError('thing.not-found');
  throw new DomainError('permission.denied', { operation });
};

/** What the actor may see of a list. Throws `permission.denied` where no role of the actor's reads it at all. */
export const scopeOf = (operation: Operation, actor: AccountActor): Scope => {
  const held = grantsOf(operation).filter(({ who }) => has(actor, who));
  if (held.length === 0) throw new DomainError('permission.denied', { operation });
  if (held.some(({ relation }) => relation === 'any')) return branded({ sees: 'everything' });
  const relations = [...new Set(held.map(({ relation }) => relation as Relation))];
  return branded({ sees: 'related', account: actor.account, bodies: bodiesOf(actor), relations });
};

/**
 * The same for one thing: to whom no role shows any, each is one that is not there (`thing.not-found`). 403 is for a thing
 * that the reader sees (decision 17).
 */
export const scopeOfOne = (operation: Operation, actor: AccountActor): Scope => {
  if (!grantsOf(operation).some(({ who }) => has(actor, who))) throw new DomainError('thing.not-found');
  return scopeOf(operation, actor);
};

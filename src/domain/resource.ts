import { actsFor, isAccount } from './actor.ts';
import type { AccountActor } from './actor.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { setFact } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { Command, Decider, Facts } from './decider.ts';
import type { AbandonedEvent } from './events/account.ts';
import type { Level } from './events/organization.ts';
import type { ResourceEvent } from './events/resource.ts';
import type { OrganizationId } from './ids.ts';
import { areaOf } from './operator-seat.ts';
import type { Relation } from './relation.ts';
import { decideChange } from './resource-change.ts';
import type { ChangeCommand } from './resource-change.ts';
import { fitsCategory } from './resource-code.ts';
import { ensureEntry, lawAt, lawFact } from './resource-law.ts';
import { decideReview } from './resource-review.ts';
import type { ReviewCommand } from './resource-review.ts';
import { during, evolveResource } from './resource-state.ts';
import type { ResourceState, ResourceStatus } from './resource-state.ts';
import { decideSupply } from './resource-supply.ts';
import type { SupplyCommand } from './resource-supply.ts';

export type CompileCommand =
  | Command<'DraftResource', { readonly entry: CatalogEntry }>
  | Command<'ReviseResource', { readonly entry: CatalogEntry }>
  /** `code`: what was drawn for this submission; null where the resource has one of its category already. */
  | Command<'SubmitResource', { readonly code: string | null }>;

export type ResourceCommand = CompileCommand | ReviewCommand | ChangeCommand | SupplyCommand;
type Of<T extends CompileCommand['type']> = Extract<CompileCommand, { type: T }>;

/** The drafter's department becomes the provider, at the level and in the area that it has then (R7.1). */
const draft = (
  state: ResourceState,
  { actor, at, data: { entry } }: Of<'DraftResource'>,
  facts: Facts,
): readonly ResourceEvent[] => {
  during(state, 'none');
  ensure(isAccount(actor), 'resource.needs-account');
  ensureEntry(entry, lawAt(facts, at));
  const { organization: provider, level, divisionCode } = actor;
  return [{ type: 'ResourceDrafted', data: { provider, level, divisionCode, entry } }];
};

const revise = (state: ResourceState, { at, data: { entry } }: Of<'ReviseResource'>, facts: Facts): readonly ResourceEvent[] => {
  during(state, 'draft', 'returned');
  ensureEntry(entry, lawAt(facts, at));
  return [{ type: 'ResourceRevised', data: { entry } }];
};

/** What is submitted is checked by the law of that day; a resubmission keeps its code unless its category changed. */
const submit = (current: ResourceState, { at, data }: Of<'SubmitResource'>, facts: Facts): readonly ResourceEvent[] => {
  const state = during(current, 'draft', 'returned');
  ensureEntry(state.entry, lawAt(facts, at));
  const code = fitsCategory(state.code, state.entry) ? state.code : data.code;
  ensure(fitsCategory(code, state.entry), 'resource.code-mismatch', { code });
  return [{ type: 'ResourceSubmitted', data: { code, round: state.round + 1 } }];
};

/** A catalog entry from its draft to its withdrawal (R7.2, R9, R12.1, R26.1). Stream `resource-<id>`. */
export const resource: Decider<ResourceState, ResourceCommand, ResourceEvent | AbandonedEvent> = {
  category: 'resource',
  initialState: () => ({ status: 'none' }),
  reads: (command) => {
    switch (command.type) {
      case 'DraftResource':
      case 'ReviseResource':
      case 'SubmitResource':
        return [lawFact];
      case 'RequestChange':
        return [lawFact, setFact('resource-users', command.data.resource)];
      default:
        return [];
    }
  },
  matter: ({ type }) => (type === 'DepartmentReview' ? 'department-review' : null),
  decide: (command, state, facts) => {
    switch (command.type) {
      case 'DraftResource':
        return draft(state, command, facts);
      case 'ReviseResource':
        return revise(state, command, facts);
      case 'SubmitResource':
        return submit(state, command, facts);
      case 'DepartmentReview':
      case 'OperatorReview':
        return decideReview(command, state);
      case 'MountResource':
      case 'StoreContent':
      case 'RefreshResource':
      case 'ResumeSupply':
        return decideSupply(command, state);
      default:
        return decideChange(command, state, facts);
    }
  },
  evolve: evolveResource,
};

/** What of a resource says who is related to it; the catalog's document has it too. */
type Standing = {
  readonly status: Exclude<ResourceStatus, 'none' | 'abandoned'>;
  readonly provider: OrganizationId;
  readonly level: Level;
  readonly divisionCode: string;
  readonly told?: readonly OrganizationId[];
};

/**
 * How an actor stands to a resource (permission table). A recipient stays one when the change is over, so that who repeats an
 * answer to it is told what they were told (api.md, conventions).
 */
export const relationsToResource = (state: ResourceState | Standing, actor: AccountActor): readonly Relation[] => {
  if (!('provider' in state)) return [];
  const relations: Relation[] = [];
  if (actsFor(actor, state.provider)) relations.push('provider');
  if (actor.operates.includes(areaOf(state))) relations.push('operator');
  if (state.status === 'published') relations.push('listed');
  const told = 'told' in state ? state.told : undefined;
  if (told?.some((organization) => actsFor(actor, organization)) === true) relations.push('recipient');
  return relations;
};

import { actorName, mandateFor } from './actor.ts';
import { ensure } from './domain-error.ts';
import type { Command } from './decider.ts';
import type { ResourceEvent } from './events/resource.ts';
import { during } from './resource-state.ts';
import type { ResourceState } from './resource-state.ts';
import { civilDateOf } from './time.ts';

type Review = { readonly decision: 'approve' | 'return'; readonly comment: string | null };

export type ReviewCommand = Command<'DepartmentReview', Review> | Command<'OperatorReview', Review>;
type Of<T extends ReviewCommand['type']> = Extract<ReviewCommand, { type: T }>;

/**
 * The first gate: the data chief or a delegate (R7.2). Neither who wrote the entry nor who acts for somebody that wrote it
 * may approve or return it.
 */
const reviewInDepartment = (current: ResourceState, { actor, data }: Of<'DepartmentReview'>): readonly ResourceEvent[] => {
  const { authors, round } = during(current, 'submitted');
  const mandate = mandateFor(actor, 'department-review');
  ensure(mandate !== null, 'resource.needs-data-chief');
  const answerable: readonly (string | null)[] = [actorName(actor), mandate.onBehalfOf];
  ensure(!authors.some((author) => answerable.includes(author)), 'resource.author-reviews');
  const { decision, comment } = data;
  if (decision === 'approve') return [{ type: 'DepartmentReviewApproved', data: { round, comment } }];
  ensure(comment !== null, 'resource.comment-required');
  return [{ type: 'DepartmentReviewReturned', data: { round, comment } }];
};

/** The second gate: the operator of the level and area, another person again; approval publishes (R7.2). */
const reviewAsOperator = (current: ResourceState, { actor, at, data }: Of<'OperatorReview'>): readonly ResourceEvent[] => {
  const state = during(current, 'department-approved');
  ensure(!state.authors.includes(actorName(actor)), 'resource.author-reviews');
  ensure(state.reviewer !== actorName(actor), 'resource.same-reviewer');
  const { decision, comment } = data;
  const { round, provider, level, divisionCode, entry } = state;
  if (decision === 'return') {
    ensure(comment !== null, 'resource.comment-required');
    return [{ type: 'OperatorReviewReturned', data: { round, comment } }];
  }
  return [
    { type: 'OperatorReviewApproved', data: { round, comment } },
    {
      type: 'ResourcePublished',
      data: { provider, level, divisionCode, code: state.code, version: 1, entry, publishedOn: civilDateOf(at) },
    },
  ];
};

/** The two gates between a submitted entry and the catalog. */
export const decideReview = (command: ReviewCommand, state: ResourceState): readonly ResourceEvent[] =>
  command.type === 'DepartmentReview' ? reviewInDepartment(state, command) : reviewAsOperator(state, command);

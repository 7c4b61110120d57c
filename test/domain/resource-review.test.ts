import { describe, it } from 'vitest';
import { resource } from '../../src/domain/resource.ts';
import { person, specOf } from '../support/decider-spec.ts';
import { entryOf } from '../support/entries.ts';
import { area, chief, CODE, departmentApproved, drafted, inCatalog, operator, revised, submitted, writer } from '../support/resources.ts'; // prettier-ignore

const { given } = specOf(resource);
const awaitingDepartment = [drafted(), submitted()];
const awaitingOperator = [...awaitingDepartment, departmentApproved()];
const delegate = person('delegate', { delegations: [{ by: 'chief', matters: ['department-review'] }] });

const inDepartment = (decision: 'approve' | 'return', comment: string | null, actor = chief) =>
  ({ type: 'DepartmentReview', data: { decision, comment }, actor }) as const;
const asOperator = (decision: 'approve' | 'return', comment: string | null, actor = operator) =>
  ({ type: 'OperatorReview', data: { decision, comment }, actor }) as const;

describe('the department review (R7.2)', () => {
  it('approves, by the data chief', () => {
    given(awaitingDepartment)
      .when(inDepartment('approve', null))
      .then([{ type: 'DepartmentReviewApproved', data: { round: 1, comment: null } }]);
  });

  it('approves, by a delegate in that matter', () => {
    given(awaitingDepartment)
      .when(inDepartment('approve', '同意', delegate))
      .then([{ type: 'DepartmentReviewApproved', data: { round: 1, comment: '同意' } }]);
  });

  it('returns with a comment', () => {
    given(awaitingDepartment)
      .when(inDepartment('return', '缺数据类型'))
      .then([{ type: 'DepartmentReviewReturned', data: { round: 1, comment: '缺数据类型' } }]);
  });

  it('is refused without a comment on a return', () => {
    given(awaitingDepartment).when(inDepartment('return', null)).refused('resource.comment-required');
  });

  it('is refused to whoever has no mandate', () => {
    const other = person('other', { delegations: [{ by: 'chief', matters: ['replies'] }] });
    given(awaitingDepartment)
      .when(inDepartment('approve', null, other))
      .refused('resource.needs-data-chief');
  });

  it('is refused to the drafter and to every reviser', () => {
    const writingChief = person('writer', { isChief: true });
    given(awaitingDepartment)
      .when(inDepartment('approve', null, writingChief))
      .refused('resource.author-reviews');
    given([drafted(), revised(entryOf(), 'chief'), revised(entryOf(), 'writer'), submitted()])
      .when(inDepartment('return', '缺数据类型'))
      .refused('resource.author-reviews');
  });

  it('is refused to a delegate of the chief who wrote the entry', () => {
    given([drafted(entryOf(), 'chief'), submitted()])
      .when(inDepartment('approve', null, delegate))
      .refused('resource.author-reviews');
  });

  it('is refused where nothing awaits it', () => {
    given([drafted()]).when(inDepartment('approve', null)).refused('resource.wrong-status', { status: 'draft' });
    given(awaitingOperator).when(inDepartment('approve', null)).refused('resource.wrong-status', { status: 'department-approved' });
  });
});

describe('the operator review (R7.2)', () => {
  it('approves and publishes version 1 on the civil date of the approval', () => {
    given(awaitingOperator)
      .when({ ...asOperator('approve', null), at: '2026-01-06T16:00:00.000Z' })
      .then([
        { type: 'OperatorReviewApproved', data: { round: 1, comment: null } },
        {
          type: 'ResourcePublished',
          data: { ...area, code: CODE, version: 1, entry: entryOf(), publishedOn: '2026-01-07' },
        },
      ]);
  });

  it('returns with a comment', () => {
    given(awaitingOperator)
      .when(asOperator('return', '请补充共享条件'))
      .then([{ type: 'OperatorReviewReturned', data: { round: 1, comment: '请补充共享条件' } }]);
  });

  it('is refused without a comment on a return', () => {
    given(awaitingOperator).when(asOperator('return', null)).refused('resource.comment-required');
  });

  it('is refused to an author and to the reviewer of the department', () => {
    given(awaitingOperator)
      .when(asOperator('approve', null, writer))
      .refused('resource.author-reviews');
    given(awaitingOperator)
      .when(asOperator('approve', null, chief))
      .refused('resource.same-reviewer');
  });

  it('is refused before the department has approved and after publication', () => {
    given(awaitingDepartment).when(asOperator('approve', null)).refused('resource.wrong-status', { status: 'submitted' });
    given(inCatalog()).when(asOperator('approve', null)).refused('resource.wrong-status', { status: 'published' });
  });
});

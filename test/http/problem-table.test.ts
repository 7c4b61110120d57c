import { describe, expect, it } from 'vitest';
import { problemOf } from '../../src/http/problem-table.ts';

describe('the answer for a code', () => {
  it('is the row in the language asked for, with its values', () => {
    expect(problemOf('precondition.stale', { expected: 3, actual: 5 }, 'zh')).toEqual({
      type: '/docs/problems#precondition.stale',
      title: '内容已变化',
      status: 412,
      detail: '您看到的是版本 3，现为 5，请重新查看后再决定。',
      code: 'precondition.stale',
    });
    expect(problemOf('precondition.stale', { expected: 3, actual: 5 }, 'en')).toMatchObject({
      title: 'Changed meanwhile',
      detail: 'You read revision 3; it is now 5. Read again and decide again.',
    });
  });

  it('names the article where the row has one', () => {
    expect(problemOf('resource.comment-required', {}, 'zh').article).toBe('R7.2');
    expect(problemOf('precondition.missing', {}, 'zh')).not.toHaveProperty('article');
  });

  it('says values of closed lists in Chinese, and lists them as each language does', () => {
    const details = { roles: ['data-chief', 'exchange-gateway'] };
    expect(problemOf('account.role-unfit-for-kind', details, 'zh').detail).toContain('云长、交换网关。');
    expect(problemOf('account.role-unfit-for-kind', details, 'en').detail).toContain('data-chief, exchange-gateway.');
    expect(problemOf('resource.wrong-status', { status: 'department-approved' }, 'zh').detail).toContain('“部门已审核”');
    expect(problemOf('resource.wrong-status', { status: 'constructor' }, 'zh').detail).toContain('“constructor”');
  });

  it('shows texts and numbers, cut at 200 characters, and nothing else', () => {
    const shown = (change: unknown): string => problemOf('resource.change-unknown', { change }, 'en').detail;
    expect(shown('c-1')).toBe('Change c-1 does not exist, was returned or took effect. Read the resource again.');
    expect(shown(0)).toContain('Change 0 does');
    expect(shown('x'.repeat(201))).toContain(`Change ${'x'.repeat(200)} does`);
    for (const hidden of [{ secret: 1 }, null, undefined, true, () => 'x']) expect(shown(hidden)).toContain('Change  does');
  });

  it('puts a value in as it stands, whatever it holds', () => {
    expect(problemOf('resource.change-unknown', { change: "$& $1 $' {x}" }, 'en').detail).toContain("Change $& $1 $' {x} does");
  });

  it.each(['no.such-code', '', 'constructor', '__proto__', 'service.fault'])('is a fault for %j, without its details', (code) => {
    const answer = problemOf(code, { secret: 'x' }, 'en');
    expect(answer).toEqual({
      type: '/docs/problems#service.fault',
      title: 'Service fault',
      status: 500,
      detail: 'Something broke inside the service and was logged. Try again later and quote the Request-Id.',
      code: 'service.fault',
    });
  });
});

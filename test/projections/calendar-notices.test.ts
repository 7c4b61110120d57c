import { describe, expect, it } from 'vitest';
import { calendarNotices } from '../../src/projections/calendar-notices.ts';
import { eq } from '../../src/projections/filter.ts';
import { matches } from '../../src/projections/matches.ts';
import { history } from '../support/events.ts';
import { aGrant } from '../support/offices.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { shippedNotices } from '../support/shipped.ts';

const [first, second] = shippedNotices;
const amended = { ...first!, title: '更正' };

describe('calendar notices', () => {
  const log = history('2026-01-05T01:00:00.000Z');
  log.recorded(`notice-${first!.id}`, 'CalendarNoticeProposed', { notice: first! }, { actor: 'a' });
  log.recorded(`notice-${second!.id}`, 'CalendarNoticeProposed', { notice: second! }, { actor: 'a' });
  log.recorded(`notice-${first!.id}`, 'CalendarNoticeProposed', { notice: amended }, { actor: 'b' });
  log.recorded(`notice-${first!.id}`, 'CalendarNoticeConfirmed', { notice: amended }, { actor: 'c' });
  const documents = project(calendarNotices, log.events);

  it('show the notice as last proposed, and by whom and when it was confirmed', () => {
    expect([...documents.values()]).toEqual([
      {
        id: 'cn-2019-v1',
        revision: 2,
        notice: amended,
        proposedBy: 'b',
        proposedAt: '2026-01-05T01:02:00.000Z',
        confirmedBy: 'c',
        confirmedAt: '2026-01-05T01:03:00.000Z',
      },
      {
        id: 'cn-2019-v2',
        revision: 0,
        notice: second,
        proposedBy: 'a',
        proposedAt: '2026-01-05T01:01:00.000Z',
        confirmedBy: null,
        confirmedAt: null,
      },
    ]);
  });

  it('are found by year and by whether they are confirmed', () => {
    const found = (field: string, value: number | boolean): readonly string[] =>
      [...documents.values()].filter((doc) => matches(eq(field, value), calendarNotices, doc)).map(({ id }) => id);
    expect(found('confirmed', true)).toEqual(['cn-2019-v1']);
    expect(found('confirmed', false)).toEqual(['cn-2019-v2']);
    expect([found('year', 2019).length, found('year', 2020).length]).toEqual([2, 0]);
  });

  it('come out the same in every batch split', () => {
    assertSplitsAgree(calendarNotices, log.events);
  });

  it('hold nothing for a confirmation whose proposal is unknown, nor for other events', () => {
    const other = history();
    other.recorded(`notice-${first!.id}`, 'CalendarNoticeConfirmed', { notice: first! });
    expect(project(calendarNotices, other.events).size).toBe(0);
    expect(calendarNotices.project(other.recorded('grant-1', 'GrantRevoked', { ...aGrant, reason: '完成' }), undefined)).toEqual(
      [],
    );
  });
});

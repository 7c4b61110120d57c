import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CalendarNotice } from '../../src/domain/calendar.ts';
import { calendarNoticeDecider, checkNotice } from '../../src/domain/calendar-notice.ts';
import { person, specOf } from '../support/decider-spec.ts';
import { shippedNotices } from '../support/shipped.ts';

const { given } = specOf(calendarNoticeDecider);
const [first, second] = [person('lead-1'), person('lead-2')];
const notice: CalendarNotice = {
  id: 'cn-2027-v1',
  year: 2027,
  version: 1,
  documentNumber: '国办发明电〔2026〕9号',
  title: '国务院办公厅关于2027年部分节假日安排的通知',
  publishedOn: '2026-11-04',
  offDays: ['2026-12-31', '2027-01-01', '2027-01-02'],
  makeUpWorkdays: ['2027-01-03', '2027-02-20'],
};
const other = { ...notice, title: '更正' };
const proposed = (of: CalendarNotice, actor = 'lead-1') =>
  ({ type: 'CalendarNoticeProposed', data: { notice: of }, actor }) as const;
const confirmed = (of: CalendarNotice, actor = 'lead-2') =>
  ({ type: 'CalendarNoticeConfirmed', data: { notice: of }, actor }) as const;
const propose = (of: CalendarNotice) => ({ type: 'ProposeCalendarNotice', data: { notice: of } }) as const;
const confirm = { type: 'ConfirmCalendarNotice', data: {} } as const;

describe('checking a notice', () => {
  it('finds nothing wrong with those that ship, nor with this one', () => {
    expect([notice, ...shippedNotices].flatMap(checkNotice)).toEqual([]);
  });

  it.each([
    ['an id with dots and hyphens', { id: 'cn.2027-v1_a' }],
    ['an id of 100 characters', { id: 'x'.repeat(100) }],
    ['the first and last plausible year', { year: 2000, publishedOn: '2000-01-01', offDays: [], makeUpWorkdays: [] }],
    ['the last plausible year', { year: 2100, publishedOn: '2099-12-01', offDays: [], makeUpWorkdays: [] }],
    ['a publication in the year itself', { publishedOn: '2027-01-27' }],
    ['a day of the next year', { offDays: ['2028-01-01'] }],
  ])('accepts %s', (_, part) => {
    expect(checkNotice({ ...notice, ...part })).toEqual([]);
  });

  it.each([
    ['id', { id: '' }, 'must be letters, digits, dots and hyphens'],
    ['id', { id: '2027 年' }, 'must be letters, digits, dots and hyphens'],
    ['id', { id: 'x'.repeat(101) }, 'must be letters, digits, dots and hyphens'],
    ['year', { year: 1999, publishedOn: '1999-01-01', offDays: [], makeUpWorkdays: [] }, 'is not plausible'],
    ['year', { year: 2101, publishedOn: '2101-01-01', offDays: [], makeUpWorkdays: [] }, 'is not plausible'],
    ['year', { year: 2026.5, publishedOn: '2026-01-01', offDays: [], makeUpWorkdays: [] }, 'is not plausible'],
    ['version', { version: 0 }, 'must be a positive integer'],
    ['version', { version: 1.5 }, 'must be a positive integer'],
    ['documentNumber', { documentNumber: '' }, 'is missing'],
    ['title', { title: '' }, 'is missing'],
    ['publishedOn', { publishedOn: '2026-11-31' }, 'must be a date'],
    ['publishedOn', { publishedOn: '2025-12-31' }, 'must lie in the year or the one before'],
    ['publishedOn', { publishedOn: '2028-01-01' }, 'must lie in the year or the one before'],
    ['offDays.1', { offDays: ['2027-01-01', '2027-1-2'] }, 'must be a date'],
    ['offDays.0', { offDays: ['2025-12-31'] }, 'is not near the year of the notice'],
    ['offDays.0', { offDays: ['2029-01-01'] }, 'is not near the year of the notice'],
    ['offDays.2', { offDays: ['2027-05-01', '2027-05-02', '2027-05-01'] }, 'stands there twice'],
    ['makeUpWorkdays.0', { makeUpWorkdays: ['2027-02-30'] }, 'must be a date'],
    ['makeUpWorkdays.0', { makeUpWorkdays: ['2029-01-06'] }, 'is not near the year of the notice'],
    ['makeUpWorkdays.1', { makeUpWorkdays: ['2027-02-20', '2027-02-20'] }, 'stands there twice'],
    ['makeUpWorkdays.0', { makeUpWorkdays: ['2027-02-19'] }, 'is not a Saturday or Sunday'],
    ['makeUpWorkdays.0', { makeUpWorkdays: ['2027-01-02'] }, 'is a day off too'],
  ])('names %s when it is wrong (%j)', (path, part, message) => {
    expect(checkNotice({ ...notice, ...part })).toEqual([{ path, message }]);
  });
});

describe('proposing a calendar notice', () => {
  it('records it', () => {
    given()
      .when({ ...propose(notice), actor: first })
      .then([{ type: 'CalendarNoticeProposed', data: { notice } }]);
  });

  it('supersedes a pending proposal', () => {
    given([proposed(notice)])
      .when(propose(other))
      .then([{ type: 'CalendarNoticeProposed', data: { notice: other } }]);
  });

  it('is nothing to do when the same notice is pending or confirmed', () => {
    given([proposed(notice)])
      .when(propose({ ...notice }))
      .then([]);
    given([proposed(notice), confirmed(notice)])
      .when(propose({ ...notice }))
      .then([]);
  });

  it('is refused once the notice is confirmed: an amendment is a notice of its own', () => {
    given([proposed(notice), confirmed(notice)])
      .when(propose(other))
      .refused('notice.already-confirmed');
  });

  it('is refused with every fault', () => {
    given()
      .when(propose({ ...notice, title: '', makeUpWorkdays: ['2027-02-19'] }))
      .refused('notice.invalid', {
        errors: [
          { path: 'title', message: 'is missing' },
          { path: 'makeUpWorkdays.0', message: 'is not a Saturday or Sunday' },
        ],
      });
  });
});

describe('confirming a calendar notice', () => {
  it('puts in force what another account proposed', () => {
    given([proposed(notice)])
      .when({ ...confirm, actor: second })
      .then([{ type: 'CalendarNoticeConfirmed', data: { notice } }]);
  });

  it('is open to the system that proposed it at the bootstrap', () => {
    given([proposed(notice, 'system:init')])
      .when({ ...confirm, actor: { system: 'system:init' } })
      .then([{ type: 'CalendarNoticeConfirmed', data: { notice } }]);
  });

  it('is refused to the account that proposed it', () => {
    given([proposed(notice)])
      .when({ ...confirm, actor: first })
      .refused('notice.same-person', { proposedBy: 'lead-1' });
  });

  it('is refused where nothing was proposed', () => {
    given()
      .when({ ...confirm, actor: second })
      .refused('notice.nothing-proposed');
  });

  it('is nothing to do when it is confirmed already', () => {
    given([proposed(notice), confirmed(notice)])
      .when({ ...confirm, actor: first })
      .then([]);
  });
});

describe('the state of a notice', () => {
  it('goes from unknown to proposed to confirmed', () => {
    expect([calendarNoticeDecider.category, given().state]).toEqual(['notice', { status: 'unknown' }]);
    expect(given([proposed(notice), proposed(other, 'lead-2')]).state).toEqual({
      status: 'proposed',
      notice: other,
      proposedBy: 'lead-2',
    });
    expect(given([proposed(notice), confirmed(notice)]).state).toEqual({ status: 'confirmed', notice });
  });

  it('folds any sequence of events', () => {
    const event = fc.constantFrom(proposed(notice), proposed(other, 'lead-2'), confirmed(notice));
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 20 }), (events) => {
        const last = events.at(-1)!.type === 'CalendarNoticeProposed' ? 'proposed' : 'confirmed';
        expect(given(events).state.status).toBe(last);
      }),
    );
  });
});

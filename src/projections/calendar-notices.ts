import type { CalendarNotice } from '../domain/calendar.ts';
import { idOf } from '../domain/envelope.ts';
import type { Instant } from '../domain/time.ts';
import type { Projection } from './projection.ts';

/** A holiday notice as last proposed, and by whom and when it was confirmed. */
export type CalendarNoticeDocument = {
  readonly id: string;
  readonly revision: number;
  readonly notice: CalendarNotice;
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  readonly confirmedBy: string | null;
  readonly confirmedAt: Instant | null;
};

/** The State Council notices as dated versions, proposed and confirmed (requirements §4). */
export const calendarNotices: Projection<CalendarNoticeDocument> = {
  name: 'calendar-notices',
  version: 2,
  history: true,
  fields: {
    year: ({ notice }) => notice.year,
    publishedOn: ({ notice }) => notice.publishedOn,
    confirmed: ({ confirmedAt }) => confirmedAt !== null,
  },
  indexes: [['year'], ['confirmed']],
  handles: ['CalendarNoticeProposed', 'CalendarNoticeConfirmed'],
  project: (event) => {
    const { revision, actor, at } = event;
    const id = idOf(event.stream);
    switch (event.type) {
      case 'CalendarNoticeProposed': {
        const { notice } = event.data;
        return [
          { id, apply: () => ({ id, revision, notice, proposedBy: actor, proposedAt: at, confirmedBy: null, confirmedAt: null }) },
        ];
      }
      case 'CalendarNoticeConfirmed':
        return [
          {
            id,
            apply: (doc: CalendarNoticeDocument | undefined) => doc && { ...doc, revision, confirmedBy: actor, confirmedAt: at },
          },
        ];
      default:
        return [];
    }
  },
};

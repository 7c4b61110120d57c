import type { CalendarNotice } from '../domain/calendar.ts';
import { calendarNotices, type CalendarNoticeDocument } from '../projections/calendar-notices.ts';
import { eq } from '../projections/filter.ts';
import type { HttpDeps } from './deps.ts';

/** There is about one a year. */
const MOST = 200;

/** The confirmed notices, as their view has them now: what due ends are counted and explained by. */
export const confirmedNotices = (deps: HttpDeps): Promise<readonly CalendarNotice[]> =>
  deps.readStore.snapshot(calendarNotices, async (view) => {
    const { items } = await view.find<CalendarNoticeDocument>({ filter: eq('confirmed', true), limit: MOST });
    return items.map(({ notice }) => notice);
  });

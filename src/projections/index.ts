import { calendarNotices } from './calendar-notices.ts';
import { catalog } from './catalog.ts';
import { policies } from './policies.ts';
import type { Projection } from './projection.ts';

/** Every view of the ledger. What is not here is not fed. */
export const PROJECTIONS: readonly Projection[] = [policies, calendarNotices, catalog];

import { applications } from './applications.ts';
import { auditTrail } from './audit-trail.ts';
import { calendarNotices } from './calendar-notices.ts';
import { catalog } from './catalog.ts';
import { grants } from './grants.ts';
import { instants } from './instants.ts';
import { mandates } from './mandates.ts';
import { obligations } from './obligations.ts';
import { organizations } from './organizations.ts';
import { policies } from './policies.ts';
import type { Projection } from './projection.ts';
import { usage } from './usage.ts';

/** Every view of the ledger. What is not here is not fed. */
export const PROJECTIONS: readonly Projection[] = [
  organizations,
  mandates,
  policies,
  calendarNotices,
  catalog,
  applications,
  grants,
  obligations,
  usage,
  instants,
  auditTrail,
];

import { packsInForce } from '../domain/policy-pack.ts';
import { civilDateOf, type Instant } from '../domain/time.ts';
import type { CalendarNoticeDocument } from './calendar-notices.ts';
import { all, eq, lte, type Filter } from './filter.ts';
import type { ObligationDocument } from './obligation-document.ts';
import { namesOn, type OrganizationDocument } from './organizations.ts';
import type { PolicyDocument } from './policies.ts';

/**
 * What held in the world at an instant, by today's knowledge (requirements §7.2): for views whose events state when what
 * they tell begins, which may lie before or after its record. For all others it is what was recorded until then.
 */
export type InForce<Doc> = {
  /** Documents of which there was anything then. */
  readonly where: (at: Instant) => Filter;
  readonly as: (doc: Doc, at: Instant) => Doc;
};

/** A case of 2019 shows the names of 2019 (R2.1): the names of the day, and no end or data chief that came later. */
export const organizationInForce: InForce<OrganizationDocument> = {
  where: (at) => lte('since', civilDateOf(at)),
  as: (doc, at) => {
    const day = civilDateOf(at);
    const ended = doc.endedOn !== null && doc.endedOn <= day;
    const end = ended ? {} : { status: 'open' as const, endedOn: null, mergedInto: null };
    return {
      ...doc,
      ...namesOn(doc, day),
      ...end,
      dataChief: doc.dataChief !== null && doc.dataChief.since <= at ? doc.dataChief : null,
    };
  },
};

/**
 * The version of a pack that had effect on the day, whenever it was confirmed; none before and after its term (R33.1). It is
 * the one by which duties are born.
 */
export const policyInForce: InForce<PolicyDocument> = {
  where: (at) => lte('since', civilDateOf(at)),
  as: (doc, at) => {
    const confirmed = doc.versions.filter(({ confirmedAt }) => confirmedAt !== null);
    const packs = confirmed.map(({ pack, version }) => ({ ...pack, version }));
    const inForce = packsInForce(packs, civilDateOf(at)).map(({ version }) => version);
    return { ...doc, versions: confirmed.filter(({ version }) => inForce.includes(version)) };
  },
};

/** Notices that the State Council had published by the day, whenever this service learned of them. */
export const noticeInForce: InForce<CalendarNoticeDocument> = {
  where: (at) => all(eq('confirmed', true), lte('publishedOn', civilDateOf(at))),
  as: (doc) => doc,
};

/** A duty as it stood then, with the due end as it is computed today; undefined before it was born. */
export const obligationInForce = (doc: ObligationDocument, at: Instant): ObligationDocument | undefined => {
  if (doc.bornBy.at > at) return undefined;
  const until = (evidence: ObligationDocument['dischargedBy']) => (evidence !== null && evidence.at <= at ? evidence : null);
  const inherited = doc.inherited.filter((step) => step.at <= at);
  const debtor = doc.inherited[inherited.length]?.from ?? doc.debtor;
  return { ...doc, debtor, inherited, dischargedBy: until(doc.dischargedBy), voidedBy: until(doc.voidedBy) };
};

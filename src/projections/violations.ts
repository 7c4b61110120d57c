import type { ViolationKind } from '../domain/duties.ts';
import type { ObligationKind, PackId } from '../domain/policy-pack.ts';
import type { Instant } from '../domain/time.ts';
import { all, eq, lte, type Filter } from './filter.ts';
import { dueOf, isOpen, type ObligationDocument } from './obligation-document.ts';
import { violationId } from './obligations.ts';

export const VIOLATION_STATES = ['open', 'late', 'annulled', 'in-case', 'closed'] as const;
export type ViolationState = (typeof VIOLATION_STATES)[number];

/** A breach that nobody typed in: an obligation through another filter (decision 9). `kind`: the case of Art. 30; null for a city rule. */
export type Violation = {
  readonly id: string;
  readonly kind: ViolationKind | null;
  readonly state: 'open' | 'late' | 'annulled';
  readonly organization: string | null;
  readonly rule: ObligationKind;
  readonly article: string;
  readonly pack: PackId;
  readonly policyVersion: number;
  readonly calendarVersion: readonly string[];
  readonly obligation: string;
  readonly subject: ObligationDocument['subject'];
  readonly dueEndsBefore: Instant;
  /** When the act came, late; null while it has not, or where what it was owed for ended without it. */
  readonly actedAt: Instant | null;
  /** Why it counts no more: the notice that moved the due end. */
  readonly annulledBy: ObligationDocument['earlierDues'][number] | null;
  /** Ids of the events that prove it: what began the duty, what passed it on, what moved its end, what ended it. */
  readonly evidence: readonly string[];
};

/** Documents that are violations at an instant: there because the clock has passed, not because something ran. */
export const violationFilter = (clock: Instant, state?: ViolationState): Filter => {
  const due = all(eq('breach', true), lte('due', clock));
  switch (state) {
    case undefined:
      return due;
    case 'open':
      return all(due, eq('open', true));
    case 'late':
      return all(due, eq('row', true), eq('open', false));
    case 'annulled':
      return all(due, eq('record', 'annulled-violation'));
    default:
      // States of a case, which only its own events bring about.
      return all(due, eq('record', state));
  }
};

/** The violation that a document is. */
export const violationOf = (doc: ObligationDocument): Violation => {
  const annulled = doc.record === 'annulled-violation';
  const moved = annulled ? (doc.earlierDues.at(-1) ?? null) : null;
  const state = annulled ? 'annulled' : isOpen(doc) ? 'open' : 'late';
  const proof = [
    doc.bornBy,
    ...doc.inherited,
    doc.extendedBy,
    ...doc.earlierDues.map(({ movedBy }) => movedBy),
    doc.dischargedBy,
    doc.voidedBy,
  ];
  const evidence = proof.flatMap((one) => (one === null ? [] : [one.eventId]));
  return {
    id: annulled ? doc.id : violationId(doc),
    kind: doc.violation,
    state,
    organization: doc.debtor,
    rule: doc.kind,
    article: doc.article,
    pack: doc.pack,
    policyVersion: doc.policyVersion,
    calendarVersion: moved?.calendarVersions ?? doc.calendarVersions,
    obligation: doc.obligation,
    subject: doc.subject,
    dueEndsBefore: moved?.dueEndsBefore ?? dueOf(doc),
    actedAt: doc.dischargedBy?.at ?? null,
    annulledBy: moved,
    evidence,
  };
};

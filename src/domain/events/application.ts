import type { Event } from '../event.ts';
import type { OrganizationId, PolicyId, ResourceId } from '../ids.ts';
import type { CivilDate } from '../time.ts';

/** The applicant's promise under R17.1, with the version of the text that was shown. */
export type Undertaking = { readonly version: string; readonly accepted: true };
export type Period = { readonly from: CivilDate; readonly to: CivilDate };
export type Request = {
  readonly purpose: string;
  readonly legalDuty: string;
  readonly systemName: string;
  readonly items: readonly string[];
  readonly period: Period;
  readonly undertaking: Undertaking;
};
/** A defect named at a return: all at once, each with the field it lies in (R14.1). */
export type Defect = { readonly path: string; readonly message: string };
export const REPLY_OUTCOMES = ['approved', 'partly-approved', 'refused'] as const;
export type ReplyOutcome = (typeof REPLY_OUTCOMES)[number];
/** Item-level decision (R11.3, R14.2); `rows` narrows the rows that the item may be read for. */
export type ItemDecision = {
  readonly item: string;
  readonly granted: boolean;
  readonly rows: RowCondition | null;
  readonly reason: string | null;
};
/** A simple row filter on one item of a table. */
export type RowCondition = {
  readonly item: string;
  readonly is: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte';
  readonly value: string;
};
export type Reply = {
  readonly outcome: ReplyOutcome;
  readonly items: readonly ItemDecision[];
  readonly conditions: string | null;
  readonly reason: string | null;
};

/** Whom it concerns. What is told of one event, to whom and about what, must not need another event (inbox, statements). */
export type Parties = {
  readonly resource: ResourceId;
  readonly provider: OrganizationId;
  readonly applicant: OrganizationId;
  readonly operator: OrganizationId;
};

/**
 * One application, one leg per platform (R14.4), one round per receipt: a supplement is a new receipt with a new clock.
 * The same person-to-organization act is received at once when the data chief or a delegate sends it (R13.1).
 */
export type ApplicationEvent =
  | Event<'SharingApplicationSubmitted', Request & Parties & { readonly resourceVersion: number }>
  | Event<'SharingApplicationEndorsed', { readonly comment: string | null }>
  | Event<'SharingApplicationEndorsementDeclined', { readonly comment: string }>
  | Event<'SharingApplicationReceived', Parties & { readonly round: number; readonly leg: string }>
  | Event<'FormalityCheckPassed', Parties & { readonly round: number; readonly leg: string; readonly comment: string | null }>
  | Event<
      'FormalityCheckReturned',
      Parties & { readonly round: number; readonly leg: string; readonly comment: string; readonly defects: readonly Defect[] }
    >
  | Event<'FormalityCheckRefused', Parties & { readonly round: number; readonly leg: string; readonly comment: string }>
  | Event<'SharingApplicationSupplemented', Request & Parties & { readonly round: number; readonly comment: string | null }>
  | Event<
      'ReplyExtended',
      Parties & {
        readonly round: number;
        readonly pack: PolicyId;
        readonly rule: string;
        readonly days: number;
        readonly consent: string;
        readonly reason: string;
      }
    >
  | Event<'ReplyDrafted', { readonly round: number; readonly reply: Reply }>
  | Event<'ReplyDraftReturned', { readonly round: number; readonly comment: string }>
  | Event<'ReplyGiven', Parties & { readonly round: number; readonly reply: Reply }>
  | Event<'SharingApplicationWithdrawn', Parties & { readonly reason: string }>;

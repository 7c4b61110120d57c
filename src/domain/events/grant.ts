import type { Event } from '../event.ts';
import type { ApplicationId, GrantId, OrganizationId, ResourceId } from '../ids.ts';
import type { Personal } from '../personal.ts';
import type { CivilDate, Instant } from '../time.ts';
import type { RowCondition, Undertaking } from './application.ts';

/** Whose right it is, to what, by which application: a suspension concerns the user, a revocation ends the duty to supply. */
export type GrantParties = {
  readonly application: ApplicationId | null;
  readonly resource: ResourceId;
  readonly provider: OrganizationId;
  readonly user: OrganizationId;
};

export type GrantedItem = { readonly item: string; readonly rows: RowCondition | null };

export type GrantEvent =
  | Event<
      'GrantIssued',
      {
        /** `direct`: unconditional, at once (R11.2). `reply`: as the provider's reply says (R14.3). */
        readonly origin: 'direct' | 'reply';
        readonly application: ApplicationId | null;
        readonly resource: ResourceId;
        readonly resourceVersion: number;
        readonly provider: OrganizationId;
        readonly user: OrganizationId;
        /** Who checked the application; null for direct access. */
        readonly operator: OrganizationId | null;
        readonly purpose: string;
        readonly systemName: string;
        readonly items: readonly GrantedItem[];
        readonly conditions: string | null;
        /** Civil dates, both inclusive; null: no end. */
        readonly period: { readonly from: CivilDate; readonly to: CivilDate | null };
        readonly undertaking: Undertaking;
      }
    >
  | Event<'GrantSuspended', GrantParties & { readonly reason: string }>
  | Event<'GrantResumed', GrantParties & { readonly reason: string }>
  | Event<'GrantRevoked', GrantParties & { readonly reason: string }>;

/** The eight operations of R24.2: 汇聚、共享、查询、比对、下载、分析研判、访问、更新维护. */
export const DATA_OPERATIONS = ['collect', 'share', 'query', 'compare', 'download', 'analyse', 'access', 'maintain'] as const;
export type DataOperation = (typeof DATA_OPERATIONS)[number];
export const ACCESS_OUTCOMES = ['completed', 'aborted', 'failed', 'refused'] as const;
export type AccessOutcome = (typeof ACCESS_OUTCOMES)[number];

/** What an access touched: data through a grant, the log itself, or personal fields (decision 15). */
export type AccessSubject =
  | {
      readonly kind: 'grant';
      readonly grant: GrantId;
      /** The application whose reply gave the grant; null for direct access. */
      readonly application: ApplicationId | null;
      readonly grantRevision: number;
      readonly resource: ResourceId;
      readonly provider: OrganizationId;
      readonly user: OrganizationId;
      /** Whose platform it is (requirements §1); the first ledgers did not say. */
      readonly operator?: OrganizationId | null;
      readonly purpose: string;
      readonly items: readonly string[];
    }
  | { readonly kind: 'log'; readonly filter: string; readonly from: number; readonly to: number }
  | { readonly kind: 'personal'; readonly of: string };

/** An access on the exchange as its gateway reports it; `person` and `system` say who, one of them at least. */
export type AccessRecord = {
  readonly grant: GrantId;
  readonly application: ApplicationId | null;
  readonly resource: ResourceId;
  readonly provider: OrganizationId;
  readonly user: OrganizationId;
  readonly operator?: OrganizationId | null;
  readonly operation: DataOperation;
  readonly items: readonly string[];
  readonly count: number;
  readonly outcome: AccessOutcome;
  readonly person: Personal | null;
  readonly system: string | null;
  readonly occurredAt: Instant;
};

/** Stream `access-<command id>`, always begun with `no_stream`: no load, no race. */
export type AccessEvent =
  | Event<
      'AccessStarted',
      { readonly operation: DataOperation; readonly organization: OrganizationId | null; readonly subject: AccessSubject }
    >
  | Event<
      'AccessEnded',
      {
        readonly operation: DataOperation;
        readonly subject: AccessSubject;
        readonly count: number;
        readonly bytes: number | null;
        readonly outcome: AccessOutcome;
      }
    >
  | Event<
      'AccessRefused',
      {
        readonly operation: DataOperation;
        readonly organization: OrganizationId | null;
        readonly grant: GrantId;
        /** What was attempted, with whose data: provider and user are told of refused attempts too; null: no such grant. */
        readonly subject: AccessSubject | null;
        readonly code: string;
      }
    >
  | Event<
      'AccessesReported',
      { readonly organization: OrganizationId; readonly part: number; readonly records: readonly AccessRecord[] }
    >;

/** Stream `reaction-<command id>`: a reaction whose command a rule refused (decision 8). */
export type ReactionEvent = Event<
  'ReactionRefused',
  { readonly reaction: string; readonly cause: string; readonly code: string; readonly detail: string }
>;

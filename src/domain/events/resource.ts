import type { Event } from '../event.ts';
import type { OrganizationId, ResourceId } from '../ids.ts';
import type { Level } from './organization.ts';
import type { CatalogEntry, UpdateCycle } from '../catalog-entry.ts';
import type { PackId } from '../policy-pack.ts';
import type { CivilDate, Instant } from '../time.ts';

export const CHANGE_KINDS = ['update', 'withdrawal'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];
export const CHANGE_GROUNDS = ['ordinary', 'superior-law', 'correction', 'security'] as const;
export type ChangeGround = (typeof CHANGE_GROUNDS)[number];
/** Who is told of a change, and by which right: a live grant or a pending application (R9.1). */
export type ChangeRecipient = { readonly organization: OrganizationId; readonly via: 'grant' | 'application'; readonly id: string };

/** The rule of a pack that a ground set aside: which text, which version of it, which article. */
export type YieldedRule = {
  readonly pack: PackId;
  readonly version: number;
  readonly rule: 'change-notice';
  readonly article: string;
};

/** How an api mount is called; file and table mounts get their data by upload (R12.1). */
export type Mount =
  | { readonly mode: 'table'; readonly table: string }
  | { readonly mode: 'file'; readonly fileName: string; readonly mediaType: string }
  | {
      readonly mode: 'api';
      readonly address: string;
      readonly method: 'GET' | 'POST';
      readonly description: string;
      readonly example: string | null;
    };

/** The providing department with its level and area as they were then: they decide which operator reviews. */
export type Provider = { readonly provider: OrganizationId; readonly level: Level; readonly divisionCode: string };

export type ResourceEvent =
  | Event<'ResourceDrafted', Provider & { readonly entry: CatalogEntry }>
  | Event<'ResourceRevised', { readonly entry: CatalogEntry }>
  | Event<'ResourceSubmitted', { readonly code: string; readonly round: number }>
  | Event<'DepartmentReviewApproved', { readonly round: number; readonly comment: string | null }>
  | Event<'DepartmentReviewReturned', { readonly round: number; readonly comment: string }>
  | Event<'OperatorReviewApproved', { readonly round: number; readonly comment: string | null }>
  | Event<'OperatorReviewReturned', { readonly round: number; readonly comment: string }>
  | Event<
      'ResourcePublished',
      Provider & { readonly code: string; readonly version: number; readonly entry: CatalogEntry; readonly publishedOn: CivilDate }
    >
  | Event<
      'ResourceChangeRequested',
      Provider & {
        readonly change: string;
        readonly kind: ChangeKind;
        readonly ground: ChangeGround;
        readonly effectiveOn: CivilDate;
        /** The first lawful day (R9.1); the rule that yielded is named where the ground sets its month aside. */
        readonly earliestEffective: CivilDate;
        readonly yielded: YieldedRule | null;
        readonly entry: CatalogEntry | null;
        readonly reason: string;
        readonly recipients: readonly ChangeRecipient[];
      }
    >
  | Event<'ResourceChangeRecipientAdded', { readonly change: string; readonly recipient: ChangeRecipient }>
  | Event<'ResourceChangeApproved', { readonly change: string; readonly comment: string | null; readonly takesEffectAt: Instant }>
  | Event<'ResourceChangeReturned', { readonly change: string; readonly comment: string }>
  | Event<'ResourceChangeAcknowledged', { readonly change: string; readonly organization: OrganizationId }>
  | Event<'ResourceChangeObjected', { readonly change: string; readonly organization: OrganizationId; readonly reason: string }>
  | Event<
      'ResourceChangeTookEffect',
      {
        readonly provider: OrganizationId;
        readonly change: string;
        readonly kind: ChangeKind;
        readonly instant: Instant;
        readonly version: number;
        readonly entry: CatalogEntry | null;
        /** The round of mounting that begins, since what was bound does not fit the entry any more (R12.1); null: none does. */
        readonly remounting: number | null;
      }
    >
  | Event<'ResourceSupplySuspended', { readonly change: string | null; readonly reason: string }>
  | Event<'ResourceSupplyResumed', { readonly reason: string }>
  | Event<'ResourceMounted', { readonly mount: Mount; readonly round: number }>
  | Event<
      'ResourceContentStored',
      { readonly sha256: string; readonly bytes: number; readonly columns: readonly string[] | null; readonly rows: number | null }
    >
  /** `updateCycle`: the entry's, by which the next refresh is due. */
  | Event<
      'ResourceRefreshed',
      {
        readonly provider: OrganizationId;
        readonly updateCycle: UpdateCycle;
        readonly round: number;
        readonly occurredAt: Instant;
        readonly note: string | null;
      }
    >;

/** Claim stream `code-<category code>`: sequence numbers of resource codes, gaps allowed, never reused (requirements §5). */
export type CodeEvent = Event<
  'CodeDrawn',
  { readonly resource: ResourceId; readonly sequence: number; readonly commandId: string }
>;

import { catalogOf } from '../domain/catalog-entry.ts';
import type { CatalogEntry } from '../domain/catalog-entry.ts';
import { lastNamesOn, namesOf, type DatedNames } from '../domain/dated-names.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { Level, OrganizationNames } from '../domain/events/organization.ts';
import type { ChangeGround, ChangeKind, ChangeRecipient, Mount, ResourceEvent, YieldedRule } from '../domain/events/resource.ts';
import type { OrganizationId } from '../domain/ids.ts';
import type { ResourceStatus } from '../domain/resource-state.ts';
import { civilDateOf, type CivilDate, type Instant } from '../domain/time.ts';
import type { Finding } from './catalog-findings.ts';

/** A change that is announced and has neither been returned nor taken effect (R9.1, R9.2). */
export type AnnouncedChange = {
  readonly change: string;
  readonly kind: ChangeKind;
  readonly ground: ChangeGround;
  readonly effectiveOn: CivilDate;
  readonly earliestEffective: CivilDate;
  readonly yielded: YieldedRule | null;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  /** Set once approved. */
  readonly takesEffectAt: Instant | null;
  readonly entry: CatalogEntry | null;
  readonly recipients: readonly (ChangeRecipient & { readonly toldAt: Instant })[];
  readonly acknowledged: readonly { readonly organization: OrganizationId; readonly at: Instant }[];
  readonly objections: readonly { readonly organization: OrganizationId; readonly reason: string; readonly at: Instant }[];
};

/** What a gate last said. */
export type GateReview = {
  readonly by: 'department' | 'operator';
  readonly decision: 'approve' | 'return';
  readonly comment: string | null;
  readonly at: Instant;
};

/** A resource as the catalog knows it, from its draft on. `entry`: what is published; until then, what is being compiled. */
export type CatalogDocument = {
  readonly id: string;
  readonly revision: number;
  readonly status: Exclude<ResourceStatus, 'none' | 'abandoned'>;
  readonly provider: OrganizationId;
  /** By the day from which each was borne, oldest first (R2.1); `namedOn` shows those of a day. None: an unregistered provider. */
  readonly providerNames: readonly DatedNames[];
  readonly providerCode: string | null;
  readonly level: Level;
  readonly divisionCode: string;
  /** The operator of its level and area, once there is one. */
  readonly operator: OrganizationId | null;
  readonly code: string | null;
  /** 0 until published. */
  readonly version: number;
  readonly entry: CatalogEntry;
  readonly catalog: 'open' | 'sharing';
  readonly publishedOn: CivilDate | null;
  readonly withdrawnAt: Instant | null;
  readonly lastReview: GateReview | null;
  readonly mount: { readonly mount: Mount; readonly at: Instant } | null;
  readonly content: {
    readonly sha256: string;
    readonly bytes: number;
    readonly columns: readonly string[] | null;
    readonly rows: number | null;
    readonly at: Instant;
  } | null;
  readonly refreshes: number;
  readonly lastRefreshedAt: Instant | null;
  readonly suspended: { readonly reason: string; readonly at: Instant } | null;
  readonly change: AnnouncedChange | null;
  readonly findings: readonly Finding[];
};

/** An event of a resource as the log has it. */
export type ResourceHappening = Extract<LedgerEvent, { type: ResourceEvent['type'] }>;
type Happening<T extends ResourceEvent['type']> = Extract<LedgerEvent, { type: T }>;

/** The entry and what derives from it alone. */
const withEntry = (entry: CatalogEntry): Pick<CatalogDocument, 'entry' | 'catalog'> => ({ entry, catalog: catalogOf(entry) });

const announced = ({ data, at, actor }: Happening<'ResourceChangeRequested'>): AnnouncedChange => {
  const { provider: _, level: __, divisionCode: ___, ...change } = data;
  return {
    ...change,
    requestedBy: actor,
    requestedAt: at,
    takesEffectAt: null,
    recipients: data.recipients.map((recipient) => ({ ...recipient, toldAt: at })),
    acknowledged: [],
    objections: [],
  };
};

/** The announced change as its own events leave it. */
const retellChange = (change: AnnouncedChange, event: ResourceHappening): AnnouncedChange | null => {
  const { at } = event;
  switch (event.type) {
    case 'ResourceChangeRecipientAdded':
      return { ...change, recipients: [...change.recipients, { ...event.data.recipient, toldAt: at }] };
    case 'ResourceChangeAcknowledged':
      return { ...change, acknowledged: [...change.acknowledged, { organization: event.data.organization, at }] };
    case 'ResourceChangeObjected': {
      const { organization, reason } = event.data;
      return { ...change, objections: [...change.objections, { organization, reason, at }] };
    }
    case 'ResourceChangeApproved':
      return { ...change, takesEffectAt: event.data.takesEffectAt };
    default:
      return null;
  }
};

/** A change that moves the entry to another share mode unbinds what was mounted in the old one (R12.1). */
const tookEffect = (doc: CatalogDocument, { data }: Happening<'ResourceChangeTookEffect'>): CatalogDocument => {
  const { version, entry, instant } = data;
  if (entry === null) return { ...doc, status: 'withdrawn', withdrawnAt: instant, change: null };
  const fits = doc.mount?.mount.mode === entry.shareMode;
  return {
    ...doc,
    ...withEntry(entry),
    version,
    change: null,
    mount: fits ? doc.mount : null,
    content: fits ? doc.content : null,
  };
};

const review = (
  by: GateReview['by'],
  decision: GateReview['decision'],
  { at, data }: ResourceHappening & { readonly data: { readonly comment: string | null } },
): GateReview => ({ by, decision, comment: data.comment, at });

/** The document after one more event of its resource; the first, `ResourceDrafted`, makes it. */
export const retellResource = (
  doc: CatalogDocument,
  event: Exclude<ResourceHappening, { type: 'ResourceDrafted' }>,
): CatalogDocument => {
  const { at } = event;
  switch (event.type) {
    case 'ResourceRevised':
      return { ...doc, ...withEntry(event.data.entry) };
    case 'ResourceSubmitted':
      return { ...doc, status: 'submitted', code: event.data.code };
    case 'DepartmentReviewApproved':
      return { ...doc, status: 'department-approved', lastReview: review('department', 'approve', event) };
    case 'DepartmentReviewReturned':
      return { ...doc, status: 'returned', lastReview: review('department', 'return', event) };
    case 'OperatorReviewApproved':
      return { ...doc, lastReview: review('operator', 'approve', event) };
    case 'OperatorReviewReturned':
      return { ...doc, status: 'returned', lastReview: review('operator', 'return', event) };
    case 'ResourcePublished': {
      const { version, publishedOn, entry } = event.data;
      return { ...doc, ...withEntry(entry), status: 'published', version, publishedOn };
    }
    case 'ResourceChangeRequested':
      return { ...doc, change: announced(event) };
    case 'ResourceChangeTookEffect':
      return tookEffect(doc, event);
    case 'ResourceSupplySuspended':
      return { ...doc, suspended: { reason: event.data.reason, at } };
    case 'ResourceSupplyResumed':
      return { ...doc, suspended: null };
    case 'ResourceMounted':
      return { ...doc, mount: { mount: event.data.mount, at }, content: null };
    case 'ResourceContentStored':
      return { ...doc, content: { ...event.data, at } };
    case 'ResourceRefreshed':
      return { ...doc, refreshes: event.data.round, lastRefreshedAt: event.data.occurredAt };
    default:
      return { ...doc, change: doc.change && retellChange(doc.change, event) };
  }
};

/** The provider as the projection knows it. */
export type KnownProvider = {
  readonly names: readonly DatedNames[];
  readonly providerCode: string | null;
};

/** The document of a new draft. */
export const draftedDocument = (
  id: string,
  { revision, data }: Happening<'ResourceDrafted'>,
  { names, providerCode }: KnownProvider,
  operator: OrganizationId | null,
): CatalogDocument => {
  const { entry, ...provider } = data;
  return {
    id,
    revision,
    status: 'draft',
    ...provider,
    providerNames: names,
    providerCode,
    operator,
    code: null,
    version: 0,
    ...withEntry(entry),
    publishedOn: null,
    withdrawnAt: null,
    lastReview: null,
    mount: null,
    content: null,
    refreshes: 0,
    lastRefreshedAt: null,
    suspended: null,
    change: null,
    findings: [],
  };
};

const NAMELESS: OrganizationNames = { name: '', shortName: null, aliases: [] };

/**
 * The entry with the names that its provider bears on a day, and not before a rename has effect (decision 9); a withdrawn
 * one keeps those of the day on which it was withdrawn (R2.1).
 */
export const namedOn = <Entry extends Pick<CatalogDocument, 'providerNames' | 'withdrawnAt'>>(
  entry: Entry,
  day: CivilDate,
): Omit<Entry, 'providerNames'> & { readonly providerNames: OrganizationNames } => {
  const { providerNames, withdrawnAt } = entry;
  const until = withdrawnAt === null ? day : civilDateOf(withdrawnAt);
  return { ...entry, providerNames: namesOf(lastNamesOn(providerNames, until < day ? until : day) ?? NAMELESS) };
};

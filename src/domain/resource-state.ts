import type { CatalogEntry } from './catalog-entry.ts';
import { DomainError } from './domain-error.ts';
import type { AbandonedEvent } from './events/account.ts';
import type { ChangeGround, ChangeKind, ChangeRecipient, Mount, Provider, ResourceEvent } from './events/resource.ts';
import type { PastOf } from './ledger-event.ts';
import type { OrganizationId } from './ids.ts';
import type { CivilDate, Instant } from './time.ts';

/** A change that was asked for and has neither been returned nor taken effect. */
export type PendingChange = {
  readonly change: string;
  readonly kind: ChangeKind;
  readonly ground: ChangeGround;
  readonly effectiveOn: CivilDate;
  /** What the entry will be; null for a withdrawal. */
  readonly entry: CatalogEntry | null;
  readonly requestedBy: string;
  readonly recipients: readonly ChangeRecipient[];
  readonly acknowledgedBy: readonly string[];
  readonly objectedBy: readonly string[];
  /** Set once approved. */
  readonly takesEffectAt: Instant | null;
};

/** An entry on its way to the catalog. `authors` are all who drafted or revised it; `round` counts its submissions. */
type Compiled = Provider & {
  readonly entry: CatalogEntry;
  readonly authors: readonly string[];
  readonly code: string | null;
  readonly round: number;
};

/** An entry in the catalog. */
type InCatalog = Provider & {
  readonly code: string;
  readonly version: number;
  readonly entry: CatalogEntry;
  readonly pending: PendingChange | null;
  /** Who was ever told of a change, also of one that has taken effect or was returned: what they answered is theirs. */
  readonly told: readonly OrganizationId[];
  readonly mount: Mount | null;
  /** How often the entry came to need a mount: at its publication, and at each change that unbound what was mounted. */
  readonly mountings: number;
  /** SHA-256 of the uploaded data of a file or table mount. */
  readonly content: string | null;
  readonly suspended: boolean;
  readonly refreshes: number;
};

export type ResourceState =
  | { readonly status: 'none' }
  | { readonly status: 'abandoned' }
  | (Compiled & { readonly status: 'draft' })
  | (Compiled & { readonly status: 'returned' })
  /** Awaits the department's review. */
  | (Compiled & { readonly status: 'submitted'; readonly code: string })
  /** Awaits the operator's review. */
  | (Compiled & { readonly status: 'department-approved'; readonly code: string; readonly reviewer: string })
  | (InCatalog & { readonly status: 'published' })
  | (InCatalog & { readonly status: 'withdrawn' });

export type ResourceStatus = ResourceState['status'];
export type InStatus<S extends ResourceStatus> = Extract<ResourceState, { status: S }>;

/** Throws `resource.wrong-status` (with `status`) unless the resource is in one of these. */
export const during = <S extends ResourceStatus>(state: ResourceState, ...statuses: readonly S[]): InStatus<S> => {
  const { status } = state;
  if (!(statuses as readonly ResourceStatus[]).includes(status)) throw new DomainError('resource.wrong-status', { status });
  return state as InStatus<S>;
};

type Happened<T extends ResourceEvent['type'] = ResourceEvent['type']> = Extract<PastOf<ResourceEvent>, { type: T }>;

const compile = (state: InStatus<'draft' | 'returned' | 'submitted' | 'department-approved'>, event: Happened): ResourceState => {
  switch (event.type) {
    case 'ResourceRevised':
      return { ...state, entry: event.data.entry, authors: [...new Set([...state.authors, event.actor])] };
    case 'ResourceSubmitted':
      return { ...state, ...event.data, status: 'submitted' };
    case 'DepartmentReviewApproved':
      return state.status === 'submitted' ? { ...state, status: 'department-approved', reviewer: event.actor } : state;
    case 'DepartmentReviewReturned':
    case 'OperatorReviewReturned': {
      const { provider, level, divisionCode, entry, authors, code, round } = state;
      return { status: 'returned', provider, level, divisionCode, entry, authors, code, round };
    }
    default:
      return state;
  }
};

/** The entry as the change makes it. What is bound in another share mode than the new one is bound no more (R12.1). */
const takeEffect = (state: InCatalog, { data }: Happened<'ResourceChangeTookEffect'>): ResourceState => {
  if (data.entry === null) return { ...state, status: 'withdrawn', pending: null };
  const fits = state.mount?.mode === data.entry.shareMode;
  return {
    ...state,
    status: 'published',
    pending: null,
    version: data.version,
    entry: data.entry,
    mount: fits ? state.mount : null,
    content: fits ? state.content : null,
    mountings: data.remounting ?? state.mountings,
  };
};

const change = (pending: PendingChange | null, event: Happened): PendingChange | null => {
  if (event.type === 'ResourceChangeRequested') {
    const { change: id, kind, ground, effectiveOn, entry, recipients } = event.data;
    return { change: id, kind, ground, effectiveOn, entry, recipients, requestedBy: event.actor, acknowledgedBy: [], objectedBy: [], takesEffectAt: null }; // prettier-ignore
  }
  if (pending === null) return null;
  switch (event.type) {
    case 'ResourceChangeRecipientAdded':
      return { ...pending, recipients: [...pending.recipients, event.data.recipient] };
    case 'ResourceChangeAcknowledged':
      return { ...pending, acknowledgedBy: [...pending.acknowledgedBy, event.data.organization] };
    case 'ResourceChangeObjected':
      return { ...pending, objectedBy: [...pending.objectedBy, event.data.organization] };
    case 'ResourceChangeApproved':
      return { ...pending, takesEffectAt: event.data.takesEffectAt };
    case 'ResourceChangeReturned':
      return null;
    default:
      return pending;
  }
};

/** Whom an event tells of a change. */
const toldBy = (event: Happened): readonly OrganizationId[] => {
  if (event.type === 'ResourceChangeRequested') return event.data.recipients.map(({ organization }) => organization);
  return event.type === 'ResourceChangeRecipientAdded' ? [event.data.recipient.organization] : [];
};

const withTold = (told: readonly OrganizationId[], event: Happened): readonly OrganizationId[] => {
  const more = toldBy(event);
  return more.length === 0 ? told : [...new Set([...told, ...more])];
};

const serve = (state: InStatus<'published'>, event: Happened): ResourceState => {
  switch (event.type) {
    case 'ResourceChangeTookEffect':
      return takeEffect(state, event);
    case 'ResourceSupplySuspended':
      return { ...state, suspended: true };
    case 'ResourceSupplyResumed':
      return { ...state, suspended: false };
    case 'ResourceMounted':
      return { ...state, mount: event.data.mount, content: null };
    case 'ResourceContentStored':
      return { ...state, content: event.data.sha256 };
    case 'ResourceRefreshed':
      return { ...state, refreshes: event.data.round };
    default:
      return { ...state, pending: change(state.pending, event), told: withTold(state.told, event) };
  }
};

/** Folds the events of an entry that has been drafted; one that does not fit the status leaves the state as it is. */
const goOn = (state: ResourceState, event: Happened): ResourceState => {
  switch (state.status) {
    case 'none':
    case 'abandoned':
    case 'withdrawn':
      return state;
    case 'published':
      return serve(state, event);
    default:
      return compile(state, event);
  }
};

/** Total: never throws, whatever came before. */
export const evolveResource = (state: ResourceState, event: PastOf<ResourceEvent | AbandonedEvent>): ResourceState => {
  switch (event.type) {
    case 'CreationAbandoned':
      return { status: 'abandoned' };
    case 'ResourceDrafted':
      return { status: 'draft', ...event.data, authors: [event.actor], code: null, round: 0 };
    case 'ResourcePublished': {
      const { provider, level, divisionCode, code, version, entry } = event.data;
      return { status: 'published', provider, level, divisionCode, code, version, entry, pending: null, told: [], mount: null, mountings: 1, content: null, suspended: false, refreshes: 0 }; // prettier-ignore
    }
    default:
      return goOn(state, event);
  }
};

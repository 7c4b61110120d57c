import type { AbandonedEvent, AccountEvent, LoginEvent } from './events/account.ts';
import type { ApplicationEvent } from './events/application.ts';
import type { AccessEvent, GrantEvent, ReactionEvent } from './events/grant.ts';
import type { NoticeEvent, PolicyEvent } from './events/law.ts';
import type { OperatorSeatEvent, OrganizationEvent } from './events/organization.ts';
import type { CodeEvent, ResourceEvent } from './events/resource.ts';

/** Everything that can happen. The catalogue of the ledger: what is not here cannot be stored. */
export type DomainEvent =
  | OrganizationEvent
  | OperatorSeatEvent
  | AccountEvent
  | LoginEvent
  | AbandonedEvent
  | PolicyEvent
  | NoticeEvent
  | ResourceEvent
  | CodeEvent
  | ApplicationEvent
  | GrantEvent
  | AccessEvent
  | ReactionEvent;

export type EventType = DomainEvent['type'];

/** The latest schema of each type. A store refuses any other; older bytes are lifted in `upcasts.ts` when read. */
export const EVENT_SCHEMAS: Readonly<Record<string, number | undefined>> & Readonly<Record<EventType, number>> = {
  OrganizationRegistered: 1,
  OrganizationRenamed: 1,
  ProviderCodeFiled: 1,
  DataChiefFiled: 1,
  DataChiefLeft: 1,
  OrganizationMerged: 1,
  OrganizationAbsorbed: 1,
  OrganizationClosed: 1,
  OrganizationClosingTookEffect: 1,
  OperatorSeatClaimed: 1,
  AccountRegistered: 1,
  RolesProposed: 1,
  RolesGranted: 1,
  RolesRevoked: 1,
  DelegationGiven: 1,
  AccountDisabled: 1,
  LoginClaimed: 1,
  CreationAbandoned: 1,
  PolicyProposed: 1,
  PolicyConfirmed: 1,
  CalendarNoticeProposed: 1,
  CalendarNoticeConfirmed: 1,
  ResourceDrafted: 1,
  ResourceRevised: 1,
  ResourceSubmitted: 1,
  DepartmentReviewApproved: 1,
  DepartmentReviewReturned: 1,
  OperatorReviewApproved: 1,
  OperatorReviewReturned: 1,
  ResourcePublished: 1,
  ResourceChangeRequested: 1,
  ResourceChangeRecipientAdded: 1,
  ResourceChangeApproved: 1,
  ResourceChangeReturned: 1,
  ResourceChangeAcknowledged: 1,
  ResourceChangeObjected: 1,
  ResourceChangeTookEffect: 1,
  ResourceSupplySuspended: 1,
  ResourceSupplyResumed: 1,
  ResourceMounted: 1,
  ResourceContentStored: 1,
  ResourceRefreshed: 1,
  CodeDrawn: 1,
  SharingApplicationSubmitted: 1,
  SharingApplicationEndorsed: 1,
  SharingApplicationEndorsementDeclined: 1,
  SharingApplicationReceived: 1,
  FormalityCheckPassed: 1,
  FormalityCheckReturned: 1,
  FormalityCheckRefused: 1,
  SharingApplicationSupplemented: 1,
  ReplyExtended: 1,
  ReplyDrafted: 1,
  ReplyDraftReturned: 1,
  ReplyGiven: 1,
  SharingApplicationWithdrawn: 1,
  GrantIssued: 1,
  GrantSuspended: 1,
  GrantResumed: 1,
  GrantRevoked: 1,
  AccessStarted: 1,
  AccessEnded: 1,
  AccessRefused: 1,
  AccessesReported: 1,
  ReactionRefused: 1,
};

export const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_SCHEMAS, type);

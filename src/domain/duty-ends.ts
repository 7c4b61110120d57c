import type { By } from './duties.ts';
import { idOf } from './envelope.ts';
import type { EventType } from './events.ts';
import type { LedgerEvent } from './ledger-event.ts';
import type { ObligationKind } from './policy-pack.ts';
import { civilDateOf, startOfDay, type Instant } from './time.ts';

/** Open duties that end with an event whatever their round: those of these kinds about a subject, or about a resource. */
export type End = {
  readonly of: 'subject' | 'resource';
  readonly id: string;
  readonly kinds: readonly ObligationKind[];
  readonly how: 'void' | 'discharged';
  /** Since when, where the event tells of it later. */
  readonly since?: Instant;
};

const about = (id: string, kinds: readonly ObligationKind[], how: End['how'] = 'void'): End => ({ of: 'subject', id, kinds, how });
const vacancyIn = (organization: string, how: End['how'] = 'void'): End => about(organization, ['yunzhang-change'], how);

/**
 * What events end: a withdrawn application or entry, a revoked grant and a body that is no more owe nothing further; a filed
 * chief fills whichever vacancy there is.
 */
const ENDS: By<End> = {
  SharingApplicationWithdrawn: ({ stream }) => about(idOf(stream), ['normative-check', 'provider-reply', 'reply-conditional']),
  GrantRevoked: ({ data }) => (data.application === null ? null : about(data.application, ['provide-after-consent'])),
  ResourceChangeTookEffect: ({ stream, data }) =>
    data.kind === 'update'
      ? null
      : { of: 'resource', id: idOf(stream), kinds: ['refresh', 'mount', 'provide-after-consent'], how: 'void' },
  ResourceChangeReturned: ({ data }) => about(data.change, ['change-notice']),
  DataChiefFiled: ({ stream }) => vacancyIn(idOf(stream), 'discharged'),
  OrganizationAbsorbed: ({ data }) => vacancyIn(data.from),
  // Until its day the body still owes a chief (R27.1).
  OrganizationClosed: ({ stream, at, data }) => (civilDateOf(at) < data.effectiveOn ? null : vacancyIn(idOf(stream))),
  // However late that is written: nothing was owed from the day on.
  OrganizationClosingTookEffect: ({ stream, data }) => ({ ...vacancyIn(idOf(stream)), since: startOfDay(data.effectiveOn) }),
};

/** Whether events of the type may end duties. */
export const mayEnd = (type: EventType): boolean => type in ENDS;

/** What an event ends, if it does. */
export const endOf = (event: LedgerEvent): End | null =>
  (ENDS[event.type] as ((event: LedgerEvent) => End | null) | undefined)?.(event) ?? null;

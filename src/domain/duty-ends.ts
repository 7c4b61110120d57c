import { idOf } from './envelope.ts';
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

/**
 * What an event ends: a withdrawn application or entry, a revoked grant and a body that is no more owe nothing further; a
 * filed chief fills whichever vacancy there is.
 */
export const endOf = (event: LedgerEvent): End | null => {
  switch (event.type) {
    case 'SharingApplicationWithdrawn':
      return {
        of: 'subject',
        id: idOf(event.stream),
        kinds: ['normative-check', 'provider-reply', 'reply-conditional'],
        how: 'void',
      };
    case 'GrantRevoked': {
      const { application } = event.data;
      return application === null ? null : { of: 'subject', id: application, kinds: ['provide-after-consent'], how: 'void' };
    }
    case 'ResourceChangeTookEffect':
      if (event.data.kind === 'update') return null;
      return { of: 'resource', id: idOf(event.stream), kinds: ['refresh', 'mount', 'provide-after-consent'], how: 'void' };
    case 'ResourceChangeReturned':
      return { of: 'subject', id: event.data.change, kinds: ['change-notice'], how: 'void' };
    case 'DataChiefFiled':
      return { of: 'subject', id: idOf(event.stream), kinds: ['yunzhang-change'], how: 'discharged' };
    case 'OrganizationAbsorbed':
      return { of: 'subject', id: event.data.from, kinds: ['yunzhang-change'], how: 'void' };
    case 'OrganizationClosed':
      // Until its day the body still owes a chief (R27.1).
      if (civilDateOf(event.at) < event.data.effectiveOn) return null;
      return { of: 'subject', id: idOf(event.stream), kinds: ['yunzhang-change'], how: 'void' };
    case 'OrganizationClosingTookEffect': {
      // However late that is written: nothing was owed from the day on.
      const since = startOfDay(event.data.effectiveOn);
      return { of: 'subject', id: idOf(event.stream), kinds: ['yunzhang-change'], how: 'void', since };
    }
    default:
      return null;
  }
};

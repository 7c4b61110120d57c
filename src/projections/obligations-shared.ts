import type { CalendarNotice } from '../domain/calendar.ts';
import type { Birth } from '../domain/duties.ts';
import { idOf } from '../domain/envelope.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { areaOf } from '../domain/operator-seat.ts';
import type { VersionedPack } from '../domain/policy-pack.ts';
import type { Evidence, ObligationDocument } from './obligation-document.ts';
import { stepsFrom, withSeatsOf, type Successors } from './successors.ts';

/** The law as the ledger knows it, who operates where and who stands for whom: what due dates and debtors are computed from. */
export type ObligationsShared = {
  readonly packs: readonly VersionedPack[];
  readonly notices: readonly CalendarNotice[];
  readonly operators: Readonly<Record<string, string | undefined>>;
  readonly successors: Successors<Evidence & { readonly into: string }>;
};

export const evidenceOf = ({ id, position, at }: LedgerEvent): Evidence => ({ eventId: id, position, at });

/** The shared state after one more event. */
export const learn = (shared: ObligationsShared, event: LedgerEvent): ObligationsShared => {
  switch (event.type) {
    case 'PolicyConfirmed':
      return { ...shared, packs: [...shared.packs, { ...event.data.pack, version: event.data.version }] };
    case 'CalendarNoticeConfirmed':
      return { ...shared, notices: [...shared.notices, event.data.notice] };
    case 'OrganizationRegistered': {
      if (!event.data.receivesApplications) return shared;
      return { ...shared, operators: { ...shared.operators, [areaOf(event.data)]: idOf(event.stream) } };
    }
    case 'OrganizationAbsorbed': {
      const [into, { from }] = [idOf(event.stream), event.data];
      const successors = { ...shared.successors, [from]: { into, ...evidenceOf(event) } };
      return { ...shared, successors, operators: withSeatsOf(shared.operators, from, into) };
    }
    default:
      return shared;
  }
};

/** Who owes it: whom the event names, or who stands for that body by now (R2.1). */
export const debtorOf = ({ debtor }: Birth, shared: ObligationsShared): Pick<ObligationDocument, 'debtor' | 'inherited'> => {
  const named = 'organization' in debtor ? debtor.organization : (shared.operators[debtor.operatorOf] ?? null);
  const steps = named === null ? [] : stepsFrom(shared.successors, named);
  return { debtor: steps.at(-1)?.into ?? named, inherited: steps.map(({ into: _, ...step }) => step) };
};

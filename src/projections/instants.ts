import { heldUntil, rolesAfter, type RoleTerm } from '../domain/account-state.ts';
import { idOf } from '../domain/envelope.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { AccountId } from '../domain/ids.ts';
import type { DueInstant } from '../domain/reactions.ts';
import { startOfDay, type Instant } from '../domain/time.ts';
import type { Change, Projection } from './projection.ts';

/** What waits for its instant (decision 8): an approved change, a merger, a closing, the end of a data chief's term. */
export type InstantDocument = { readonly id: string; readonly due: DueInstant };

/** Who is data chief of what, the terms of those who have, had or are to have that role, and which bodies end when: a few per department. */
export type InstantsShared = {
  readonly chiefOf: Readonly<Record<string, string | undefined>>;
  readonly terms: Readonly<Record<string, readonly RoleTerm[] | undefined>>;
  readonly ends: Readonly<Record<string, Instant | undefined>>;
};

const waits = (id: string, due: DueInstant): Change<InstantDocument> => ({ id, apply: () => ({ id, due }) });
const over = (id: string): Change<InstantDocument> => ({ id, apply: () => undefined });
/** What comes with the end of a body, or after it, comes no more. */
const overFrom = (id: string, end: Instant): Change<InstantDocument> => ({
  id,
  apply: (doc) => (doc === undefined || doc.due.at >= end ? undefined : doc),
});
const chiefIn = (organization: string): string => `chief ${organization}`;

const learn = (shared: InstantsShared, event: LedgerEvent): InstantsShared => {
  switch (event.type) {
    case 'RolesGranted':
    case 'RolesRevoked': {
      if (!event.data.roles.includes('data-chief')) return shared;
      const account = idOf(event.stream);
      const terms = rolesAfter(shared.terms[account] ?? [], event).filter(({ role }) => role === 'data-chief');
      return { ...shared, terms: { ...shared.terms, [account]: terms } };
    }
    case 'DataChiefFiled':
      return { ...shared, chiefOf: { ...shared.chiefOf, [event.data.account]: idOf(event.stream) } };
    case 'DataChiefLeft': {
      const { [event.data.account]: _, ...chiefOf } = shared.chiefOf;
      return { ...shared, chiefOf };
    }
    case 'OrganizationMerged':
    case 'OrganizationClosed':
      return { ...shared, ends: { ...shared.ends, [idOf(event.stream)]: startOfDay(event.data.effectiveOn) } };
    default:
      return shared;
  }
};

/** The end of the role of a filed data chief, if it has one before the body's: of all its terms that follow each other. */
const termOf = (account: string, at: Instant, { chiefOf, terms, ends }: InstantsShared): readonly Change<InstantDocument>[] => {
  const subject = chiefOf[account];
  if (subject === undefined) return [];
  const until = heldUntil(terms[account] ?? [], 'data-chief', at);
  const id = chiefIn(subject);
  const end = ends[subject];
  if (until === null || (end !== undefined && until >= end)) return [over(id)];
  return [waits(id, { kind: 'chief-term-ended', subject, account: account as AccountId, at: until })];
};

const project = (event: LedgerEvent, shared: InstantsShared): readonly Change<InstantDocument>[] => {
  switch (event.type) {
    case 'ResourceChangeApproved': {
      const { change, takesEffectAt: at } = event.data;
      return [waits(change, { kind: 'change-effective', subject: idOf(event.stream), change, at })];
    }
    case 'ResourceChangeTookEffect':
      return [over(event.data.change)];
    case 'OrganizationMerged': {
      const subject = idOf(event.stream);
      const { into, effectiveOn } = event.data;
      const due = { kind: 'merger-effective', subject, into, at: startOfDay(effectiveOn) } as const;
      return [waits(subject, due), overFrom(chiefIn(subject), due.at)];
    }
    case 'OrganizationAbsorbed':
      return [over(event.data.from), over(chiefIn(event.data.from))];
    case 'OrganizationClosed': {
      const subject = idOf(event.stream);
      const at = startOfDay(event.data.effectiveOn);
      if (at <= event.at) return [over(chiefIn(subject))];
      return [waits(subject, { kind: 'closing-effective', subject, at }), overFrom(chiefIn(subject), at)];
    }
    case 'OrganizationClosingTookEffect':
      return [over(idOf(event.stream)), over(chiefIn(idOf(event.stream)))];
    case 'RolesGranted':
      return event.data.roles.includes('data-chief') ? termOf(idOf(event.stream), event.at, shared) : [];
    case 'DataChiefFiled':
      return termOf(event.data.account, event.at, shared);
    case 'DataChiefLeft':
      return [over(chiefIn(idOf(event.stream)))];
    default:
      return [];
  }
};

/** Instants at which something takes effect, until it has. */
export const instants: Projection<InstantDocument, InstantsShared> = {
  name: 'instants',
  version: 4,
  history: false,
  fields: { at: ({ due }) => due.at, into: ({ due }) => ('into' in due ? due.into : null) },
  indexes: [['at'], ['into']],
  handles: [
    'ResourceChangeApproved',
    'ResourceChangeTookEffect',
    'OrganizationMerged',
    'OrganizationAbsorbed',
    'OrganizationClosed',
    'OrganizationClosingTookEffect',
    'RolesGranted',
    'RolesRevoked',
    'DataChiefFiled',
    'DataChiefLeft',
  ],
  shared: { initial: { chiefOf: {}, terms: {}, ends: {} }, evolve: learn },
  project,
};

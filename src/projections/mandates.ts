import { evolveAccount, newAccount, type KnownAccount } from '../domain/account-state.ts';
import { idOf } from '../domain/envelope.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { AccountEvent } from '../domain/events/account.ts';
import type { AccountId } from '../domain/ids.ts';
import type { Personal } from '../domain/personal.ts';
import type { Instant } from '../domain/time.ts';
import type { Change, Projection } from './projection.ts';

/** An account with its roles, proposals and delegations; its personal fields are sealed as they are in the log. */
export type MandateDocument = KnownAccount & {
  readonly id: AccountId;
  readonly revision: number;
  readonly login: Personal;
  readonly name: Personal;
  readonly phone: Personal | null;
  readonly registeredAt: Instant;
  readonly disabledAt: Instant | null;
};

type Happening = Extract<LedgerEvent, { type: AccountEvent['type'] }>;

const EVENTS = ['AccountRegistered', 'RolesProposed', 'RolesGranted', 'RolesRevoked', 'DelegationGiven', 'AccountDisabled'] as const; // prettier-ignore

const isHappening = (event: LedgerEvent): event is Happening => (EVENTS as readonly string[]).includes(event.type);

const registered = ({ stream, revision, at, data }: Extract<Happening, { type: 'AccountRegistered' }>): MandateDocument => {
  const { login, name, phone } = data;
  const id = idOf(stream) as AccountId;
  return { id, revision, ...newAccount(data), login, name, phone, registeredAt: at, disabledAt: null };
};

const onAccount = (event: Happening): Change<MandateDocument> => ({
  id: idOf(event.stream),
  apply: (doc) => {
    if (event.type === 'AccountRegistered') return registered(event);
    if (doc === undefined) return undefined;
    const disabledAt = event.type === 'AccountDisabled' ? event.at : doc.disabledAt;
    return { ...doc, ...evolveAccount(doc, event), revision: event.revision, disabledAt };
  },
});

/** Accounts and their mandates over time (R24.1, R13.1). Which of them hold is judged by the clock (decision 9). */
export const mandates: Projection<MandateDocument> = {
  name: 'mandates',
  version: 2,
  history: true,
  fields: {
    self: ({ id }) => id,
    own: ({ organization }) => organization,
    kind: ({ kind }) => kind,
    status: ({ status }) => status,
  },
  indexes: [['self'], ['own'], ['kind'], ['status']],
  handles: EVENTS,
  project: (event) => (isHappening(event) ? [onAccount(event)] : []),
};

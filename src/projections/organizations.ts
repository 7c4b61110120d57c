import { lastNamesOn, namesOf, withNamesFrom, type DatedNames } from '../domain/dated-names.ts';
import { idOf } from '../domain/envelope.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { OrganizationEvent, OrganizationNames } from '../domain/events/organization.ts';
import type { AccountId, OrganizationId } from '../domain/ids.ts';
import { needsDataChief } from '../domain/organization-state.ts';
import { civilDateOf, type CivilDate, type Instant } from '../domain/time.ts';
import { all, any, eq, gt, lte, type Filter } from './filter.ts';
import type { Change, Projection } from './projection.ts';

type Registered = Extract<OrganizationEvent, { type: 'OrganizationRegistered' }>['data'];

/** What an organization lacks without being refused for it. */
export type OrganizationFinding =
  | { readonly code: 'provider-code-missing'; readonly rule: 'R7.1' }
  | { readonly code: 'data-chief-missing'; readonly rule: 'R27.1' };

/** An organization as it stands, and the names it had: a case of 2019 shows the names of 2019 (R2.1). */
export type OrganizationDocument = Registered & {
  readonly id: OrganizationId;
  readonly revision: number;
  readonly status: 'open' | 'merged' | 'closed';
  readonly dataChief: { readonly account: AccountId; readonly since: Instant } | null;
  readonly mergedInto: OrganizationId | null;
  readonly absorbed: readonly OrganizationId[];
  readonly endedOn: CivilDate | null;
  /** By the day from which each was borne, oldest first: the names of a day are the last that are from it or before. */
  readonly names: readonly DatedNames[];
  readonly findings: readonly OrganizationFinding[];
};

type Happening = Extract<LedgerEvent, { type: OrganizationEvent['type'] }>;

const findingsOf = (doc: OrganizationDocument): readonly OrganizationFinding[] => [
  ...(doc.providerCode === null ? [{ code: 'provider-code-missing', rule: 'R7.1' } as const] : []),
  ...(doc.dataChief === null && needsDataChief(doc) ? [{ code: 'data-chief-missing', rule: 'R27.1' } as const] : []),
];

/** What the body is on a day: one that ends later exists until then (decision 9). */
export const statusOn = ({ status, endedOn }: OrganizationDocument, date: CivilDate): OrganizationDocument['status'] =>
  endedOn !== null && date < endedOn ? 'open' : status;

/** The same as a filter. */
export const statusFilter = (status: OrganizationDocument['status'], date: CivilDate): Filter =>
  status === 'open' ? any(eq('status', 'open'), gt('endedOn', date)) : all(eq('status', status), lte('endedOn', date));

/** What it lacks on a day: a body that is no more lacks nothing. */
export const findingsOn = (doc: OrganizationDocument, date: CivilDate): readonly OrganizationFinding[] =>
  statusOn(doc, date) === 'open' ? doc.findings : [];

/** The names that it bears on a day; those that are recorded where none is from so early. */
export const namesOn = ({ names, ...doc }: OrganizationDocument, date: CivilDate): OrganizationNames =>
  namesOf(lastNamesOn(names, date) ?? doc);

const retell = (doc: OrganizationDocument, event: Exclude<Happening, { type: 'OrganizationRegistered' }>): OrganizationDocument => {
  switch (event.type) {
    case 'OrganizationRenamed': {
      const names = namesOf(event.data);
      const from = event.data.effectiveOn;
      const superseded = doc.names.some((later) => later.from > from);
      return { ...doc, ...(superseded ? {} : names), names: withNamesFrom(doc.names, names, from) };
    }
    case 'ProviderCodeFiled':
      return { ...doc, providerCode: event.data.providerCode };
    case 'DataChiefFiled':
      return { ...doc, dataChief: { account: event.data.account, since: event.data.validFrom } };
    case 'DataChiefLeft':
      return { ...doc, dataChief: null };
    case 'OrganizationMerged':
      return { ...doc, status: 'merged', mergedInto: event.data.into, endedOn: event.data.effectiveOn };
    case 'OrganizationAbsorbed':
      return {
        ...doc,
        absorbed: [...new Set([...doc.absorbed, event.data.from, ...event.data.absorbed])],
        functions: [...new Set([...doc.functions, ...event.data.functions])],
      };
    case 'OrganizationClosed':
      return { ...doc, status: 'closed', endedOn: event.data.effectiveOn };
    case 'OrganizationClosingTookEffect':
      // Told by the clock all along (`statusOn`).
      return doc;
  }
};

const registered = (event: Extract<Happening, { type: 'OrganizationRegistered' }>): OrganizationDocument => ({
  ...event.data,
  id: idOf(event.stream) as OrganizationId,
  revision: event.revision,
  status: 'open',
  dataChief: null,
  mergedInto: null,
  absorbed: [],
  endedOn: null,
  names: withNamesFrom([], event.data, event.data.validFrom ?? civilDateOf(event.at)),
  findings: [],
});

const EVENTS = ['OrganizationRegistered', 'OrganizationRenamed', 'ProviderCodeFiled', 'DataChiefFiled', 'DataChiefLeft', 'OrganizationMerged', 'OrganizationAbsorbed', 'OrganizationClosed', 'OrganizationClosingTookEffect'] as const; // prettier-ignore

const isHappening = (event: LedgerEvent): event is Happening => (EVENTS as readonly string[]).includes(event.type);

const onOrganization = (event: Happening): Change<OrganizationDocument> => ({
  id: idOf(event.stream),
  apply: (doc) => {
    const after = event.type === 'OrganizationRegistered' ? registered(event) : doc && retell(doc, event);
    return after && { ...after, revision: event.revision, findings: findingsOf(after) };
  },
});

/** Organizations of all levels (R2.1) with their data chiefs (R27.1). */
export const organizations: Projection<OrganizationDocument> = {
  name: 'organizations',
  version: 5,
  history: true,
  fields: {
    level: ({ level }) => level,
    kind: ({ kind }) => kind,
    parent: ({ parent }) => parent,
    status: ({ status }) => status,
    name: ({ name }) => name,
    since: ({ names }) => names[0]?.from ?? null,
    endedOn: ({ endedOn }) => endedOn,
  },
  indexes: [['level'], ['kind'], ['parent'], ['status'], ['name'], ['since'], ['endedOn']],
  handles: EVENTS,
  project: (event) => (isHappening(event) ? [onOrganization(event)] : []),
};

import { canonicalJson } from '../domain/canonical-json.ts';
import { withNamesFrom } from '../domain/dated-names.ts';
import { idOf } from '../domain/envelope.ts';
import type { EventType } from '../domain/events.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import type { OrganizationId } from '../domain/ids.ts';
import { civilDateOf } from '../domain/time.ts';
import { draftedDocument, retellResource } from './catalog-document.ts';
import type { CatalogDocument, KnownProvider, ResourceHappening } from './catalog-document.ts';
import { findingsOf } from './catalog-findings.ts';
import type { BasisLaw } from './catalog-findings.ts';
import { all, any, eq, EVERYTHING, ne } from './filter.ts';
import type { Change, Projection } from './projection.ts';
import { stepsFrom, withSeatsOf, type Successors } from './successors.ts';

/** What many entries share: who the providers are, who operates an area, and what the packs say of legal bases. */
export type CatalogShared = {
  readonly providers: Readonly<Record<string, KnownProvider | undefined>>;
  /** By area: level and division code. */
  readonly operators: Readonly<Record<string, OrganizationId | undefined>>;
  readonly laws: Readonly<Record<string, BasisLaw>>;
  readonly successors: Successors<{ readonly into: OrganizationId }>;
};

const UNNAMED: KnownProvider = { names: [], providerCode: null };

const areaOf = ({ level, divisionCode }: { readonly level: string; readonly divisionCode: string }): string =>
  `${level}-${divisionCode}`;

const learn = (shared: CatalogShared, event: LedgerEvent): CatalogShared => {
  switch (event.type) {
    case 'OrganizationRegistered': {
      const id = idOf(event.stream);
      const { providerCode, receivesApplications, validFrom } = event.data;
      const names = withNamesFrom([], event.data, validFrom ?? civilDateOf(event.at));
      const providers = { ...shared.providers, [id]: { names, providerCode } };
      if (!receivesApplications) return { ...shared, providers };
      return { ...shared, providers, operators: { ...shared.operators, [areaOf(event.data)]: id as OrganizationId } };
    }
    case 'OrganizationRenamed': {
      const id = idOf(event.stream);
      const known = shared.providers[id] ?? UNNAMED;
      const renamed = { ...known, names: withNamesFrom(known.names, event.data, event.data.effectiveOn) };
      return { ...shared, providers: { ...shared.providers, [id]: renamed } };
    }
    case 'ProviderCodeFiled': {
      const id = idOf(event.stream);
      const coded = { ...(shared.providers[id] ?? UNNAMED), providerCode: event.data.providerCode };
      return { ...shared, providers: { ...shared.providers, [id]: coded } };
    }
    case 'OrganizationAbsorbed': {
      const [into, { from }] = [idOf(event.stream) as OrganizationId, event.data];
      const successors = { ...shared.successors, [from]: { into } };
      return { ...shared, successors, operators: withSeatsOf(shared.operators, from, into) };
    }
    case 'PolicyConfirmed': {
      const { id, effectiveFrom, effectiveUntil, legalBasisTypes } = event.data.pack;
      return { ...shared, laws: { ...shared.laws, [id]: { id, effectiveFrom, effectiveUntil, legalBasisTypes } } };
    }
    default:
      return shared;
  }
};

const withFindings = (doc: CatalogDocument, { laws }: CatalogShared): CatalogDocument => ({
  ...doc,
  findings: findingsOf(doc.entry, doc.providerCode, Object.values(laws)),
});

const providedBy = (doc: CatalogDocument, provider: OrganizationId, shared: CatalogShared): CatalogDocument => {
  const { names, providerCode } = shared.providers[provider] ?? UNNAMED;
  return withFindings({ ...doc, provider, providerNames: names, providerCode }, shared);
};

/**
 * What the merged body provided, the other provides from then on, and reviews where it did: the catalog is kept current
 * (R7.3). An entry that was withdrawn before keeps the names of its time (R2.1).
 */
const takenOver = (from: string, into: OrganizationId, shared: CatalogShared): Change<CatalogDocument> => ({
  where: all(any(eq('provider', from), eq('operator', from)), ne('status', 'withdrawn')),
  apply: (doc) => {
    const operator = doc.operator === from ? into : doc.operator;
    return [doc.provider === from ? { ...providedBy(doc, into, shared), operator } : { ...doc, operator }];
  },
});

const onResource = (event: ResourceHappening, shared: CatalogShared): Change<CatalogDocument> => {
  const id = idOf(event.stream);
  const apply = (doc: CatalogDocument | undefined): CatalogDocument | undefined => {
    if (event.type === 'ResourceDrafted') {
      const drafted = draftedDocument(id, event, UNNAMED, shared.operators[areaOf(event.data)] ?? null);
      const provider = stepsFrom(shared.successors, drafted.provider).at(-1)?.into ?? drafted.provider;
      return providedBy(drafted, provider, shared);
    }
    if (doc === undefined) return undefined;
    const after = { ...retellResource(doc, event), revision: event.revision };
    return after.entry === doc.entry ? after : withFindings(after, shared);
  };
  return { id, apply };
};

const project = (event: LedgerEvent, shared: CatalogShared): readonly Change<CatalogDocument>[] => {
  switch (event.type) {
    case 'OrganizationRegistered': {
      const { receivesApplications, level, divisionCode } = event.data;
      if (!receivesApplications) return [];
      const operator = idOf(event.stream) as OrganizationId;
      const where = all(eq('level', level), eq('divisionCode', divisionCode));
      return [{ where, apply: (doc) => [{ ...doc, operator }] }];
    }
    case 'OrganizationRenamed': {
      const provider = idOf(event.stream);
      // The shared state has learnt of it before. What was withdrawn by then keeps the names of its time (R2.1).
      const { names } = shared.providers[provider] ?? UNNAMED;
      const where = all(eq('provider', provider), ne('status', 'withdrawn'));
      return [{ where, apply: (doc) => [{ ...doc, providerNames: names }] }];
    }
    case 'ProviderCodeFiled': {
      const { providerCode } = event.data;
      const where = eq('provider', idOf(event.stream));
      return [{ where, apply: (doc) => [withFindings({ ...doc, providerCode }, shared)] }];
    }
    case 'OrganizationAbsorbed':
      return [takenOver(event.data.from, idOf(event.stream) as OrganizationId, shared)];
    case 'PolicyConfirmed':
      // Rare, and any entry may rest on a basis that the pack speaks of; what it changes nothing in is left as it is.
      return [
        {
          where: EVERYTHING,
          apply: (doc) => {
            const after = withFindings(doc, shared);
            return canonicalJson(after.findings) === canonicalJson(doc.findings) ? [] : [after];
          },
        },
      ];
    default:
      return isResourceEvent(event) ? [onResource(event, shared)] : [];
  }
};

const RESOURCE_EVENTS = [
  'ResourceDrafted',
  'ResourceRevised',
  'ResourceSubmitted',
  'DepartmentReviewApproved',
  'DepartmentReviewReturned',
  'OperatorReviewApproved',
  'OperatorReviewReturned',
  'ResourcePublished',
  'ResourceChangeRequested',
  'ResourceChangeRecipientAdded',
  'ResourceChangeApproved',
  'ResourceChangeReturned',
  'ResourceChangeAcknowledged',
  'ResourceChangeObjected',
  'ResourceChangeTookEffect',
  'ResourceSupplySuspended',
  'ResourceSupplyResumed',
  'ResourceMounted',
  'ResourceContentStored',
  'ResourceRefreshed',
] as const satisfies readonly EventType[];

const isResourceEvent = (event: LedgerEvent): event is ResourceHappening =>
  (RESOURCE_EVENTS as readonly EventType[]).includes(event.type);

/**
 * The catalog of all levels (R7.3, R10.1): every resource from its draft on; `listed` are those that everybody finds.
 * Searched in title, abstract, domain, code, item names and the provider's names, of every time: whoever knows an old one, or
 * one that is still to come, finds the entry too.
 */
export const catalog: Projection<CatalogDocument, CatalogShared> = {
  name: 'catalog',
  version: 3,
  history: true,
  fields: {
    listed: ({ status }) => status === 'published',
    status: ({ status }) => status,
    provider: ({ provider }) => provider,
    operator: ({ operator }) => operator,
    level: ({ level }) => level,
    divisionCode: ({ divisionCode }) => divisionCode,
    domain: ({ entry }) => entry.domain,
    shareType: ({ entry }) => entry.shareType,
    shareMode: ({ entry }) => entry.shareMode,
    open: ({ entry }) => entry.open,
    updateCycle: ({ entry }) => entry.updateCycle,
    title: ({ entry }) => entry.title,
    publishedOn: ({ publishedOn }) => publishedOn,
  },
  indexes: [
    ['listed'],
    ['listed', 'publishedOn'],
    ['listed', 'title'],
    ['listed', 'provider'],
    ['listed', 'domain'],
    ['provider'],
    ['operator'],
    ['level', 'divisionCode'],
  ],
  text: ({ entry, code, providerNames }) => {
    const names = providerNames.flatMap(({ name, shortName, aliases }) => [name, shortName, ...aliases]);
    return [entry.title, entry.abstract, entry.domain, code, ...entry.items.map((item) => item.name), ...new Set(names)].filter(
      (part) => part !== null,
    );
  },
  handles: [
    'OrganizationRegistered',
    'OrganizationRenamed',
    'ProviderCodeFiled',
    'OrganizationAbsorbed',
    'PolicyConfirmed',
    ...RESOURCE_EVENTS,
  ],
  shared: { initial: { providers: {}, operators: {}, laws: {}, successors: {} }, evolve: learn },
  project,
};

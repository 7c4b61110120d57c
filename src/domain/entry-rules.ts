import { DOMAINS } from './catalog-entry.ts';
import type { CatalogEntry, InformationItem, LegalBasis } from './catalog-entry.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';
import { isSufficientBasis } from './policy-pack.ts';
import type { PolicyPack } from './policy-pack.ts';

/** Bounds of texts, in UTF-16 code units, and of lists. */
const LONGEST = { title: 200, abstract: 2_000, domain: 60, format: 50, itemName: 100, condition: 2_000, openCondition: 500, sourceSystem: 200, basisTitle: 200, basisArticle: 100, way: 2_000 } as const; // prettier-ignore
const MOST = { items: 120, relatedCodes: 50, offlineWorkingDays: 250, itemLength: 1_000_000, itemScale: 30 } as const;
/** An event holds 60,000 bytes, and the event that announces a change holds an entry and everyone who is told of it. */
const MOST_BYTES = 28_000;

const CATEGORY = { class: /^\d$/, item: /^\d{2}$/, section: /^\d{3}$/, detail: /^[0-9A-Za-z]{0,10}$/ } as const;
const RELATED_CODE = /^[0-9A-Za-z]{1,20}\/\d{1,9}$/;
const OTHER_DOMAIN = /^other:\S/;

const checkText = (text: string, path: string, longest: number): readonly Fault[] => [
  ...fault(text.trim() === '', path, 'required'),
  ...fault(text.length > longest, path, 'too-long'),
];

const checkOptionalText = (text: string | null, path: string, longest: number): readonly Fault[] =>
  text === null ? [] : checkText(text, path, longest);

/** A text that has to be there in one case and must not be there in the other. */
const checkCondition = (needed: boolean, text: string | null, path: string, code: string, longest: number): readonly Fault[] =>
  needed
    ? [...fault(text === null, path, `${code}-required`), ...checkOptionalText(text, path, longest)]
    : fault(text !== null, path, `${code}-misplaced`);

const isWithin = (value: number | null, least: number, most: number): boolean =>
  value === null || (Number.isInteger(value) && value >= least && value <= most);

const repeats = <T>(list: readonly T[], index: number): boolean => list.indexOf(list[index] as T) !== index;

/** What is not shared, the resource as a whole or one of its items, and the basis that it rests on (R11.4). */
export const notSharedBases = (entry: CatalogEntry): readonly { readonly path: string; readonly basis: LegalBasis | null }[] =>
  [entry, ...entry.items].flatMap(({ shareType, legalBasis }, index) =>
    shareType === 'not-shared'
      ? [{ path: index === 0 ? 'legalBasis' : `items[${String(index - 1)}].legalBasis`, basis: legalBasis }]
      : [],
  );

/** Where the basis is of a type that does not suffice under the pack; a pack without a list says nothing of it (R11.4). */
export const insufficientBases = (entry: CatalogEntry, pack: Pick<PolicyPack, 'legalBasisTypes'>): readonly string[] =>
  pack.legalBasisTypes.length === 0
    ? []
    : notSharedBases(entry).flatMap(({ path, basis }) => (basis === null || isSufficientBasis(pack, basis.type) ? [] : [path]));

const checkBases = (entry: CatalogEntry, packs: readonly PolicyPack[]): readonly Fault[] => [
  ...notSharedBases(entry).flatMap(({ path, basis }) => fault(basis === null, path, 'legal-basis-required')),
  ...[...new Set(packs.flatMap((pack) => insufficientBases(entry, pack)))].flatMap((path) => fault(true, path, 'legal-basis-insufficient')), // prettier-ignore
];

const checkBasisText = (basis: LegalBasis | null, path: string): readonly Fault[] =>
  basis === null
    ? []
    : [
        ...checkText(basis.title, `${path}.title`, LONGEST.basisTitle),
        ...checkText(basis.article, `${path}.article`, LONGEST.basisArticle),
      ];

const checkItem = (item: InformationItem, index: number, entry: CatalogEntry): readonly Fault[] => {
  const path = `items[${String(index)}]`;
  const names = entry.items.map(({ name }) => name);
  return [
    ...checkText(item.name, `${path}.name`, LONGEST.itemName),
    ...fault(repeats(names, index), `${path}.name`, 'duplicate'),
    ...fault(!isWithin(item.length, 1, MOST.itemLength), `${path}.length`, 'out-of-range'),
    ...fault(!isWithin(item.scale, 0, MOST.itemScale), `${path}.scale`, 'out-of-range'),
    ...fault(entry.shareType === 'unconditional' && item.shareType !== 'unconditional', `${path}.shareType`, 'item-not-unconditional'), // prettier-ignore
    ...checkBasisText(item.legalBasis, `${path}.legalBasis`),
  ];
};

const checkItems = (entry: CatalogEntry): readonly Fault[] => [
  ...fault(entry.items.length === 0, 'items', 'required'),
  ...fault(entry.items.length > MOST.items, 'items', 'too-many'),
  ...entry.items.flatMap((item, index) => checkItem(item, index, entry)),
];

const checkDescription = ({ title, abstract, category, domain, format, sourceSystem }: CatalogEntry): readonly Fault[] => [
  ...checkText(title, 'title', LONGEST.title),
  ...checkText(abstract, 'abstract', LONGEST.abstract),
  ...(['class', 'item', 'section', 'detail'] as const).flatMap((part) =>
    fault(!CATEGORY[part].test(category[part]), `category.${part}`, 'malformed'),
  ),
  ...fault(!(DOMAINS as readonly string[]).includes(domain) && !OTHER_DOMAIN.test(domain), 'domain', 'unknown-domain'),
  ...fault(domain.length > LONGEST.domain, 'domain', 'too-long'),
  ...checkText(format.category, 'format.category', LONGEST.format),
  ...checkText(format.type, 'format.type', LONGEST.format),
  ...checkOptionalText(sourceSystem, 'sourceSystem', LONGEST.sourceSystem),
];

const checkSharing = ({ shareType, shareCondition, open, openCondition, offlineTerms }: CatalogEntry): readonly Fault[] => [
  ...checkCondition(shareType === 'conditional', shareCondition, 'shareCondition', 'share-condition', LONGEST.condition),
  ...fault(open && shareType !== 'unconditional', 'open', 'open-needs-unconditional'),
  ...checkCondition(open, openCondition, 'openCondition', 'open-condition', LONGEST.openCondition),
  ...(offlineTerms === null
    ? []
    : [
        ...checkText(offlineTerms.way, 'offlineTerms.way', LONGEST.way),
        ...fault(!isWithin(offlineTerms.workingDays, 1, MOST.offlineWorkingDays), 'offlineTerms.workingDays', 'out-of-range'),
      ]),
];

const checkRelatedCodes = ({ relatedCodes }: CatalogEntry): readonly Fault[] => [
  ...fault(relatedCodes.length > MOST.relatedCodes, 'relatedCodes', 'too-many'),
  ...relatedCodes.flatMap((code, index) => {
    const path = `relatedCodes[${String(index)}]`;
    return [...fault(!RELATED_CODE.test(code), path, 'malformed'), ...fault(repeats(relatedCodes, index), path, 'duplicate')];
  }),
];

/**
 * Every missing or wrong field of an entry at once, none when it may stand (R7.1, R8.1, R11.1, R11.3, R11.4). `packs` are
 * those whose word on legal bases is a reason to refuse. Paths as in `items[3].legalBasis`, messages are short codes.
 */
export const entryErrors = (entry: CatalogEntry, packs: readonly PolicyPack[]): readonly Fault[] => [
  ...checkDescription(entry),
  ...checkSharing(entry),
  ...checkItems(entry),
  ...checkBasisText(entry.legalBasis, 'legalBasis'),
  ...checkBases(entry, packs),
  ...checkRelatedCodes(entry),
  ...fault(Buffer.byteLength(JSON.stringify(entry), 'utf8') > MOST_BYTES, '', 'entry-too-large'),
];

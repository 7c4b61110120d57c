import { LEGAL_BASIS_TYPES } from './catalog-entry.ts';
import type { LegalBasisType } from './catalog-entry.ts';
import { isEventType } from './events.ts';
import type { EventType } from './events.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';
import { isCivilDate } from './time.ts';
import type { CivilDate } from './time.ts';

/** The packs there can be (decision 14). `city-setting` holds the city's own numbers under the city's own document. */
export const PACK_IDS = ['nc-2019', 'sc-809-2025', 'city-setting'] as const;
export type PackId = (typeof PACK_IDS)[number];

/** The duties the service knows (requirements §4); a pack's rules are named after them. */
export const OBLIGATION_KINDS = [
  'normative-check',
  'provider-reply',
  'reply-conditional',
  'reply-unconditional',
  'provide-after-consent',
  'relay-to-upper-level',
  'open-reply',
  'open-after-consent',
  'change-notice',
  'catalog-update',
  'catalog-review',
  'correction',
  'refresh',
  'mount',
  'yunzhang-change',
  'demand-answer',
  'rectification',
  'yearly-security-test',
  'yearly-risk-assessment',
  'yearly-drill',
] as const;
export type ObligationKind = (typeof OBLIGATION_KINDS)[number];

export const RULE_UNITS = ['working-day', 'calendar-month', 'month', 'year', 'update-cycle'] as const;
export type RuleUnit = (typeof RULE_UNITS)[number];

/** The longest term of a rule in each unit: any due end is a date, and a term in working days is walked day by day. */
const LONGEST = { 'working-day': 1_000, 'calendar-month': 120, month: 120, year: 10, 'update-cycle': null } as const;
/** The greatest number that a rule can have, in whatever unit, and that it can be extended by. */
export const LONGEST_TERM = LONGEST['working-day'];

/** One duty with its number and its article; `value: null` says the text gives no number: a duty that is never late. */
export type PolicyRule = {
  readonly id: ObligationKind;
  readonly article: string;
  readonly value: number | null;
  readonly unit: RuleUnit | null;
  readonly bound: 'at-most' | 'at-least';
  readonly startEvent: EventType | null;
  readonly endEvent: EventType | null;
  readonly extension: { readonly atMost: number; readonly needs: string } | null;
  readonly wording: string | null;
};

export type PolicyPack = {
  readonly id: PackId;
  readonly title: string;
  readonly documentNumber: string;
  readonly issuer: string;
  readonly effectiveFrom: CivilDate;
  /** The last day in force. */
  readonly effectiveUntil: CivilDate | null;
  /** Which legal-basis types suffice for 不予共享 (R11.4). */
  readonly legalBasisTypes: readonly LegalBasisType[];
  readonly rules: readonly PolicyRule[];
};

/** A pack as it was confirmed, with the number of its proposal. */
export type VersionedPack = PolicyPack & { readonly version: number };

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
const checkLength = (value: number | null, unit: RuleUnit | null, path: string): readonly Fault[] => {
  const most = unit === null ? null : LONGEST[unit];
  const isTooLong = value !== null && most !== null && value > most;
  return fault(isTooLong, path, 'is longer than 1,000 working days, 120 months or 10 years');
};

/** `update-cycle` takes its length from the entry and has no number of its own; every other unit goes with one. */
const checkNumber = ({ value, unit }: PolicyRule, path: string): readonly Fault[] => [
  ...fault(value !== null && !isCount(value), `${path}.value`, 'must be a positive integer'),
  ...checkLength(value, unit, `${path}.value`),
  ...fault(unit !== null && !RULE_UNITS.includes(unit), `${path}.unit`, `must be one of ${RULE_UNITS.join(', ')}`),
  ...fault((value !== null) !== (unit !== null && unit !== 'update-cycle'), `${path}.unit`, 'a number needs a unit, and only update-cycle stands without a number'), // prettier-ignore
];

const checkRule = (rule: PolicyRule, path: string): readonly Fault[] => [
  ...fault(!OBLIGATION_KINDS.includes(rule.id), `${path}.id`, 'is not an obligation kind'),
  ...fault(rule.article === '', `${path}.article`, 'is missing'),
  ...checkNumber(rule, path),
  ...fault(
    rule.bound !== (rule.id === 'change-notice' ? 'at-least' : 'at-most'),
    `${path}.bound`,
    'change-notice is at-least, every other rule at-most',
  ),
  ...fault(
    rule.id === 'change-notice' && rule.unit !== 'calendar-month',
    `${path}.unit`,
    'change-notice is counted in calendar months',
  ),
  ...fault(rule.startEvent !== null && !isEventType(rule.startEvent), `${path}.startEvent`, 'is not an event type'),
  ...fault(rule.endEvent !== null && !isEventType(rule.endEvent), `${path}.endEvent`, 'is not an event type'),
  ...fault(rule.extension !== null && !isCount(rule.extension.atMost), `${path}.extension.atMost`, 'must be a positive integer'),
  ...checkLength(rule.extension?.atMost ?? null, rule.unit, `${path}.extension.atMost`),
  ...fault(rule.extension !== null && rule.value === null, `${path}.extension`, 'a rule without a number cannot be extended'),
];

const checkDates = ({ effectiveFrom, effectiveUntil }: PolicyPack): readonly Fault[] => [
  ...fault(!isCivilDate(effectiveFrom), 'effectiveFrom', 'must be a date'),
  ...fault(effectiveUntil !== null && !isCivilDate(effectiveUntil), 'effectiveUntil', 'must be a date'),
  ...fault((effectiveUntil ?? effectiveFrom) < effectiveFrom, 'effectiveUntil', 'lies before effectiveFrom'),
];

/** Everything that is wrong with a pack; empty when it can be proposed. Its events and kinds must be ones the service has. */
export const checkPack = (pack: PolicyPack): readonly Fault[] => [
  ...fault(!PACK_IDS.includes(pack.id), 'id', `must be one of ${PACK_IDS.join(', ')}`),
  ...(['title', 'documentNumber', 'issuer'] as const).flatMap((name) => fault(pack[name] === '', name, 'is missing')),
  ...checkDates(pack),
  ...pack.legalBasisTypes.flatMap((type, index) =>
    fault(!LEGAL_BASIS_TYPES.includes(type), `legalBasisTypes.${String(index)}`, 'is not a legal-basis type'),
  ),
  ...pack.rules.flatMap((rule, index) => [
    ...checkRule(rule, `rules.${String(index)}`),
    ...fault(pack.rules.findIndex(({ id }) => id === rule.id) !== index, `rules.${String(index)}.id`, 'stands there twice'),
  ]),
];

/**
 * The packs in force on a date: of each pack the last confirmed version (they come in that order) that has begun, unless
 * it has ended. A later version thereby repeals the earlier one from its own beginning on.
 */
export const packsInForce = <P extends PolicyPack>(packs: readonly P[], date: CivilDate): readonly P[] => {
  const begun = new Map<PackId, P>();
  for (const pack of packs) if (pack.effectiveFrom <= date) begun.set(pack.id, pack);
  return [...begun.values()].filter(({ effectiveUntil }) => effectiveUntil === null || date <= effectiveUntil);
};

/** A pack's rule for a kind of duty, if it has one. */
export const ruleOf = (pack: PolicyPack, kind: ObligationKind): PolicyRule | undefined => pack.rules.find(({ id }) => id === kind);

/** Does a basis of this type suffice under the pack for not sharing (R11.4)? */
export const isSufficientBasis = ({ legalBasisTypes }: Pick<PolicyPack, 'legalBasisTypes'>, type: LegalBasisType): boolean =>
  legalBasisTypes.includes(type);

/** The notice that must go before an ordinary change: the longest that the packs ask for (R9.1). */
export type ChangeNotice = {
  readonly pack: PackId;
  readonly version: number;
  readonly article: string;
  readonly months: number;
};

/** The month guard of the packs in force, or null where none has one. */
export const changeNoticeOf = (packs: readonly VersionedPack[]): ChangeNotice | null => {
  let longest: ChangeNotice | null = null;
  for (const pack of packs) {
    const rule = ruleOf(pack, 'change-notice');
    if (rule === undefined || rule.value === null) continue;
    if (longest === null || rule.value > longest.months) {
      longest = { pack: pack.id, version: pack.version, article: rule.article, months: rule.value };
    }
  }
  return longest;
};

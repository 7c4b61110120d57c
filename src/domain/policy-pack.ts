import type { LegalBasisType } from './catalog-entry.ts';
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

/** The longest term of a rule in each unit: every due end is a date, and a term in working days is walked day by day. */
export const LONGEST_BY_UNIT = { 'working-day': 1_000, 'calendar-month': 120, month: 120, year: 10, 'update-cycle': null } as const;
/** The greatest number that a rule can have, in whatever unit, and that it can be extended by. */
export const LONGEST_TERM = LONGEST_BY_UNIT['working-day'];

/** One duty with its number and its article; `value: null` says the text gives no number: a duty that is never late. */
export type PolicyRule = {
  readonly id: ObligationKind;
  readonly article: string;
  readonly value: number | null;
  readonly unit: RuleUnit | null;
  readonly bound: 'at-most' | 'at-least';
  /** Types of events, as `checkPack` sees to: a pack is itself part of an event, so their types cannot say it. */
  readonly startEvent: string | null;
  readonly endEvent: string | null;
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

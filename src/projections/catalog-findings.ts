import type { CatalogEntry } from '../domain/catalog-entry.ts';
import { insufficientBases } from '../domain/entry-rules.ts';
import type { PackId, PolicyPack } from '../domain/policy-pack.ts';
import type { CivilDate } from '../domain/time.ts';

/** What an entry lacks without being refused for it. It stands from `since` to `until`, both inclusive; null: no bound. */
export type Finding = {
  readonly code: 'provider-code-missing' | 'legal-basis-insufficient';
  readonly rule: string;
  readonly path: string;
  readonly pack: PackId | null;
  readonly since: CivilDate | null;
  readonly until: CivilDate | null;
};

/** A pack's word on legal bases, and when it is in force. */
export type BasisLaw = Pick<PolicyPack, 'id' | 'effectiveFrom' | 'effectiveUntil' | 'legalBasisTypes'>;

const providerCodeMissing: Finding = {
  code: 'provider-code-missing',
  rule: 'R7.1',
  path: 'providerCode',
  pack: null,
  since: null,
  until: null,
};

/** The findings on an entry: its provider's code is not filed (R7.1); a basis that a pack does not let suffice (R11.4). */
export const findingsOf = (entry: CatalogEntry, providerCode: string | null, laws: readonly BasisLaw[]): readonly Finding[] => [
  ...(providerCode === null ? [providerCodeMissing] : []),
  ...laws.flatMap((law) =>
    insufficientBases(entry, law).map((path): Finding => ({
      code: 'legal-basis-insufficient',
      rule: 'R11.4',
      path,
      pack: law.id,
      since: law.effectiveFrom,
      until: law.effectiveUntil,
    })),
  ),
];

/** Those of the findings that stand on a date: what is stored holds for every day (decision 9). */
export const findingsOn = (findings: readonly Finding[], date: CivilDate): readonly Finding[] =>
  findings.filter(({ since, until }) => (since === null || since <= date) && (until === null || date <= until));

import type { LegalBasisType } from './catalog-entry.ts';
import type { EventType } from './events.ts';
import type { CivilDate } from './time.ts';

/** The packs there can be (decision 14). `city-setting` holds the city's own numbers under the city's own document. */
export const PACK_IDS = ['nc-2019', 'sc-809-2025', 'city-setting'] as const;
export type PackId = (typeof PACK_IDS)[number];

/** One duty with its number and its article; `value: null` says the text gives no number: a duty that is never late. */
export type PolicyRule = {
  /** The obligation kind (requirements §4). */
  readonly id: string;
  readonly article: string;
  readonly value: number | null;
  readonly unit: 'working-day' | 'calendar-month' | 'month' | 'year' | 'update-cycle' | null;
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
  readonly effectiveUntil: CivilDate | null;
  /** Which legal-basis types suffice for 不予共享 (R11.4). */
  readonly legalBasisTypes: readonly LegalBasisType[];
  readonly rules: readonly PolicyRule[];
};

import type { CivilDate } from './time.ts';

/** A State Council holiday notice: the complete list of its year as it stands after it (data/calendar). */
export type CalendarNotice = {
  readonly id: string;
  readonly year: number;
  readonly version: number;
  readonly documentNumber: string;
  readonly title: string;
  readonly publishedOn: CivilDate;
  readonly offDays: readonly CivilDate[];
  readonly makeUpWorkdays: readonly CivilDate[];
};

import type { CatalogEntry, ShareType } from '../domain/catalog-entry.ts';
import type { CivilDate } from '../domain/time.ts';

/** A department of the demonstration with the two people who act for it. */
export type Department = {
  readonly slug: string;
  readonly id: string;
  readonly name: string;
  readonly officer: string;
  readonly chief: string;
};
export type City = {
  readonly administrators: readonly [string, string];
  readonly leadOfficers: readonly [string, string];
  readonly assessor: string;
  readonly auditor: string;
  readonly gateway: string;
  readonly operators: readonly [string, string];
  readonly departments: readonly Department[];
};
export type Entry = { readonly slug: string; readonly provider: string; readonly entry: CatalogEntry };

/** One thing that somebody will do on a day; everything it needs is in it, so that a stopped play can go on. */
export type Task = {
  readonly day: CivilDate;
  readonly kind: string;
  /** Names the task: its idempotency keys and its chance derive from it. */
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
};

export const FIRST_DAY: CivilDate = '2024-11-01';
export const LAST_DAY: CivilDate = '2026-10-31';

/** An entry that is in the catalog now. */
export type Published = { readonly slug: string; readonly id: string; readonly shareType: ShareType; readonly title: string };

/** What goes on from day to day: the tasks to come and the grants that gateways report on. */
export type World = {
  readonly city: City;
  tasks: Task[];
  published: Published[];
  grants: { readonly id: string; readonly items: readonly string[]; readonly system: string }[];
};

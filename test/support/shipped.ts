import { readFileSync } from 'node:fs';
import type { CalendarNotice } from '../../src/domain/calendar.ts';
import type { PolicyPack } from '../../src/domain/policy-pack.ts';

const shipped = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../data/${path}`, import.meta.url), 'utf8'));

/** The State Council notices of 2019–2026 as the project ships them. */
export const shippedNotices = shipped('calendar-notices.json') as readonly CalendarNotice[];
export const nanchang = shipped('policies/nc-2019.json') as PolicyPack;
export const regulation809 = shipped('policies/sc-809-2025.json') as PolicyPack;

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calendarOf, earliestEffective, workingDays } from '../../src/domain/calendar.ts';
import type { CalendarNotice } from '../../src/domain/calendar.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import { addMonths, civilDateOf, endOfDay, instantOf } from '../../src/domain/time.ts';
import { shippedNotices } from '../support/shipped.ts';

type Vectors = {
  readonly workingDay: readonly {
    id: string;
    receivedAt: string;
    receivedOnLocal: string;
    workingDays: number;
    due: string;
    dueEndsBefore: string;
    noticeVersion: string;
  }[];
  readonly refused: readonly {
    id: string;
    receivedAt: string;
    workingDays: number;
    noticeVersion: string;
    error: string;
    firstUnknownDay: string;
  }[];
  readonly month: readonly { id: string; noticeOn: string; months: number; periodEnds: string; earliestEffective: string }[];
  readonly retention: readonly { id: string; recordedOn: string; months: number; keepThrough: string; mayDeleteFrom: string }[];
  readonly lateness: readonly { id: string; due: string; completedAt: string; late: boolean }[];
};

const FOLDER = new URL('../../../shared/data/calendar/', import.meta.url);
const present = existsSync(FOLDER);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
const none: Vectors = { workingDay: [], refused: [], month: [], retention: [], lateness: [] };
const vectors = present ? (read('working-day-vectors.json') as Vectors) : none;

/** The notices in file order up to and including a row. */
const asOf = (version: string): readonly CalendarNotice[] =>
  shippedNotices.slice(0, shippedNotices.findIndex(({ id }) => id === version) + 1);
const instant = (text: string): string => instantOf(Date.parse(text));

describe.skipIf(!present)('the shared working-day vectors', () => {
  it('are all there', () => {
    const counts = [vectors.workingDay, vectors.refused, vectors.month, vectors.retention, vectors.lateness].map(
      ({ length }) => length,
    );
    expect(counts).toEqual([78, 5, 18, 6, 6]);
  });

  it('rest on the notices that the project ships', () => {
    const shared = (read('notices.json') as { notices: readonly CalendarNotice[] }).notices;
    expect(shared).toMatchObject(shippedNotices);
  });

  it.each(vectors.workingDay)('$id: $workingDays day(s) from $receivedAt', (vector) => {
    const from = civilDateOf(instant(vector.receivedAt));
    expect(from).toBe(vector.receivedOnLocal);
    const found = workingDays(calendarOf(asOf(vector.noticeVersion)), from, vector.workingDays);
    expect([found.due, found.dueEndsBefore]).toEqual([vector.due, instant(vector.dueEndsBefore)]);
  });

  it.each(vectors.refused)('$id is refused', (vector) => {
    const count = (): unknown =>
      workingDays(calendarOf(asOf(vector.noticeVersion)), civilDateOf(instant(vector.receivedAt)), vector.workingDays);
    expect(count).toThrow(new DomainError(vector.error, { firstUnknownDay: vector.firstUnknownDay }));
  });

  it.each(vectors.month)('$id: $months month(s) from $noticeOn', (vector) => {
    expect(addMonths(vector.noticeOn, vector.months)).toBe(vector.periodEnds);
    expect(earliestEffective(vector.noticeOn, vector.months)).toBe(vector.earliestEffective);
  });

  it.each(vectors.retention)('$id: kept $months months from $recordedOn', (vector) => {
    expect(addMonths(vector.recordedOn, vector.months)).toBe(vector.keepThrough);
    expect(earliestEffective(vector.recordedOn, vector.months)).toBe(vector.mayDeleteFrom);
  });

  it.each(vectors.lateness)('$id: $completedAt against $due', (vector) => {
    expect(instant(vector.completedAt) < endOfDay(vector.due)).toBe(!vector.late);
  });
});

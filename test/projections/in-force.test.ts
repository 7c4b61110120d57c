import { describe, expect, it } from 'vitest';
import { all } from '../../src/projections/filter.ts';
import { calendarNotices } from '../../src/projections/calendar-notices.ts';
import { noticeInForce, organizationInForce, policyInForce } from '../../src/projections/in-force.ts';
import { matches } from '../../src/projections/matches.ts';
import { organizations, type OrganizationDocument } from '../../src/projections/organizations.ts';
import { policies, type PolicyDocument } from '../../src/projections/policies.ts';
import { history } from '../support/events.ts';
import { accountId, organizationId, registration } from '../support/offices.ts';
import { project } from '../support/project.ts';

const DAY = { before: '2019-12-05T15:59:59.999Z', first: '2019-12-05T16:00:00.000Z', later: '2026-01-05T01:00:00.000Z' };

const office = (): OrganizationDocument => {
  const log = history('2026-01-04T17:00:00.000Z');
  log.recorded('organization-org-1', 'OrganizationRegistered', registration({ validFrom: '2019-12-06' }));
  const data = {
    organization: organizationId('org-1'),
    account: accountId('a-1'),
    validFrom: '2026-01-05T00:00:00.000Z',
    document: null,
  };
  log.recorded('organization-org-1', 'DataChiefFiled', data);
  return project(organizations, log.events).get('org-1') as OrganizationDocument;
};

describe('an organization in force', () => {
  it('begins with its first day in Shanghai, not with its record', () => {
    const there = (at: string): boolean => matches(organizationInForce.where(at), organizations, office());
    expect([DAY.before, DAY.first, DAY.later].map(there)).toEqual([false, true, true]);
  });
  it('has a data chief from the instant of the filing', () => {
    expect(organizationInForce.as(office(), DAY.first).dataChief).toBeNull();
    expect(organizationInForce.as(office(), DAY.later)).toEqual(office());
  });
});

describe('a policy pack in force', () => {
  const version = (number: number, effectiveFrom: string, effectiveUntil: string | null, isConfirmed = true) => ({
    version: number,
    confirmedAt: isConfirmed ? '2026-01-01T00:00:00.000Z' : null,
    pack: { id: 'nc-2019', effectiveFrom, effectiveUntil },
  });
  const pack = { id: 'nc-2019', revision: 3, versions: [version(1, '2019-12-06', null), version(2, '2024-01-01', '2024-12-31'), version(3, '2018-01-01', null, false)] } as unknown as PolicyDocument; // prettier-ignore
  const numbersAt = (at: string): readonly number[] => policyInForce.as(pack, at).versions.map((known) => known.version);
  it('is the last confirmed version that has begun, unless it has ended: a later one repeals the earlier for good', () => {
    expect(numbersAt(DAY.before)).toEqual([]);
    expect(numbersAt(DAY.first)).toEqual([1]);
    expect(numbersAt('2024-12-31T15:00:00.000Z')).toEqual([2]);
    expect(numbersAt('2024-12-31T16:00:00.000Z')).toEqual([]);
  });
  it('is there from the first day of a confirmed version, and never while none is', () => {
    const there = (doc: PolicyDocument, at: string): boolean => matches(all(policyInForce.where(at)), policies, doc);
    expect([DAY.before, DAY.first].map((at) => there(pack, at))).toEqual([false, true]);
    const proposed = { ...pack, versions: pack.versions.slice(2) };
    expect(there(proposed, DAY.later)).toBe(false);
  });
});

describe('a calendar notice in force', () => {
  const notice = (publishedOn: string, confirmedAt: string | null) =>
    ({ id: 'n', notice: { publishedOn, year: 2020 }, confirmedAt }) as never;
  it('is one that was published by the day and is confirmed', () => {
    const there = (doc: never): boolean => matches(noticeInForce.where(DAY.first), calendarNotices, doc);
    expect(there(notice('2019-12-06', DAY.later))).toBe(true);
    expect(there(notice('2019-12-07', DAY.later))).toBe(false);
    expect(there(notice('2019-12-06', null))).toBe(false);
    expect(noticeInForce.as(notice('2019-12-06', null), DAY.first)).toMatchObject({ id: 'n' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type Answer, type City } from '../support/city.ts';
import { tellStory, type Told } from '../support/city-story.ts';

let city: City;
let told: Told;
let office: string;
beforeAll(async () => {
  city = await openCity();
  told = await tellStory(city);
  office = await city.organization('湾里区卫生局', { level: 'county', divisionCode: '360105', validFrom: '2019-01-01' });
  const rename = (name: string, effectiveOn: string): Promise<Answer> =>
    city.act('rename-organization', 'admin-1', `/organizations/${office}/rename`, { name, effectiveOn });
  await rename('湾里管理局卫生健康办公室', '2020-05-01');
  await city.act('close-organization', 'admin-1', `/organizations/${office}/close`, { effectiveOn: '2025-12-31', reason: '撤销' });
}, 60_000);
afterAll(() => city.close());

const idsOf = ({ body }: Answer): readonly string[] => (body['items'] as { id: string }[]).map(({ id }) => id);
const at = (day: string): string => `inForceAt=${day}T04:00:00.000Z`;

describe('an organization in force at a day, by what is known today (R2.1)', () => {
  it.each([
    ['2019-06-01', '湾里区卫生局', 'open', null],
    ['2020-04-30', '湾里区卫生局', 'open', null],
    ['2020-05-01', '湾里管理局卫生健康办公室', 'open', null],
    ['2026-01-01', '湾里管理局卫生健康办公室', 'closed', '2025-12-31'],
  ])('of %s is %s, %s', async (day, name, status, endedOn) => {
    const { body } = await city.get('applicant', `/organizations/${office}?${at(day)}`);
    expect([body['name'], body['status'], body['endedOn']]).toEqual([name, status, endedOn]);
    const listed = await city.get('applicant', `/organizations?${at(day)}`);
    expect((listed.body['items'] as Record<string, unknown>[]).find(({ id }) => id === office)).toEqual(body);
    expect(listed.body['total']).toBe(idsOf(listed).length);
  });
  it('is not there before its day, though the ledger knew nothing of it then either way', async () => {
    expect((await city.get('applicant', `/organizations/${office}?${at('2018-12-31')}`)).status).toBe(404);
    expect(idsOf(await city.get('applicant', `/organizations?${at('2018-12-31')}`))).toEqual([]);
    expect((await city.get('applicant', `/organizations/${office}?asOf=2020-06-01T00:00:00.000Z`)).status).toBe(404);
  });
});

describe('law in force at a day', () => {
  it('is the packs whose term it lies in, whenever they were confirmed (R33.1)', async () => {
    const packsAt = async (day: string): Promise<readonly string[]> => {
      const { body } = await city.get('applicant', `/policies?${at(day)}`);
      return (body['items'] as { id: string; versions: unknown[] }[])
        .filter(({ versions }) => versions.length > 0)
        .map(({ id }) => id)
        .sort();
    };
    expect(await packsAt('2019-12-05')).toEqual([]);
    expect(await packsAt('2019-12-06')).toEqual(['nc-2019']);
    expect(await packsAt('2026-03-02')).toEqual(['nc-2019', 'sc-809-2025']);
    expect(await packsAt('2027-01-01')).toEqual(['city-setting', 'nc-2019', 'sc-809-2025']);
  });
  it('is the notices that were published by then', async () => {
    const notices = idsOf(await city.get('applicant', `/calendar-notices?limit=200&${at('2026-02-28')}`));
    expect(notices.length).toBeGreaterThan(0);
    expect(notices).not.toContain('cn-2027-v1');
    expect(idsOf(await city.get('applicant', `/calendar-notices?limit=200&${at('2026-03-01')}`))).toContain('cn-2027-v1');
  });
});

describe('what has no dates of its own', () => {
  it.each([
    ['/catalog', 'applicant'],
    ['/applications', 'applicant'],
    ['/grants', 'applicant'],
    ['/accounts', 'auditor'],
  ])('%s was in force as it was recorded', async (path, who) => {
    const middle = '2026-03-03T01:00:00.000Z';
    const inForce = await city.get(who, `${path}?inForceAt=${middle}`);
    const asOf = await city.get(who, `${path}?asOf=${middle}`);
    expect(inForce.status).toBe(200);
    expect(inForce.body['items']).toEqual(asOf.body['items']);
  });
  it('is judged at an instant to come by what is known now', async () => {
    const { body } = await city.get('applicant', `/grants/${told.grant}?${at('2030-01-01')}`);
    expect(body['state']).toBe('expired');
  });
});

describe('a duty', () => {
  it('stood open until its day of discharge, and was none before its birth', async () => {
    const duties = await city.all('assessor', '/obligations');
    const met = duties.find(({ state, dischargedBy, bornBy }) => state === 'met' && (dischargedBy as { at: string }).at > (bornBy as { at: string }).at) as { id: string; bornBy: { at: string }; dischargedBy: { at: string } }; // prettier-ignore
    const stateAt = async (instant: string): Promise<unknown> => {
      const { status, body } = await city.get('assessor', `/obligations/${met.id}?inForceAt=${instant}`);
      return status === 200 ? body['state'] : status;
    };
    expect(await stateAt(met.bornBy.at)).toBe('open');
    expect(await stateAt(met.dischargedBy.at)).toBe('met');
    expect(await stateAt('2020-01-01T00:00:00.000Z')).toBe(404);
  });
});

describe('the two senses', () => {
  it.each(['asOf=2026-03-02T01:00:00.000Z', 'atPosition=1'])('are never mixed: inForceAt with %s', async (other) => {
    const { status, body } = await city.get('applicant', `/organizations?${at('2026-01-01')}&${other}`);
    expect([status, body['code']]).toEqual([400, 'query.two-times']);
  });
  it('share no cursor', async () => {
    const first = await city.get('applicant', `/organizations?limit=1&${at('2026-03-02')}`);
    const cursor = encodeURIComponent(String(first.body['nextCursor']));
    const same = await city.get('applicant', `/organizations?limit=1&${at('2026-03-02')}&cursor=${cursor}`);
    expect(same.status).toBe(200);
    const other = await city.get('applicant', `/organizations?limit=1&${at('2026-03-03')}&cursor=${cursor}`);
    expect(other.body['code']).toBe('query.bad-cursor');
  });
  it('need a view with history', async () => {
    const { body } = await city.get('assessor', `/usage?${at('2026-03-02')}`);
    expect(body['code']).toBe('query.no-history');
  });
});

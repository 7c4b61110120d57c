import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish, settleOffices } from '../support/city-story.ts';
import { openCity, type Answer, type City } from '../support/city.ts';
import { entryOf } from '../support/entries.ts';

const [FIRST, LAST] = ['0001-01-01', '9998-12-31'];
/** The last instant of a year that is over in UTC by its offset, and the last that is taken. */
const CARRIED = '9999-12-31T23:30:00-01:00';
const LAST_INSTANT = '9998-12-31T23:59:59.999+08:00';

let city: City;
let resource: string;
beforeAll(async () => {
  city = await openCity();
  await settleOffices(city);
  resource = await publish(city, entryOf({ updateCycle: 'monthly' }));
  await city.act('mount-resource', 'provider', `/resources/${resource}/mount`, { mode: 'table', table: 'far' });
}, 60_000);
afterAll(() => city.close());

const said = ({ status, body }: Answer): unknown => [
  status,
  body['code'],
  ((body['errors'] ?? []) as { path: string }[]).map(({ path }) => path),
];
/** No view has stopped, and the one that computes due ends has seen the last event. */
const allGoesOn = async (): Promise<void> => {
  expect((await city.get('lead-1', '/obligations?limit=1')).status).toBe(200);
  expect((await city.ask('GET', '/readyz')).body['missing']).toEqual([]);
};

describe('dates at the ends of the calendar', () => {
  it('are refused where an offset carries an instant past the last year, before anything is recorded', async () => {
    const { position } = await city.service.store.head();
    const refresh = await city.post('provider', `/resources/${resource}/refreshes`, { occurredAt: CARRIED });
    expect(said(refresh)).toEqual([400, 'request.invalid', ['occurredAt']]);
    const record = { grantId: 'x', operation: 'query', count: 1, outcome: 'completed', system: 's', occurredAt: CARRIED };
    const report = await city.post('gateway', '/accesses', { records: [record] });
    expect(said(report)).toEqual([400, 'request.invalid', ['records[0].occurredAt']]);
    const asOf = await city.get('lead-1', `/catalog?asOf=${encodeURIComponent(CARRIED)}`);
    expect(said(asOf)).toEqual([400, 'request.invalid', ['asOf']]);
    expect(said(await city.get('lead-1', `/catalog?asOf=${encodeURIComponent(LAST_INSTANT)}`))).toEqual([
      400,
      'query.in-future',
      [],
    ]);
    expect((await city.service.store.head()).position).toBe(position);
  });

  it('leave a delegation its twelve months', async () => {
    const path = `/accounts/${city.idOf('provider')}/delegations`;
    const give = (validFrom: string, validUntil: string): Promise<Answer> =>
      city.post('provider-chief', path, { matters: ['replies'], validFrom, validUntil });
    expect(said(await give('9999-06-01T00:00:00Z', '9999-12-31T00:00:00Z'))).toEqual([
      400,
      'request.invalid',
      ['validFrom', 'validUntil'],
    ]);
    expect((await give('9998-12-31T00:00:00Z', LAST_INSTANT)).status).toBeLessThan(300);
    await allGoesOn();
  });

  it.each([
    ['provider', () => `/resources/${resource}/refreshes`, { occurredAt: `${FIRST}T00:00:00Z` }],
    [
      'admin-1',
      () => '/organizations',
      { name: '最早', level: 'city', kind: 'department', divisionCode: '360100', validFrom: FIRST },
    ],
    [
      'admin-1',
      () => '/organizations',
      { name: '最晚', level: 'city', kind: 'department', divisionCode: '360100', validFrom: LAST },
    ],
    ['admin-1', () => `/accounts/${city.idOf('stranger')}/roles`, { roles: ['provider-officer'], validFrom: LAST_INSTANT }],
    ['admin-1', () => `/accounts/${city.idOf('stranger')}/roles`, { roles: ['provider-officer'], validUntil: LAST_INSTANT }],
    [
      'provider',
      () => `/resources/${resource}/changes`,
      { kind: 'update', ground: 'ordinary', effectiveOn: LAST, patch: { abstract: '新' }, reason: 'x' },
    ],
  ])('are taken up to there (%#)', async (who, path, body) => {
    const answer = await city.post(who, path(), body);
    expect(answer.status, answer.text).toBeLessThan(300);
    await allGoesOn();
  });
});

describe('the terms of a pack', () => {
  const pack = (rule: object) => ({
    id: 'city-setting',
    title: '内部时限',
    documentNumber: '洪数发〔2026〕1号',
    issuer: '南昌市大数据发展管理局',
    effectiveFrom: '2026-01-01',
    effectiveUntil: LAST,
    legalBasisTypes: [],
    rules: [{ id: 'mount', article: '第三条', value: 10, unit: 'working-day', bound: 'at-most', startEvent: null, endEvent: null, extension: null, wording: null, ...rule }], // prettier-ignore
  });

  it('are no longer than a due end can be', async () => {
    const propose = async (rule: object) => said(await city.post('lead-1', '/policies', pack(rule)));
    expect(await propose({ value: 9_000, unit: 'year' })).toEqual([400, 'request.invalid', ['rules[0].value']]);
    expect(await propose({ value: 100_000_000 })).toEqual([400, 'request.invalid', ['rules[0].value']]);
    expect(await propose({ extension: { atMost: 1_001, needs: '同意' } })).toEqual([
      400,
      'request.invalid',
      ['rules[0].extension.atMost'],
    ]);
    expect(await propose({ value: 11, unit: 'year' })).toEqual([422, 'policy.invalid', ['rules[0].value']]);
  });

  it('may be as long as that, and the duties of the next publication have their due end', async () => {
    const proposed = await city.act('propose-policy', 'lead-1', '/policies', pack({ value: 1_000 }));
    const revision = Number(proposed.body['revision']);
    await city.act('confirm-policy', 'lead-2', '/policies/city-setting/confirm', { version: 1 }, revision);
    const next = await publish(city, entryOf({ title: '下一个' }));
    const owed = await city.all('lead-1', `/obligations?kind=mount&pack=city-setting`);
    expect(owed.map(({ subject, dueOn }) => [subject, dueOn])).toEqual([
      [{ type: 'resource', id: next }, expect.stringMatching(/^20(29|30)-/)],
    ]);
    await allGoesOn();
  });
});

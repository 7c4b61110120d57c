import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotices } from '../../src/infra/shipped-law.ts';
import { beginLedger } from '../../src/init.ts';
import { CITY_PASSWORD, openCity, type City } from '../support/city.ts';

const UNTIL = '2026-03-31T16:00:00.000Z';
let city: City;
let office: string;
beforeAll(async () => {
  city = await openCity();
  office = await city.organization('南昌市民政局');
  await city.hire('chief', office, ['provider-officer']);
  const account = city.idOf('chief');
  const term = { roles: ['data-chief'], validUntil: UNTIL };
  await city.act('propose-roles', 'admin-1', `/accounts/${account}/roles`, term);
  await city.act('confirm-roles', 'admin-2', `/accounts/${account}/roles/confirm`, { proposal: 1 });
  await city.act('file-data-chief', 'admin-1', `/organizations/${office}/data-chief`, { account, document: null });
}, 60_000);
afterAll(() => city.close());

const vacancies = async () => {
  const owed = await city.all('lead-1', `/obligations?kind=yunzhang-change&state=open&debtor=${office}&pack=nc-2019`);
  return owed.map(({ startsOn }) => startsOn);
};
const head = async (): Promise<number> => (await city.service.store.head()).position;

describe('the lead office, which has no data chief when the ledger begins (R27.1)', () => {
  it('owes one from its registration on, as every department does', async () => {
    const leadOffice = city.organizations.get('nanchang-dashujuju') ?? '';
    const owed = await city.all('lead-1', `/obligations?kind=yunzhang-change&state=open&debtor=${leadOffice}`);
    expect(owed.map(({ pack, startsOn }) => [pack, startsOn])).toEqual([['nc-2019', '2026-03-02']]);
  });
});

describe('a beginning', () => {
  it('changes nothing when it is told again', async () => {
    const before = await head();
    const person = (login: string) => ({ login, name: login, password: CITY_PASSWORD });
    const again = await beginLedger(city.service, {
      administrators: [person('admin-1'), person('admin-2')],
      leadOfficers: [person('lead-1'), person('lead-2')],
      notices: readNotices(),
    });
    expect(again.organizations).toEqual(city.organizations);
    expect(again.administrators).toEqual([city.idOf('admin-1'), city.idOf('admin-2')]);
    expect(await head()).toBe(before);
  });
});

describe('a data chief whose term ends by the clock (R27.1)', () => {
  it('stays until the last moment', async () => {
    city.at('2026-03-31T15:59:59.999Z');
    const before = await head();
    await city.service.runDue();
    expect(await head()).toBe(before);
    expect(await vacancies()).toEqual([]);
  });

  it('has left by then, and the department owes another from that day on', async () => {
    // The service stood still for some days: the event says when it was written, and what it tells of.
    const before = await head();
    city.at('2026-04-03T01:00:00.000Z');
    await city.service.runDue();
    const told = [];
    for await (const event of city.service.store.readAll({ after: before })) told.push(event);
    expect(told.map(({ type, actor, at, data }) => [type, actor, at, data])).toEqual([
      ['DataChiefLeft', 'system:chief-term-ended', city.now(), { account: city.idOf('chief'), reason: 'term-ended', since: UNTIL }],
    ]);
    expect(await vacancies()).toEqual(['2026-04-01']);
    const { body } = await city.get('lead-1', `/organizations/${office}`);
    expect(body['findings']).toContainEqual({ code: 'data-chief-missing', rule: 'R27.1' });
    await city.service.runDue();
    expect(await head()).toBe(before + 1);
  });

  it('owes no other once one is filed', async () => {
    await city.hire('next', office, ['data-chief']);
    const filed = { account: city.idOf('next'), document: null };
    await city.act('file-data-chief', 'admin-1', `/organizations/${office}/data-chief`, filed);
    expect(await vacancies()).toEqual([]);
  });
});

describe('a second holder of the role (requirements §2)', () => {
  it('does not file herself in the place of the chief', async () => {
    const second = await city.hire('second', office, ['data-chief']);
    const filing = { account: second, document: null };
    const { status, body } = await city.post('second', `/organizations/${office}/data-chief`, filing);
    expect([status, body['code']]).toEqual([422, 'organization.files-oneself']);
    expect((await city.post('next', `/organizations/${office}/data-chief`, filing)).status).toBe(200);
  });
});

describe('a body whose merger is announced (R2.1, R27.1)', () => {
  const DAY = '2026-12-31';
  it('sees to its own affairs until then: a chief who leaves is missed, and another is filed', async () => {
    const heir = await city.organization('南昌市民政和医疗保障局');
    await city.act('merge-organization', 'admin-1', `/organizations/${office}/merge`, { into: heir, effectiveOn: DAY });
    await city.act('disable-account', 'admin-1', `/accounts/${city.idOf('second')}/disable`, { reason: '离职' });
    await city.service.settled();
    const left = await city.get('lead-1', `/organizations/${office}`);
    expect([left.body['status'], left.body['dataChief']]).toEqual(['open', null]);
    expect(left.body['findings']).toContainEqual({ code: 'data-chief-missing', rule: 'R27.1' });
    expect(await vacancies()).toEqual(['2026-04-03']);
    await city.hire('third', office, ['data-chief']);
    const filed = { account: city.idOf('third'), document: null };
    await city.act('file-data-chief', 'admin-1', `/organizations/${office}/data-chief`, filed);
    expect(await vacancies()).toEqual([]);
  });

  it('owes none from that day on, and changes no more', async () => {
    await city.act('disable-account', 'admin-1', `/accounts/${city.idOf('third')}/disable`, { reason: '离职' });
    await city.service.settled();
    expect(await vacancies()).toEqual(['2026-04-03']);
    city.at('2026-12-30T16:00:00.000Z');
    await city.service.runDue();
    expect(await vacancies()).toEqual([]);
    const owed = await city.all('lead-1', `/obligations?kind=yunzhang-change&debtor=${office}&pack=nc-2019`);
    expect(owed.map(({ state }) => state)).toContain('void');
    expect((await city.get('lead-1', `/organizations/${office}`)).body).toMatchObject({ status: 'merged', findings: [] });
    const renamed = await city.post('admin-1', `/organizations/${office}/rename`, { name: '迟到的名字', effectiveOn: DAY });
    expect([renamed.status, renamed.body['code']]).toEqual([409, 'organization.closed']);
  });
});

describe('a body whose closing is announced (R2.1, R27.1)', () => {
  it('owes a chief until its day, and none from it on', async () => {
    const body = await city.organization('临时机构');
    const states = async () => (await city.all('lead-1', `/obligations?kind=yunzhang-change&debtor=${body}&pack=nc-2019`)).map(({ state }) => state); // prettier-ignore
    const closing = { effectiveOn: '2027-02-01', reason: '撤销' };
    await city.act('close-organization', 'admin-1', `/organizations/${body}/close`, closing);
    city.at('2027-01-31T15:59:59.999Z');
    await city.service.settled();
    await city.service.runDue();
    expect(await states()).toEqual(['open']);
    city.at('2027-01-31T16:00:00.000Z');
    const before = await head();
    await city.service.runDue();
    await city.service.runDue();
    expect(await head()).toBe(before + 1);
    expect(await states()).toEqual(['void']);
    const { headers, body: shown } = await city.get('lead-1', `/organizations/${body}`);
    expect([headers['etag'], shown['status'], shown['findings']]).toEqual(['"2"', 'closed', []]);
    const again = await city.act('close-organization', 'admin-1', `/organizations/${body}/close`, closing);
    expect(again.body['events']).toEqual([]);
  });
});

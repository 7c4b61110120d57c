import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type Answer, type City } from '../support/city.ts';
import { grantByReply, publish, settleOffices, type Offices } from '../support/city-story.ts';
import { conditionalEntry } from '../support/entries.ts';

const CSV = '姓名,保障类别\r\n张三丰,城市低保\r\n李四,农村低保\r\n';
const undertaking = { version: '2019-1', accepted: true };
const request = {
  purpose: '核验救助资格',
  legalDuty: '《社会救助暂行办法》第五章',
  systemName: '医疗救助信息系统',
  items: ['姓名', '保障类别'],
  period: { from: '2026-03-02', to: '2027-03-01' },
  undertaking,
};
const idOf = ({ body }: Answer): string => String(body['id']);
const revisionOf = ({ body }: Answer): number => Number(body['revision']);

let city: City;
let offices: Offices;
let heir: string;
let table: string;
let toProvider: string;
let toApplicant: string;
let draft: string;
let grant: string;

/** The heir absorbs the provider at once, the applicant on a later day, and nothing of the stranger's. */
beforeAll(async () => {
  city = await openCity();
  offices = await settleOffices(city);
  heir = await city.organization('南昌市民政和医疗保障局');
  await city.hire('heir', heir, ['provider-officer', 'applicant-officer']);
  await city.hire('heir-chief', heir, ['data-chief', 'provider-officer', 'applicant-officer']);
  const chief = { account: city.idOf('heir-chief'), document: null };
  await city.act('file-data-chief', 'admin-1', `/organizations/${heir}/data-chief`, chief);
  table = await publish(city, { ...conditionalEntry, title: '低保对象信息' });
  await city.act('mount-resource', 'provider', `/resources/${table}/mount`, { mode: 'table', table: 'dibao' });
  await city.upload('provider', table, CSV);
  ({ grant } = await grantByReply(city, table));
  const submitted = await city.act('submit-application', 'stranger-chief', '/applications', { resourceId: table, ...request });
  toProvider = `/applications/${idOf(submitted)}`;
  await city.act('check-formality', 'operator', `${toProvider}/formality-check`, { outcome: 'passed' }, revisionOf(submitted));
  draft = idOf(await city.act('draft-resource', 'provider', '/resources', { ...conditionalEntry, title: '孤儿信息' }));
  const waiting = await city.act('submit-application', 'applicant', '/applications', { resourceId: table, ...request });
  toApplicant = `/applications/${idOf(waiting)}`;
}, 60_000);
afterAll(() => city.close());

const merge = (from: string, effectiveOn: string) =>
  city.act('merge-organization', 'admin-1', `/organizations/${from}/merge`, { into: heir, effectiveOn, document: null });
const idsOf = async (who: string, path: string): Promise<readonly string[]> =>
  (await city.all(who, path)).map(({ id }) => String(id));
const duty = async (subject: string, kind: string) => {
  const owed = await city.all('assessor', `/obligations?kind=${kind}&state=open`);
  return owed.filter((row) => (row['subject'] as { id: string }).id === subject);
};

describe('a body that is merged into another (R2.1)', () => {
  it('has its own affairs until the day of the merger, and its absorber none of them', async () => {
    await merge(offices.provider, '2026-03-10');
    expect((await city.get('provider', toProvider)).status).toBe(200);
    expect((await city.get('heir-chief', toProvider)).status).toBe(404);
    expect((await city.get('heir', `/resources/${draft}`)).status).toBe(404);
    const [reply] = await duty(toProvider.slice(14), 'provider-reply');
    expect(reply?.['debtor']).toBe(offices.provider);
  });

  it('passes them on at 00:00 of that day, by itself', async () => {
    const before = await city.service.store.head();
    city.at('2026-03-09T16:00:00.000Z');
    // What is due is read from a view.
    await city.service.settled();
    await city.service.runDue();
    const told = [];
    for await (const { type, data } of city.service.store.readAll({ after: before.position })) told.push([type, data]);
    const none = { absorbed: [], functions: [], operates: [] };
    expect(told).toEqual([['OrganizationAbsorbed', { from: offices.provider, effectiveOn: '2026-03-10', ...none }]]);
    await city.service.settled();
    await city.service.runDue();
    expect((await city.service.store.head()).position).toBe(before.position + 1);
  });

  it('is no more: its accounts may not act', async () => {
    expect((await city.get('provider-chief', toProvider)).body['code']).toBe('token.unknown-account');
  });

  it('is stood for by the other in every list and for every single thing, and by nobody else', async () => {
    expect(await idsOf('heir-chief', '/applications')).toContain(toProvider.slice(14));
    expect(await idsOf('heir-chief', '/grants')).toContain(grant);
    expect((await city.get('heir-chief', `/grants/${grant}`)).status).toBe(200);
    expect((await city.get('heir', `/resources/${draft}`)).status).toBe(200);
    for (const path of [toProvider, `/resources/${draft}`]) expect((await city.get('applicant', path)).status).toBe(404);
    expect(await idsOf('applicant-chief', '/applications')).not.toContain(toProvider.slice(14));
  });

  it('keeps the names of its time in what was, while the catalog is kept current (R7.3)', async () => {
    expect((await city.get('heir-chief', toProvider)).body['provider']).toBe(offices.provider);
    expect(await idsOf('applicant', `/catalog?provider=${heir}`)).toEqual([table]);
    const { body } = await city.get('applicant', `/resources/${table}`);
    expect([body['provider'], (body['providerNames'] as { name: string }).name]).toEqual([heir, '南昌市民政和医疗保障局']);
    const then = await city.get('assessor', `/resources/${table}?asOf=2026-03-09T00:00:00.000Z`);
    expect((then.body['providerNames'] as { name: string }).name).toBe('南昌市民政局');
  });

  it('owes nothing that was open any more: the other does, by the same clock', async () => {
    const [reply] = await duty(toProvider.slice(14), 'provider-reply');
    expect([reply?.['debtor'], reply?.['dueOn']]).toEqual([heir, '2026-03-10']);
    expect(reply?.['inherited']).toMatchObject([{ from: offices.provider }]);
    expect(await idsOf('heir', '/obligations')).toContain(reply?.['id']);
    expect(await idsOf('applicant', '/obligations')).not.toContain(reply?.['id']);
    const then = await city.get('assessor', `/obligations/${String(reply?.['id'])}?asOf=2026-03-09T00:00:00.000Z`);
    expect(then.body['debtor']).toBe(offices.provider);
  });

  it('is answered for by the chief of the other, and by no stranger', async () => {
    const { body } = await city.get('heir-chief', toProvider);
    const reply = { outcome: 'approved' };
    const ifMatch = Number(body['revision']);
    expect((await city.post('applicant-chief', `${toProvider}/reply`, reply, { ifMatch })).status).toBe(404);
    expect((await city.post('stranger-chief', `${toProvider}/reply`, reply, { ifMatch })).status).toBe(403);
    // Late by an hour: the term ended with the day of the merger.
    city.at('2026-03-10T17:00:00.000Z');
    const answered = await city.act('reply-to-application', 'heir-chief', `${toProvider}/reply`, reply, ifMatch);
    expect(answered.body['events']).toEqual(['ReplyGiven']);
  });

  it('is not charged with what the other was late with', async () => {
    const late = await city.all('assessor', `/violations?organization=${heir}&pack=nc-2019`);
    expect(late.map(({ rule, state }) => [rule, state])).toEqual([['provider-reply', 'late']]);
    expect(await city.all('assessor', `/violations?organization=${offices.provider}&pack=nc-2019`)).toEqual([]);
    expect(await idsOf('heir', '/violations')).toContain(late[0]?.['id']);
  });

  it('has its entries changed, mounted and refreshed by the other, who owes the next round', async () => {
    await city.act('refresh-resource', 'heir', `/resources/${table}/refreshes`, { note: '接续更新' });
    const next = await duty(table, 'refresh');
    expect(next.map(({ debtor, round }) => [debtor, round])).toEqual([[heir, 2], [heir, 2]]); // prettier-ignore
    await city.upload('heir', table, `${CSV}王五,城市低保\r\n`);
    expect((await city.post('applicant', `/resources/${table}/refreshes`, { note: null })).status).toBe(403);
  });
});

describe('an applicant that is merged', () => {
  it('keeps its breaches: what was overdue by then stays with it, and its absorber sees it', async () => {
    await city.act('close-organization', 'admin-1', `/organizations/${await city.organization('临时机构')}/close`, { effectiveOn: '2026-03-11', reason: '撤销' }); // prettier-ignore
    const before = (await city.all('assessor', `/violations?organization=${offices.applicant}`)).map(({ id }) => id);
    await merge(offices.applicant, '2026-03-11');
    expect((await city.all('assessor', `/violations?organization=${offices.applicant}`)).map(({ id }) => id)).toEqual(before);
  });

  it('is stood for at once: its application is endorsed and its grant used', async () => {
    const { body } = await city.get('heir-chief', toApplicant);
    const approve = { decision: 'approve', comment: null };
    await city.act('endorse-application', 'heir-chief', `${toApplicant}/endorsement`, approve, Number(body['revision']));
    const data = await city.get('heir', `/grants/${grant}/data`);
    expect([data.status, (data.body['items'] as unknown[]).length]).toEqual([200, 3]);
    expect((await city.get('stranger', `/grants/${grant}/data`)).status).toBe(404);
    expect(await idsOf('heir', '/usage')).not.toEqual([]);
  });
});

describe('an operator (requirements §1, R6.1)', () => {
  it('that receives applications is not closed, since nobody would', async () => {
    const { status, body } = await city.post('admin-1', `/organizations/${offices.operator}/close`, { effectiveOn: '2026-03-12', reason: '撤销' }); // prettier-ignore
    expect([status, body['code']]).toEqual([409, 'organization.holds-operator-seat']);
  });

  it('passes on its seat, its functions and what waits for it to the body that absorbs it', async () => {
    const open = await city.get('operator', toApplicant);
    const centre = await city.organization('南昌市数据中心');
    await city.act('merge-organization', 'admin-1', `/organizations/${offices.operator}/merge`, { into: centre, effectiveOn: '2026-03-11' }); // prettier-ignore
    expect((await city.get('operator', toApplicant)).body['code']).toBe('token.unknown-account');
    await city.hire('centre', centre, ['operator-officer']);
    const owed = await city.all('centre', `/obligations?debtor=${centre}&kind=normative-check`);
    expect(owed.map(({ subject }) => (subject as { id: string }).id)).toEqual([toApplicant.slice(14)]);
    const passed = { outcome: 'passed' };
    await city.act('check-formality', 'centre', `${toApplicant}/formality-check`, passed, Number(open.body['revision']));
    const next = await city.act('submit-application', 'stranger-chief', '/applications', { resourceId: table, ...request });
    expect((await city.get('centre', `/applications/${idOf(next)}`)).body['operator']).toBe(centre);
    expect((await city.get('centre', `/resources/${table}`)).body['operator']).toBe(centre);
    const second = { name: '另一家', level: 'city', kind: 'platform-operator', divisionCode: '360100', functions: ['platform-operator'], receivesApplications: true }; // prettier-ignore
    const refused = await city.post('admin-1', '/organizations', second);
    expect([refused.status, refused.body['code']]).toEqual([409, 'organization.operator-seat-taken']);
  });
});

describe('mergers whose days the service missed (decision 8)', () => {
  it('are made up for in their order: what came to a body that has ended since goes on with it', async () => {
    const [first, second, third] = [
      await city.organization('甲局'),
      await city.organization('乙局'),
      await city.organization('丙局'),
    ];
    const into = (from: string, to: string, effectiveOn: string) =>
      city.act('merge-organization', 'admin-1', `/organizations/${from}/merge`, { into: to, effectiveOn, document: null });
    await into(first, second, '2026-03-20');
    await into(second, third, '2026-03-22');
    city.at('2026-03-25T01:00:00.000Z');
    await city.service.settled();
    await city.service.runDue();
    await city.service.settled();
    expect((await city.get('admin-1', `/organizations/${third}`)).body['absorbed']).toEqual([second, first]);
    const refused: unknown[] = [];
    for await (const { type, data } of city.service.store.readAll({ after: null }))
      if (type === 'ReactionRefused') refused.push(data);
    expect(refused).toEqual([]);
  });
});

describe('two bodies that are merged into each other at one time', () => {
  it('both where the commands crossed: nobody takes on, that is seen, and the service goes on', async () => {
    const [one, other] = [await city.organization('子局'), await city.organization('丑局')];
    const into = (from: string, to: string) =>
      city.post('admin-1', `/organizations/${from}/merge`, { into: to, effectiveOn: '2026-03-20', document: null });
    const answers = await Promise.all([into(one, other), into(other, one)]);
    const merged = answers.filter(({ status }) => status === 200).length;
    await city.service.settled();
    await city.service.runDue();
    const refused: string[] = [];
    for await (const { type, data } of city.service.store.readAll({ after: null }))
      if (type === 'ReactionRefused') refused.push((data as { code: string }).code);
    expect([merged > 0, new Set(refused)]).toEqual([true, new Set(merged === 2 ? ['organization.closed'] : [])]);
    expect((await city.get('admin-1', `/organizations/${one}`)).status).toBe(200);
  });
});

describe('a body that a merger is to lead to (R2.1, requirements §1)', () => {
  const close = (body: string) =>
    city.post('admin-1', `/organizations/${body}/close`, { effectiveOn: '2026-03-12', reason: '撤销' });

  it('is not closed, so that somebody is there on the day', async () => {
    const part = { level: 'county', divisionCode: '360105', kind: 'platform-operator', functions: ['platform-operator'] };
    const seated = await city.organization('湾里信息中心', { ...part, receivesApplications: true });
    const [next, last] = [await city.organization('湾里数据局'), await city.organization('新建数据局')];
    const into = (from: string, to: string, effectiveOn: string) =>
      city.act('merge-organization', 'admin-1', `/organizations/${from}/merge`, { into: to, effectiveOn, document: null });
    await into(seated, next, '2026-05-01');
    const refused = await close(next);
    expect([refused.status, refused.body['code']]).toEqual([409, 'organization.awaits-merger']);
    // Merged away before that day, it leads on to another, which waits in its place.
    await into(next, last, '2026-03-11');
    await city.service.settled();
    expect((await close(last)).body['code']).toBe('organization.awaits-merger');
    city.at('2026-04-30T16:00:00.000Z');
    await city.service.settled();
    await city.service.runDue();
    await city.service.settled();
    expect((await city.get('admin-1', `/organizations/${last}`)).body['absorbed']).toEqual([next, seated]);
    expect((await close(last)).body['code']).toBe('organization.holds-operator-seat');
  });
});

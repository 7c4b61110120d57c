import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';
import { applyFor, changeEntry, grantByReply, publish, settleOffices } from '../support/city-story.ts';
import { entryOf, itemOf, law } from '../support/entries.ts';

const CSV = '姓名,保障类别\r\n张三丰,城市低保\r\n';
const names = ['姓名', '保障类别'];
const conditional = names.map((name) => itemOf(name, { shareType: 'conditional' }));
const mounts = {
  table: { mode: 'table', table: 'dibao' },
  file: { mode: 'file', fileName: '低保.csv', mediaType: 'text/csv' },
} as const;
const undertaking = { version: '2019-1', accepted: true };

let city: City;
beforeAll(async () => {
  city = await openCity();
  await settleOffices(city);
}, 60_000);
afterAll(() => city.close());

const supply = async (shareMode: keyof typeof mounts, part: object): Promise<string> => {
  const id = await publish(city, entryOf({ title: '低保', shareMode, ...part }));
  await city.act('mount-resource', 'provider', `/resources/${id}/mount`, mounts[shareMode]);
  await city.upload('provider', id, CSV);
  return id;
};
const directGrant = async (resourceId: string): Promise<string> => {
  const wanted = { resourceId, items: names, purpose: '核查', systemName: '平台', undertaking };
  return String((await city.act('register-direct-grant', 'applicant', '/grants', wanted)).body['id']);
};
/** Status, and what was refused or given. */
const data = async (grant: string, query = ''): Promise<readonly unknown[]> => {
  const { status, body, text } = await city.get('applicant', `/grants/${grant}/data${query}`);
  return [status, body['code'] ?? body['items'] ?? text];
};
const refused = [422, 'access.items-withdrawn'];
const given = [200, [{ 姓名: '张三丰', 保障类别: '城市低保' }]];

describe('an item by which rows were picked', () => {
  it('keeps all rows back once the entry has it no more (R14.3)', async () => {
    const items = [...conditional, itemOf('密级', { shareType: 'conditional' })];
    const table = await publish(city, entryOf({ title: '低保', shareType: 'conditional', shareCondition: '仅限核验', items }));
    await city.act('mount-resource', 'provider', `/resources/${table}/mount`, mounts.table);
    await city.upload('provider', table, '姓名,保障类别,密级\r\n张三丰,城市低保,公开\r\n李四,城市低保,内部\r\n');
    const rows = { item: '密级', is: 'ne', value: '内部' };
    const reply = { outcome: 'partly-approved', reason: '不含内部', items: names.map((item) => ({ item, granted: true, rows })) };
    const { grant } = await grantByReply(city, table, names, reply);
    expect(await data(grant)).toEqual(given);
    await changeEntry(city, table, { items: conditional });
    expect(await data(grant)).toEqual(refused);
    await city.upload('provider', table, '姓名,保障类别\r\n张三丰,城市低保\r\n李四,城市低保\r\n');
    expect(await data(grant)).toEqual(refused);
  });
});

describe('an item by which rows were picked and whose type changed', () => {
  it('still picks the rows that were granted (R14.3)', async () => {
    const typed = (dataType: 'N' | 'C') => [...conditional, itemOf('金额', { shareType: 'conditional', dataType })];
    const table = await publish(
      city,
      entryOf({ title: '低保', shareType: 'conditional', shareCondition: '仅限核验', items: typed('N') }),
    );
    await city.act('mount-resource', 'provider', `/resources/${table}/mount`, mounts.table);
    await city.upload('provider', table, '姓名,保障类别,金额\r\n张三丰,城市低保,99\r\n李四,城市低保,1000\r\n');
    const rows = { item: '金额', is: 'lt', value: '200' };
    const reply = { outcome: 'partly-approved', reason: '限小额', items: names.map((item) => ({ item, granted: true, rows })) };
    const { grant } = await grantByReply(city, table, names, reply);
    expect(await data(grant)).toEqual(given);
    await changeEntry(city, table, { items: typed('C') });
    expect(await data(grant)).toEqual(given);
  });
});

describe('a share type that changed', () => {
  it('to not shared as a whole ends what was granted and what is asked for, whatever the items say (R11.4)', async () => {
    const table = await supply('table', { shareType: 'conditional', shareCondition: '仅限核验', items: conditional });
    const { grant } = await grantByReply(city, table, names);
    const { path, revision } = await applyFor(city, table, names);
    expect(await data(grant)).toEqual(given);
    await changeEntry(city, table, { shareType: 'not-shared', shareCondition: null, legalBasis: law });
    expect(await data(grant)).toEqual(refused);
    expect(await data(grant, `?items=${encodeURIComponent('姓名')}`)).toEqual(refused);
    const { status, body } = await city.post('provider-chief', `${path}/reply`, { outcome: 'approved' }, { ifMatch: revision });
    expect([status, body['code']]).toEqual([422, 'application.items-unavailable']);
    await city.act('reply-to-application', 'provider-chief', `${path}/reply`, { outcome: 'refused', reason: '不再共享' }, revision);
  });

  it.each([
    ['table', given],
    ['file', [200, CSV]],
  ] as const)('to conditional ends what a %s was given without an application (R11.2, R11.3)', async (shareMode, before) => {
    const id = await supply(shareMode, { items: names.map((name) => itemOf(name)) });
    const grant = await directGrant(id);
    expect(await data(grant)).toEqual(before);
    await changeEntry(city, id, { shareType: 'conditional', shareCondition: '仅限核验', items: conditional });
    expect(await data(grant)).toEqual(refused);
  });

  it('of one item to conditional leaves a table the others, and nothing of a file', async () => {
    const items = [itemOf('姓名', { shareType: 'conditional' }), itemOf('保障类别')];
    const answers: unknown[] = [];
    for (const shareMode of ['table', 'file'] as const) {
      const id = await supply(shareMode, { items: names.map((name) => itemOf(name)) });
      const grant = await directGrant(id);
      await changeEntry(city, id, { shareType: 'conditional', shareCondition: '仅限核验', items });
      answers.push(await data(grant));
    }
    expect(answers).toEqual([[200, [{ 保障类别: '城市低保' }]], refused]);
  });
});

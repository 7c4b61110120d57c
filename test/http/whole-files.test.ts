import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/domain/envelope.ts';
import { openCity, type City } from '../support/city.ts';
import { applyFor, changeEntry, grantByReply, publish, settleOffices } from '../support/city-story.ts';
import { entryOf, itemOf, law } from '../support/entries.ts';

const items = ['姓名', '保障类别'];
const CSV = '姓名,保障类别\r\n张三丰,城市低保\r\n李四,农村低保\r\n';
const byReply = (part: object) =>
  entryOf({
    shareType: 'conditional',
    shareCondition: '仅限核验',
    items: items.map((name) => itemOf(name, { shareType: 'conditional' })),
    ...part,
  });
const mount = { mode: 'file', fileName: '低保.csv', mediaType: 'text/csv' };
/** Of both items, only the rows of one kind. */
const narrowed = {
  outcome: 'partly-approved',
  reason: '限城市低保',
  items: items.map((item) => ({ item, granted: true, rows: { item: '保障类别', is: 'eq', value: '城市低保' } })),
};

let city: City;
beforeAll(async () => {
  city = await openCity();
  await settleOffices(city);
}, 60_000);
afterAll(() => city.close());

/** What a download is answered, and what was recorded of it. */
const download = async (grant: string) => {
  const before = (await city.service.store.head()).position;
  const { status, body, text } = await city.get('applicant', `/grants/${grant}/data`);
  const recorded: RecordedEvent[] = [];
  for await (const event of city.service.store.readAll({ after: before })) recorded.push(event);
  const said = recorded.map(({ type, data }) => [type, (data as { code?: string }).code]);
  return { status, code: body['code'], text, said };
};

describe('a file, which is given as it is', () => {
  it('is granted with no row conditions, by the chief or in a draft (R14.2)', async () => {
    const file = await publish(city, byReply({ title: '名录', shareMode: 'file' }));
    const { path, revision } = await applyFor(city, file, items);
    for (const who of ['provider-chief', 'provider']) {
      const { status, body } = await city.post(who, `${path}/reply`, narrowed, { ifMatch: revision });
      expect([status, body['code']]).toEqual([422, 'application.rows-of-file']);
    }
    const chinese = await city.post('provider-chief', `${path}/reply`, narrowed, { ifMatch: revision, headers: { 'accept-language': 'zh' } }); // prettier-ignore
    expect(chinese.text).toContain('文件只能整体提供');
    await city.act('reply-to-application', 'provider-chief', `${path}/reply`, { outcome: 'approved' }, revision);
  });

  it('is not given where the grant is of some rows only, since it was a table once (R14.3)', async () => {
    const table = await publish(city, byReply({ title: '台账' }));
    const { grant } = await grantByReply(city, table, items, narrowed);
    await changeEntry(city, table, { shareMode: 'file' });
    await city.act('mount-resource', 'provider', `/resources/${table}/mount`, mount);
    await city.upload('provider', table, CSV);
    const { status, code, text, said } = await download(grant);
    expect([status, code, said]).toEqual([422, 'access.file-beyond-rows', [['AccessRefused', 'access.file-beyond-rows']]]);
    expect(text).not.toContain('李四');
  });

  it('is not given where an item of it is shown masked only (R23.1)', async () => {
    const masked = [itemOf('姓名', { shareType: 'conditional', mask: 'name' }), itemOf('保障类别')];
    const file = await publish(city, byReply({ title: '花名册', shareMode: 'file', items: masked }));
    await city.act('mount-resource', 'provider', `/resources/${file}/mount`, mount);
    await city.upload('provider', file, CSV);
    const { grant } = await grantByReply(city, file, items);
    const { status, code, text, said } = await download(grant);
    expect([status, code, said]).toEqual([422, 'access.file-unmasked', [['AccessRefused', 'access.file-unmasked']]]);
    expect(text).not.toContain('张三丰');
  });

  it('is not given where an item of it is not shared, to one who applied for all the others (R11.4)', async () => {
    const withheld = [
      itemOf('姓名', { shareType: 'not-shared', legalBasis: law }),
      itemOf('保障类别', { shareType: 'conditional' }),
    ];
    const file = await publish(city, byReply({ title: '底册', shareMode: 'file', items: withheld }));
    await city.act('mount-resource', 'provider', `/resources/${file}/mount`, mount);
    await city.upload('provider', file, CSV);
    const { grant } = await grantByReply(city, file, ['保障类别']);
    const { status, code, text, said } = await download(grant);
    expect([status, code, said]).toEqual([422, 'access.file-withheld', [['AccessRefused', 'access.file-withheld']]]);
    expect(text).not.toContain('张三丰');
  });

  it('is given where all of it may be seen', async () => {
    const file = await publish(city, byReply({ title: '清单', shareMode: 'file' }));
    await city.act('mount-resource', 'provider', `/resources/${file}/mount`, mount);
    await city.upload('provider', file, CSV);
    const { grant } = await grantByReply(city, file, items);
    const { status, text } = await download(grant);
    expect([status, text]).toEqual([200, CSV]);
  });
});

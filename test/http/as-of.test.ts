import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryOf, itemOf } from '../support/entries.ts';
import { openCity, type Answer, type City } from '../support/city.ts';
import { grantByReply, publish, settleOffices } from '../support/city-story.ts';

const HALF_DAY = 12 * 60;
const conditional = (title: string) =>
  entryOf({
    title,
    shareType: 'conditional',
    shareCondition: '仅限核验',
    items: [itemOf('姓名', { shareType: 'conditional' }), itemOf('保障类别')],
  });

/** What was read at a moment, with how to ask for it again. */
type Moment = {
  readonly position: number;
  readonly at: string;
  readonly catalog: Answer['body'];
  readonly facets: unknown;
  readonly obligation: Answer['body'] | null;
  readonly queue: Answer['body'];
};

let city: City;
let obligation: string;
const moments: Moment[] = [];

const look = async (): Promise<void> => {
  const position = (await city.service.store.head()).position;
  const catalog = await city.get('applicant', '/catalog');
  const queue = await city.get('provider', '/obligations');
  const one = obligation === '' ? null : await city.get('provider', `/obligations/${obligation}`);
  moments.push({ position, at: city.now(), catalog: catalog.body, facets: catalog.body['facets'], queue: queue.body, obligation: one?.body ?? null }); // prettier-ignore
  city.pass(HALF_DAY);
};

beforeAll(async () => {
  obligation = '';
  city = await openCity();
  await settleOffices(city);
  const first = await publish(city, conditional('低保对象信息'));
  obligation = `nc-2019.refresh.${first}.1`;
  await look();
  await publish(city, conditional('特困人员信息'));
  city.pass(60 * 24 * 60);
  await look();
  await city.act('mount-resource', 'provider', `/resources/${first}/mount`, { mode: 'table', table: 'dibao' });
  await city.act('refresh-resource', 'provider', `/resources/${first}/refreshes`, {});
  await grantByReply(city, first);
  await look();
  await publish(city, conditional('临时救助信息'));
}, 60_000);
afterAll(() => city.close());

describe('as of three past positions', () => {
  it('something changed from each to the next', () => {
    const [one, two, three] = moments.map(({ catalog, obligation: duty, queue }) =>
      JSON.stringify([catalog['items'], duty, queue['items']]),
    );
    expect(new Set([one, two, three]).size).toBe(3);
    expect(moments.map(({ obligation: duty }) => duty?.['state'])).toEqual(['open', 'overdue', 'late']);
  });
  it.each([0, 1, 2])('the catalog reads as it did then (%i)', async (index) => {
    const then = moments[index] as Moment;
    for (const when of [`asOf=${then.at}`, `atPosition=${String(then.position)}`]) {
      const { body } = await city.get('applicant', `/catalog?${when}`);
      expect(body).toEqual(then.catalog);
    }
  });
  it.each([0, 1, 2])('an obligation reads as it did then (%i)', async (index) => {
    const then = moments[index] as Moment;
    const { body } = await city.get('provider', `/obligations/${obligation}?asOf=${then.at}`);
    expect(body).toEqual(then.obligation);
    const queue = await city.get('provider', `/obligations?asOf=${then.at}`);
    expect(queue.body).toEqual(then.queue);
  });
  it('what was published later is not found before', async () => {
    const { items } = moments[2]?.catalog as { items: { title: string }[] };
    const { body } = await city.get('applicant', '/catalog');
    const late = (body['items'] as { id: string }[]).filter(({ id }) => !JSON.stringify(items).includes(id));
    expect(late).toHaveLength(1);
    const { status } = await city.get('applicant', `/resources/${late[0]?.id ?? ''}?asOf=${moments[2]?.at ?? ''}`);
    expect(status).toBe(404);
  });
  it('before the ledger began there was nothing', async () => {
    const { body } = await city.get('applicant', '/catalog?asOf=2020-01-01T00:00:00.000Z');
    expect([body['items'], body['total']]).toEqual([[], 0]);
  });
  it.each([
    ['/catalog?asOf=2099-01-01T00:00:00.000Z', 'query.in-future'],
    ['/catalog?atPosition=99999999', 'query.position-ahead'],
    ['/catalog?atPosition=1&asOf=2026-03-02T01:00:00.000Z', 'query.two-times'],
  ])('refuses %s', async (path, code) => {
    const { body } = await city.get('applicant', path);
    expect(body['code']).toBe(code);
  });
  it('a view without history refuses the past', async () => {
    const { body } = await city.get('assessor', '/usage?atPosition=1');
    expect(body['code']).toBe('query.no-history');
  });
});

describe('a list goes on as of its first page', () => {
  it('whatever is published meanwhile', async () => {
    const at = moments[2]?.at ?? '';
    const first = await city.get('applicant', `/catalog?limit=1&asOf=${at}`);
    await publish(city, conditional('医疗救助信息'));
    const second = await city.get(
      'applicant',
      `/catalog?limit=1&asOf=${at}&cursor=${encodeURIComponent(String(first.body['nextCursor']))}`,
    );
    const ids = [first, second].flatMap(({ body }) => (body['items'] as { id: string }[]).map(({ id }) => id));
    expect(ids).toEqual((moments[2]?.catalog['items'] as { id: string }[]).map(({ id }) => id));
    expect(second.body['nextCursor']).toBeNull();
  });
  it('and its cursor is good for nobody else and no other question', async () => {
    const first = await city.get('applicant', '/catalog?limit=1');
    const cursor = encodeURIComponent(String(first.body['nextCursor']));
    for (const [who, path] of [
      ['stranger', `/catalog?limit=1&cursor=${cursor}`],
      ['applicant', `/catalog?limit=1&shareType=conditional&cursor=${cursor}`],
    ] as const) {
      const { status, body } = await city.get(who, path);
      expect([status, body['code']]).toEqual([400, 'query.bad-cursor']);
    }
  });
});

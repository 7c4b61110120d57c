import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';

let city: City;
let office: string;
beforeAll(async () => {
  city = await openCity();
  office = await city.organization('南昌市临时指挥部');
  await city.hire('officer', office, ['applicant-officer']);
  const ending = { effectiveOn: '2026-03-10', reason: '任务完成' };
  await city.act('close-organization', 'admin-1', `/organizations/${office}/close`, ending);
}, 60_000);
afterAll(() => city.close());

const status = async (): Promise<unknown> => (await city.get('admin-1', `/organizations/${office}`)).body['status'];
const listed = async (as: string): Promise<boolean> =>
  (await city.all('admin-1', `/organizations?status=${as}`)).some(({ id }) => id === office);

describe('an organization that ends on a later day (decision 9)', () => {
  it('is open until that day, and so are its accounts', async () => {
    city.at('2026-03-09T15:59:59.999Z');
    expect([await status(), await listed('open'), await listed('closed')]).toEqual(['open', true, false]);
    expect((await city.get('officer', '/me')).status).toBe(200);
  });

  it('is closed from 00:00 of that day on, because the clock has passed', async () => {
    const { position } = await city.service.store.head();
    city.at('2026-03-09T16:00:00.000Z');
    expect([await status(), await listed('open'), await listed('closed')]).toEqual(['closed', false, true]);
    expect((await city.get('officer', '/me')).status).toBe(401);
    expect((await city.service.store.head()).position).toBe(position);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';
import { publish, settleOffices } from '../support/city-story.ts';
import { entryOf } from '../support/entries.ts';

const OLD = '南昌市民政局';
const NEW = '南昌市社会事务局';
const EVE = '2026-12-31T15:59:59.999Z';
const DAY = '2026-12-31T16:00:00.000Z';

let city: City;
let provider: string;
let entry: string;

beforeAll(async () => {
  city = await openCity();
  ({ provider } = await settleOffices(city));
  entry = await publish(city, entryOf({ title: '婚姻登记信息' }));
  city.at('2026-06-15T01:00:00.000Z');
  await city.act('rename-organization', 'admin-1', `/organizations/${provider}/rename`, { name: NEW, effectiveOn: '2027-01-01' });
}, 60_000);
afterAll(() => city.close());

const nameIn = async (path: string, name: (body: Record<string, unknown>) => unknown): Promise<unknown> =>
  name((await city.get('applicant', path)).body);
/** What the body is called: by itself, in its entry and in the catalog. */
const names = async (query = ''): Promise<readonly unknown[]> => [
  await nameIn(`/organizations/${provider}${query}`, (body) => body['name']),
  await nameIn(`/resources/${entry}${query}`, (body) => (body['providerNames'] as { name: string }).name),
  await nameIn(`/catalog${query}`, ({ items }) => (items as { providerNames: { name: string } }[])[0]?.providerNames.name),
];
const found = async (name: string, query = ''): Promise<unknown> =>
  (await city.get('applicant', `/catalog?q=${encodeURIComponent(name)}${query}`)).body['total'];

describe('a rename that was recorded half a year before it has effect (R2.1, decision 9)', () => {
  it('shows nowhere before its day, and the entry is found by both names', async () => {
    expect(await names()).toEqual([OLD, OLD, OLD]);
    expect([await found(OLD), await found(NEW)]).toEqual([1, 1]);
    expect((await city.get('applicant', `/resources/${entry}`)).body['providerNames']).not.toHaveProperty('from');
  });

  it('shows everywhere where the day is asked for at which it holds', async () => {
    expect(await names(`?inForceAt=${EVE}`)).toEqual([OLD, OLD, OLD]);
    expect(await names(`?inForceAt=${DAY}`)).toEqual([NEW, NEW, NEW]);
  });

  it('shows everywhere from 00:00 of its day on, by the clock alone', async () => {
    city.at(EVE);
    expect(await names()).toEqual([OLD, OLD, OLD]);
    city.at(DAY);
    expect(await names()).toEqual([NEW, NEW, NEW]);
    expect([await found(OLD), await found(NEW)]).toEqual([1, 1]);
  });

  it('leaves what was answered before as it was', async () => {
    expect(await names(`?asOf=${EVE}`)).toEqual([OLD, OLD, OLD]);
    const before = '&asOf=2026-06-01T00:00:00.000Z';
    expect([await found(OLD, before), await found(NEW, before)]).toEqual([1, 0]);
  });
});

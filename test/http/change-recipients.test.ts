import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';
import { grantByReply, publish, settleOffices, type Offices } from '../support/city-story.ts';
import { conditionalEntry } from '../support/entries.ts';

const LISTS = ['recipients', 'acknowledged', 'objections'] as const;
type Change = { readonly [L in (typeof LISTS)[number]]: readonly { readonly organization: string }[] };

let city: City;
let offices: Offices;
let table: string;
let announced: number;
beforeAll(async () => {
  city = await openCity();
  offices = await settleOffices(city);
  const outside = await city.organization('南昌市园林局');
  await city.hire('outsider', outside, ['applicant-officer', 'provider-officer']);
  await city.hire('clerk', offices.applicant, ['provider-officer']);
  table = await publish(city, conditionalEntry);
  await grantByReply(city, table);
  const asked = {
    resourceId: table,
    purpose: '核验救助资格',
    legalDuty: '“三定”规定第三条',
    systemName: '水利平台',
    items: ['姓名'],
    period: { from: '2026-03-02', to: '2027-03-01' },
    undertaking: { version: '2019-1', accepted: true },
  };
  await city.act('submit-application', 'stranger-chief', '/applications', asked);
  const change = {
    kind: 'update',
    ground: 'ordinary',
    effectiveOn: '2026-06-30',
    patch: { abstract: '新摘要' },
    reason: '口径调整',
  };
  await city.act('request-change', 'provider', `/resources/${table}/changes`, change);
  const { body } = await city.get('provider', `/resources/${table}`);
  const path = `/resources/${table}/changes/${(body['change'] as { change: string }).change}`;
  await city.act('acknowledge-change', 'applicant', `${path}/acknowledge`, {});
  await city.act('object-to-change', 'stranger', `${path}/object`, { reason: '系统尚未改造' });
  announced = (await city.service.store.head()).position;
  await city.act('acknowledge-change', 'stranger', `${path}/acknowledge`, {});
}, 60_000);
afterAll(() => city.close());

const bodiesIn = ({ change }: { change?: unknown }): readonly (readonly string[])[] =>
  LISTS.map((list) => (change as Change)[list].map(({ organization }) => organization));
/** Whose rows somebody reads: of the entry, in the catalog, and as of before the last of them. */
const read = async (who: string) => {
  const one = await city.get(who, `/resources/${table}`);
  const [listed] = await city.all(who, '/catalog');
  const then = await city.get(who, `/resources/${table}?atPosition=${String(announced)}`);
  const listedThen = await city.get(who, `/catalog?atPosition=${String(announced)}`);
  expect(listed).toEqual(one.body);
  expect((listedThen.body['items'] as unknown[])[0]).toEqual(then.body);
  return { now: bodiesIn(one.body), then: bodiesIn(then.body) };
};

describe('who was told of a change, and what they said (decision 17)', () => {
  it.each(['provider', 'provider-chief', 'operator', 'assessor', 'lead-1', 'auditor'])('is read whole by %s', async (who) => {
    const { applicant, stranger } = offices;
    const { now, then } = await read(who);
    expect(now.map((list) => [...list].sort())).toEqual([[applicant, stranger].sort(), [applicant, stranger].sort(), [stranger]]);
    expect(then.map((list) => [...list].sort())).toEqual([[applicant, stranger].sort(), [applicant], [stranger]]);
  });

  it('is read by those who were told in their own rows only', async () => {
    const { applicant, stranger } = offices;
    const none: readonly string[] = [];
    for (const who of ['applicant', 'applicant-chief'])
      expect(await read(who)).toEqual({ now: [[applicant], [applicant], none], then: [[applicant], [applicant], none] });
    expect(await read('stranger')).toEqual({ now: [[stranger], [stranger], [stranger]], then: [[stranger], none, [stranger]] });
  });

  it.each(['outsider', 'clerk', 'gateway', 'admin-1'])('is nothing that %s reads, who is shown the change', async (who) => {
    const none = [[], [], []];
    expect(await read(who)).toEqual({ now: none, then: none });
    const { text } = await city.get(who, `/resources/${table}`);
    expect(text).toContain('口径调整');
    for (const told of [offices.applicant, offices.stranger]) expect(text).not.toContain(told);
    const { text: history } = await city.get(who, `/resources/${table}/history`);
    for (const told of [offices.applicant, offices.stranger]) expect(history).not.toContain(told);
  });
});

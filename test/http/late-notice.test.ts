import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';
import { publish, settleOffices } from '../support/city-story.ts';
import { conditionalEntry } from '../support/entries.ts';

type Days = readonly { readonly date: string; readonly counted: boolean; readonly why: string }[];
const counted = (days: unknown): readonly string[] => (days as Days).filter((day) => day.counted).map(({ date }) => date);

let city: City;
let application: string;
beforeAll(async () => {
  city = await openCity();
  await settleOffices(city);
  const resourceId = await publish(city, conditionalEntry);
  city.at('2026-12-30T01:00:00.000Z');
  const request = {
    resourceId,
    purpose: '核验救助资格',
    legalDuty: '《社会救助暂行办法》第五章',
    systemName: '医疗救助信息系统',
    items: ['姓名'],
    period: { from: '2026-12-30', to: '2027-12-29' },
    undertaking: { version: '2019-1', accepted: true },
  };
  application = String((await city.act('submit-application', 'applicant-chief', '/applications', request)).body['id']);
}, 60_000);
afterAll(() => city.close());

const annulled = async () => city.all('assessor', '/violations?state=annulled&pack=nc-2019');

describe('a violation that a late notice annuls (requirements §4)', () => {
  it('is open while nobody knew of the holiday', async () => {
    city.at('2027-01-05T01:00:00.000Z');
    const [open] = await city.all('assessor', '/violations?state=open&pack=nc-2019&kind=7');
    expect((open?.['subject'] as { id: string }).id).toBe(application);
    const { body } = await city.get('assessor', `/violations/${String(open?.['id'])}`);
    expect([body['annulledBy'], counted(body['computation'])]).toEqual([null, ['2026-12-31', '2027-01-01', '2027-01-04']]);
    expect(await annulled()).toEqual([]);
  });

  it('is shown afterwards with both dates and both computations, and the notice', async () => {
    const notice = { id: 'cn-2027-v1', year: 2027, version: 1, documentNumber: '国办发明电〔2026〕9号', title: '2027年节假日', publishedOn: '2026-12-31', offDays: ['2027-01-01', '2027-01-02', '2027-01-03'], makeUpWorkdays: [] }; // prettier-ignore
    const proposed = await city.act('propose-calendar-notice', 'lead-1', '/calendar-notices', notice);
    const path = '/calendar-notices/cn-2027-v1/confirm';
    await city.act('confirm-calendar-notice', 'lead-2', path, {}, Number(proposed.body['revision']));
    const [violation, ...more] = await annulled();
    expect(more).toEqual([]);
    const { status, body } = await city.get('assessor', `/violations/${String(violation?.['id'])}`);
    expect([status, body['state'], body['dueEndsBefore']]).toEqual([200, 'annulled', '2027-01-04T16:00:00.000Z']);
    expect(counted(body['computation'])).toEqual(['2026-12-31', '2027-01-01', '2027-01-04']);
    const by = body['annulledBy'] as { movedTo: string; movedBy: { notice: string; eventId: string }; computation: unknown };
    expect([by.movedTo, by.movedBy.notice]).toEqual(['2027-01-05T16:00:00.000Z', 'cn-2027-v1']);
    expect(counted(by.computation)).toEqual(['2026-12-31', '2027-01-04', '2027-01-05']);
    expect(body['evidence']).toContain(by.movedBy.eventId);
    expect(await city.all('assessor', '/violations?state=open&pack=nc-2019&kind=7')).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';
import { publish, settleOffices } from '../support/city-story.ts';
import { conditionalEntry } from '../support/entries.ts';

const request = {
  purpose: '核验救助资格',
  legalDuty: '《社会救助暂行办法》第五章',
  systemName: '医疗救助信息系统',
  items: ['姓名'],
  period: { from: '2026-03-02', to: '2027-03-01' },
  undertaking: { version: '2019-1', accepted: true },
};
let city: City;
let path: string;
beforeAll(async () => {
  city = await openCity();
  await settleOffices(city);
  const resourceId = await publish(city, conditionalEntry);
  const submitted = await city.act('submit-application', 'applicant-chief', '/applications', { resourceId, ...request });
  path = `/applications/${String(submitted.body['id'])}`;
  const revision = Number(submitted.body['revision']);
  const passed = await city.act('check-formality', 'operator', `${path}/formality-check`, { outcome: 'passed' }, revision);
  await city.act('reply-to-application', 'provider', `${path}/reply`, { outcome: 'refused', reason: '超出必需' }, Number(passed.body['revision'])); // prettier-ignore
}, 60_000);
afterAll(() => city.close());

/** What each of them reads as the draft: in the list and by itself. */
const drafts = (...people: readonly string[]) =>
  Promise.all(
    people.map(async (who) => {
      const [listed] = await city.all(who, '/applications');
      const { body } = await city.get(who, path);
      expect(listed?.['draft']).toEqual(body['draft']);
      return (body['draft'] as { outcome: string } | null)?.outcome ?? null;
    }),
  );

describe('a drafted reply (R13.1)', () => {
  it('is read by its provider and by who supervises, and hidden from applicant and operator', async () => {
    expect(await drafts('provider', 'provider-chief', 'assessor', 'auditor')).toEqual(['refused', 'refused', null, 'refused']);
    expect(await drafts('applicant', 'applicant-chief', 'operator')).toEqual([null, null, null]);
    const { text } = await city.get('applicant', path);
    expect(text).not.toContain('超出必需');
  });

  it('is the reply that everybody reads once the chief has endorsed it', async () => {
    const { body } = await city.get('provider-chief', path);
    const approve = { decision: 'approve', comment: null };
    await city.act('endorse-application', 'provider-chief', `${path}/endorsement`, approve, Number(body['revision']));
    const { body: read } = await city.get('applicant', path);
    expect([read['draft'], (read['reply'] as { reason: string }).reason]).toEqual([null, '超出必需']);
  });
});

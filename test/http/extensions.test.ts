import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish, settleOffices } from '../support/city-story.ts';
import { openCity, type Answer, type City } from '../support/city.ts';
import { conditionalEntry } from '../support/entries.ts';

let city: City;
let path: string;
beforeAll(async () => {
  city = await openCity();
  await settleOffices(city);
  const resourceId = await publish(city, conditionalEntry);
  const submitted = await city.act('submit-application', 'applicant-chief', '/applications', {
    resourceId,
    purpose: '核验救助资格',
    legalDuty: '《社会救助暂行办法》第五章',
    systemName: '医疗救助信息系统',
    items: ['姓名'],
    period: { from: '2026-03-02', to: '2027-03-01' },
    undertaking: { version: '2019-1', accepted: true },
  });
  path = `/applications/${String(submitted.body['id'])}`;
  await city.act(
    'check-formality',
    'operator',
    `${path}/formality-check`,
    { outcome: 'passed' },
    Number(submitted.body['revision']),
  );
}, 60_000);
afterAll(() => city.close());

const extend = (): Promise<Answer> =>
  city.post('provider-chief', `${path}/extension`, { pack: 'sc-809-2025', days: 10, consent: '同意延期函', reason: '需逐条脱敏' });

describe('an extension (R14.2)', () => {
  it('is refused, and not recorded, once the term has run out', async () => {
    // Ten working days from 2 March end with 16 March.
    city.at('2026-03-16T16:00:00.000Z');
    const { position } = await city.service.store.head();
    const answer = await extend();
    expect([answer.status, answer.body['code']], answer.text).toEqual([422, 'application.term-has-run-out']);
    expect(answer.body['detail']).toContain('2026-03-16T16:00:00.000Z');
    expect((await city.service.store.head()).position).toBe(position);
    expect((await city.get('provider', path)).body['extensions']).toEqual([]);
  });
});

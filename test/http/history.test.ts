import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';
import { tellStory, type Told } from '../support/city-story.ts';

let city: City;
let told: Told;
beforeAll(async () => {
  city = await openCity();
  told = await tellStory(city);
}, 60_000);
afterAll(() => city.close());

type Version = { readonly position: number; readonly status: string; readonly differences: readonly { readonly path: string }[] };
const versionsFor = async (who: string): Promise<readonly Version[]> => {
  const { body } = await city.get(who, `/resources/${told.table}/history`);
  return body['items'] as Version[];
};

describe('the versions of an entry', () => {
  it.each(['provider', 'operator', 'auditor'])('are told from its draft on to %s', async (who) => {
    const versions = await versionsFor(who);
    expect(versions.map(({ status }) => status).slice(0, 4)).toEqual(['draft', 'draft', 'submitted', 'returned']);
    expect(versions[1]?.differences.map(({ path }) => path)).toContain('title');
  });

  it.each(['applicant', 'stranger', 'gateway'])(
    'are told to %s from its publishing on, with nothing of its drafts',
    async (who) => {
      const versions = await versionsFor(who);
      expect(versions[0]).toMatchObject({ status: 'published', differences: [] });
      expect(versions.map(({ status }) => status)).not.toContain('draft');
      for (const { position } of versions) {
        const then = await city.get(who, `/resources/${told.table}?atPosition=${String(position)}`);
        expect(then.status).toBe(200);
      }
    },
  );

  it('come with the position they were read at', async () => {
    const { headers } = await city.get('provider', `/resources/${told.table}/history`);
    expect(Number(headers['ledger-position'])).toBe((await city.service.store.head()).position);
  });
});

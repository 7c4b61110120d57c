import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadStore } from '../../src/projections/read-store.ts';
import { openCity, type City } from '../support/city.ts';
import { tellStory, type Told } from '../support/city-story.ts';

type Documented = { readonly paths: Record<string, Record<string, unknown>> };

let city: City;
let told: Told;
let reads: readonly string[];
beforeAll(async () => {
  city = await openCity();
  told = await tellStory(city);
  await city.service.app.ready();
  const { paths } = city.service.app.swagger() as unknown as Documented;
  reads = Object.keys(paths).filter((path) => path.startsWith('/api/v1/') && 'get' in (paths[path] ?? {}));
}, 60_000);
afterAll(() => city.close());

/** By path, who reads one thing of it, its id, and what the route cannot do without. */
const readers = async (): Promise<Readonly<Record<string, readonly [who: string, id: string]>>> => {
  const first = async (who: string, path: string): Promise<readonly [string, string]> => {
    const { body } = await city.get(who, path);
    return [who, (body['items'] as { id: string }[])[0]?.id ?? ''];
  };
  return {
    organizations: ['applicant', told.provider],
    accounts: ['applicant', city.idOf('applicant')],
    applications: await first('applicant', '/applications'),
    grants: ['applicant', told.grant],
    resources: ['applicant', told.table],
    obligations: await first('assessor', '/obligations'),
    violations: await first('assessor', '/violations'),
    policies: ['applicant', 'nc-2019'],
    'calendar-notices': ['applicant', 'cn-2027-v1'],
  };
};
const NEEDED: Readonly<Record<string, string>> = {
  '/working-days': 'from=2026-03-02&days=3',
  '/calendar': 'year=2026',
};

/** Every GET of the contract with somebody who may ask for it. */
const everyRead = async (): Promise<readonly { path: string; who: string; url: string; query: string }[]> => {
  city.pass(60 * 24 * 400);
  const who = await readers();
  return reads.map((documented) => {
    const path = documented.slice('/api/v1'.length);
    const [reader, id] = who[path.split('/')[1] ?? ''] ?? ['auditor', ''];
    return {
      path,
      who: path.endsWith('}') || path.includes('{id}/') ? reader : 'auditor',
      url: path.replace('{id}', id),
      query: NEEDED[path] ?? '',
    };
  });
};

describe('every query', () => {
  it('is answered as it stands', async () => {
    for (const { path, who, url, query } of await everyRead()) {
      const { status, text } = await city.get(who, `${url}?${query}`);
      // The grant's year is over: its data is refused, and that is an answer too.
      expect([path, path.endsWith('/data') ? [200, 409] : [200], text.slice(0, 300)]).toMatchObject([
        path,
        expect.arrayContaining([status]),
        expect.anything(),
      ]);
    }
  });
  it('refuses a parameter that it does not know and names it', async () => {
    for (const { path, who, url, query } of await everyRead()) {
      const { status, body } = await city.get(who, `${url}?${query}&unbekannt=1`);
      expect([path, status, body['errors']]).toMatchObject([path, 400, [{ path: 'unbekannt' }]]);
    }
  });
  it('minds Ledger-Position: it refuses what is none, and one that the ledger has not reached', async () => {
    for (const { path, who, url, query } of await everyRead()) {
      if (path === '/me') continue;
      for (const [position, code] of [
        ['x', 'query.malformed-position'],
        ['-1', 'query.malformed-position'],
        ['99999999', 'query.position-ahead'],
      ] as const) {
        const { status, body } = await city.get(who, `${url}?${query}`, { 'ledger-position': position });
        expect([path, position, status, body['code']]).toEqual([path, position, 400, code]);
      }
    }
  });
  it('that takes a number takes decimal digits, and nothing becomes one', async () => {
    for (const [who, url, name] of [
      ['applicant', '/catalog', 'limit'],
      ['applicant', '/catalog', 'atPosition'],
      ['auditor', '/events', 'limit'],
      ['auditor', '/events', 'after'],
      ['applicant', `/grants/${told.grant}/data`, 'limit'],
      ['assessor', '/violations', 'kind'],
      ['applicant', '/calendar', 'year'],
      ['applicant', '/calendar-notices', 'year'],
      ['applicant', '/working-days?from=2026-03-02', 'days'],
    ] as const)
      for (const value of ['', '%20', '1e1', '0x10', '%2010', '%2B10', '1.5', 'true', '99999999999999999999', `1&${name}=2`]) {
        const { status, body } = await city.get(who, `${url}${url.includes('?') ? '&' : '?'}${name}=${value}`);
        expect([url, name, value, status, body['errors']]).toMatchObject([url, name, value, 400, [{ path: name }]]);
      }
  });
});

describe('one thing', () => {
  it('has its revision as ETag, and says how far the view has come', async () => {
    for (const { path, who, url } of await everyRead()) {
      if (!path.endsWith('{id}')) continue;
      const before = (await city.service.store.head()).position;
      const { headers, body } = await city.get(who, url);
      expect([path, headers['etag']]).toEqual([path, expect.stringMatching(/^"\d+"$/)]);
      if ('revision' in body) expect(headers['etag']).toBe(`"${String(Number(body['revision']))}"`);
      expect(Number(headers['ledger-position']), path).toBeGreaterThanOrEqual(before);
    }
  });
  it('is as it was at the position that is said with it, also when it is changed meanwhile', async () => {
    const deps = city.service.deps as { readStore: ReadStore };
    const real = deps.readStore;
    const path = `/organizations/${told.provider}`;
    const change = async (): Promise<void> => {
      deps.readStore = real;
      const { headers } = await city.act('rename-organization', 'admin-1', `${path}/rename`, { name: '新名', effectiveOn: '2026-03-10' }); // prettier-ignore
      await city.get('applicant', path, { 'ledger-position': String(headers['ledger-position']) });
    };
    deps.readStore = {
      ...real,
      snapshot: async (projection, use) => {
        const made = await real.snapshot(projection, use);
        if (projection.name === 'organizations') await change();
        return made;
      },
    };
    const { headers } = await city.get('applicant', path);
    const then = await city.get('applicant', `${path}?atPosition=${String(headers['ledger-position'])}`);
    expect(then.headers['etag']).toBe(headers['etag']);
    expect((await city.get('applicant', path)).headers['etag']).not.toBe(headers['etag']);
  });
  it('that is a duty has another ETag once it is met, and as of before the one it had', async () => {
    const id = `nc-2019.normative-check.${String((await city.all('operator', '/applications')).find(({ status }) => status === 'received')?.['id'])}.1`;
    const open = await city.get('operator', `/obligations/${id}`);
    const application = id.split('.')[2] ?? '';
    const { body } = await city.get('operator', `/applications/${application}`);
    const before = (await city.service.store.head()).position;
    await city.act(
      'check-formality',
      'operator',
      `/applications/${application}/formality-check`,
      { outcome: 'passed' },
      Number(body['revision']),
    );
    const met = await city.get('operator', `/obligations/${id}`);
    expect(met.headers['etag']).not.toBe(open.headers['etag']);
    const then = await city.get('operator', `/obligations/${id}?atPosition=${String(before)}`);
    expect(then.headers['etag']).toBe(open.headers['etag']);
  });
});

describe('a session', () => {
  it('is neither begun nor ended under a parameter that nobody knows', async () => {
    const credentials = JSON.stringify({ account: 'admin-1', password: 'x' });
    const begun = await city.ask('POST', '/api/v1/session?a=1', { 'content-type': 'application/json' }, credentials);
    const ended = await city.ask('DELETE', '/api/v1/session?a=1', await city.authorization('admin-1'));
    for (const { status, body } of [begun, ended]) expect([status, body['errors']]).toMatchObject([400, [{ path: 'a' }]]);
  });
});

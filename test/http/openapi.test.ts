import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERMISSIONS, type Operation } from '../../src/domain/permission-table.ts';
import { listAnswer } from '../../src/http/documentation.ts';
import { openCity, type City } from '../support/city.ts';

/** A file goes out as the mount says; the contract can only say that it is bytes. */
const BYTES = 'application/octet-stream';

type Described = {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly example?: unknown } }> };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Record<string, unknown> }>>;
};
let city: City;
let document: { openapi: string; paths: Record<string, Record<string, Described>> };
beforeAll(async () => {
  city = await openCity();
  await city.service.app.ready();
  document = JSON.parse((await city.ask('GET', '/openapi.json')).text) as typeof document;
}, 60_000);
afterAll(() => city.close());

const described = (operation: Operation): Described => {
  const [method = '', path = ''] = PERMISSIONS[operation].route.split(' ');
  const found = document.paths[`/api/v1${path}`]?.[method.toLowerCase()];
  if (found === undefined) throw new Error(`${operation} is not described`);
  return found;
};
const OPERATIONS = Object.keys(PERMISSIONS) as Operation[];

describe('OpenAPI', () => {
  it('is 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
  });
  it.each(OPERATIONS)('describes %s with its answers and refusals', (operation) => {
    const { summary, responses } = described(operation);
    expect(summary).not.toBe('');
    const good = Object.keys(responses).filter((status) => status.startsWith('2'));
    expect(good.length).toBeGreaterThan(0);
    for (const [status, { description, content }] of Object.entries(responses)) {
      expect(description).not.toBe('Default Response');
      const type = status.startsWith('2') ? 'application/json' : 'application/problem+json';
      const types = Object.keys(content ?? {}).filter((one) => operation !== 'read-grant-data' || one !== BYTES);
      expect(types).toEqual(status === '206' ? [] : [type]);
    }
  });
  it.each(OPERATIONS.filter((operation) => PERMISSIONS[operation].route.startsWith('POST')))(
    'shows an example of %s',
    (operation) => {
      expect(described(operation).requestBody?.content['application/json']?.schema.example).toBeTypeOf('object');
    },
  );
  it('says what an upload takes: bytes, their range, a key and a revision', () => {
    const { requestBody, parameters } = described('store-content');
    expect(Object.keys(requestBody?.content ?? {})).toEqual([BYTES, 'text/csv']);
    expect(parameters?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['id', 'content-range', 'idempotency-key', 'if-match']),
    );
  });
  it('says how data is read through a grant: whole, in part, paged, and what refuses it', () => {
    const { responses, parameters } = described('read-grant-data');
    expect(parameters?.map(({ name }) => name)).toEqual(expect.arrayContaining(['range', 'if-range', 'items', 'filter', 'cursor']));
    expect(Object.keys(responses)).toEqual(['200', '206', '400', '401', '403', '404', '409', '416', '422', '429', '503']);
    expect(Object.keys(responses['200']?.content ?? {})).toEqual(['application/json', BYTES]);
    expect(Object.keys(responses['206']?.content ?? {})).toEqual([BYTES]);
  });
  it.each([
    ['lead-1', '/catalog'],
    ['lead-1', '/organizations'],
    ['lead-1', '/accounts'],
    ['lead-1', '/applications'],
    ['lead-1', '/grants'],
    ['lead-1', '/obligations'],
    ['lead-1', '/violations'],
    ['lead-1', '/usage'],
  ])('%s reads %s as it is described', async (who, path) => {
    for (const query of ['', '?total=false&facets=false']) {
      const { status, body } = await city.get(who, `${path}${query}`);
      expect(status).toBe(200);
      expect(listAnswer.safeParse(body).error).toBeUndefined();
    }
  });
  it('describes nothing that the permission table does not know', () => {
    const known = new Set<string>(OPERATIONS.map((operation) => PERMISSIONS[operation].route));
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    const beside = routes.filter((route) => !known.has(route));
    expect(beside.sort()).toEqual([
      'DELETE /session',
      'GET /applications/{id}',
      'GET /applications/{id}/timeline',
      'GET /calendar-notices',
      'GET /calendar-notices/{id}',
      'GET /grants/{id}',
      'GET /obligations/{id}',
      'GET /organizations/{id}',
      'GET /policies/{id}',
      'GET /resources/{id}/history',
      'GET /violations/{id}',
      'POST /session',
    ]);
  });
});

describe('the pages beside it', () => {
  it.each(['/docs', '/docs/problems', '/healthz', '/readyz', '/metrics'])('%s answers without a token', async (path) => {
    const { status } = await city.ask('GET', path);
    expect(status).toBe(200);
  });
  it('is where somebody lands who opens the address alone', async () => {
    const { status, headers } = await city.ask('GET', '/');
    expect([status, headers['location']]).toEqual([302, '/docs']);
  });
  it('explains every problem where its type points', async () => {
    const refused = await city.ask('GET', '/api/v1/me');
    const [page = '', anchor = ''] = String(refused.body['type']).split('#');
    const { text } = await city.ask('GET', page);
    expect(text).toContain(`id="${anchor}"`);
  });
  it('shows in readiness and metrics how far each view is behind', async () => {
    const ready = await city.ask('GET', '/readyz');
    const projections = ready.body['projections'] as { name: string; lag: number }[];
    expect(projections.map(({ name }) => name)).toContain('obligations');
    const { text } = await city.ask('GET', '/metrics');
    for (const { name } of projections)
      expect(text).toMatch(new RegExp(`hongzhang_projection_lag_events\\{projection="${name}",version="\\d+"\\} \\d+`));
  });
});

import { SignJWT } from 'jose';
import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERMISSIONS, type Operation } from '../../src/domain/permission-table.ts';
import { readConfig } from '../../src/infra/config.ts';
import { createTokens } from '../../src/infra/tokens.ts';
import { openVault } from '../../src/infra/vault/vault.ts';
import { openCity, type Answer, type City } from '../support/city.ts';
import { moments, spoil, texts, type Schema } from '../support/spoil.ts';

type Documented = {
  readonly paths: Record<
    string,
    Record<string, { operationId?: string; requestBody?: { content: Record<string, { schema: Schema }> } }>
  >;
};
type Route = { readonly url: string; readonly schema: Schema; readonly example: unknown };

let city: City;
let bearer: Record<string, string>;
let documented: Documented;
beforeAll(async () => {
  city = await openCity();
  await city.service.app.ready();
  bearer = await city.authorization('admin-1');
  documented = city.service.app.swagger() as unknown as Documented;
}, 60_000);
afterAll(() => city.close());

const COMMANDS = (Object.keys(PERMISSIONS) as Operation[]).filter((operation) => PERMISSIONS[operation].route.startsWith('POST'));
const READS = (Object.keys(PERMISSIONS) as Operation[]).filter((operation) => PERMISSIONS[operation].route.startsWith('GET'));
const ID: Readonly<Record<string, string>> = { id: 'nothing', changeId: 'nothing' };
const urlOf = (operation: Operation): string => {
  const id = operation === 'confirm-policy' ? 'city-setting' : undefined;
  const path = PERMISSIONS[operation].route.split(' ')[1] ?? '';
  return `/api/v1${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => id ?? ID[name] ?? '')}`;
};

const routeOf = (operation: Operation): Route => {
  const path = `/api/v1${PERMISSIONS[operation].route.split(' ')[1] ?? ''}`;
  const schema = documented.paths[path]?.['post']?.requestBody?.content['application/json']?.schema;
  if (schema === undefined) throw new Error(`${path} documents no body`);
  return { url: urlOf(operation), schema, example: schema.example };
};
const send = (url: string, payload: string, headers: Record<string, string> = {}): Promise<Answer> =>
  city.ask('POST', url, { ...bearer, 'content-type': 'application/json', 'if-match': '"1"', ...headers }, payload);

const isProblem = (answer: Answer): void => {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const { type, title, status, detail, code, instance } = answer.body;
  expect([type, title, detail, code, instance].every((part) => typeof part === 'string' && part !== '')).toBe(true);
  expect(status).toBe(answer.status);
};
const pathsOf = ({ body }: Answer): string[] => ((body['errors'] ?? []) as { path: string }[]).map(({ path }) => path);

/** The first and the last that a field takes, and what lies beyond: an offset carries an instant over the end of a year. */
const FARTHEST = {
  date: ['0001-01-01', '9998-12-31'],
  instant: ['0001-01-01T00:00:00Z', '9998-12-31T23:59:59.999+08:00'],
} as const;
const BEYOND = {
  date: ['0000-12-31', '9999-12-31'],
  instant: ['0001-01-01T00:00:00+08:00', '9999-06-01T00:00:00Z', '9999-12-31T23:30:00-01:00'],
} as const;

describe('the fields with a date or an instant', () => {
  it('are found, in lists too', () => {
    const found = COMMANDS.flatMap((operation) => {
      const { schema, example } = routeOf(operation);
      return moments(schema, example).map(({ of, path }) => `${operation} ${path} ${of}`);
    });
    for (const one of [
      'give-delegation validFrom instant',
      'refresh-resource occurredAt instant',
      'report-accesses records[0].occurredAt instant',
      'submit-application period.to date',
      'propose-policy effectiveUntil date',
      'propose-calendar-notice makeUpWorkdays[0] date',
    ])
      expect(found).toContain(one);
  });
});

describe.each(COMMANDS)('%s', (operation) => {
  it('takes its own example as well formed', async () => {
    const { url, example } = routeOf(operation);
    const answer = await send(url, JSON.stringify(example));
    expect([201, 403, 404, 422], answer.text).toContain(answer.status);
  });
  it('names the field that is missing, wrong, oversized or unknown', async () => {
    const { url, schema, example } = routeOf(operation);
    const spoiled = spoil(schema, example);
    expect(spoiled.length).toBeGreaterThan(0);
    for (const { how, path, body } of spoiled) {
      const answer = await send(url, JSON.stringify(body));
      expect([how, path, answer.status, answer.body['code']]).toEqual([how, path, 400, 'request.invalid']);
      expect(
        pathsOf(answer).some((named) => named === path || named.startsWith(`${path}.`)),
        `${how} ${path}: ${answer.text}`,
      ).toBe(true);
      isProblem(answer);
    }
  });
  it('takes no query that it does not know', async () => {
    const { url, example } = routeOf(operation);
    const answer = await send(`${url}?dry=1`, JSON.stringify(example));
    expect([answer.status, answer.body['code'], pathsOf(answer)]).toEqual([400, 'request.invalid', ['dry']]);
  });
  it('names all the fields that are wrong at once', async () => {
    const { url, schema } = routeOf(operation);
    if (schema.oneOf !== undefined) return;
    const required = schema.required ?? [];
    const body = {
      erste: 1,
      ...Object.fromEntries(required.map((name) => [name, { not: 'that' }])),
      ...(required.length > 0 ? {} : { zweite: 2 }),
    };
    const answer = await send(url, JSON.stringify(body));
    expect(answer.status).toBe(400);
    for (const name of Object.keys(body))
      expect(
        pathsOf(answer).some((path) => path.startsWith(name)),
        `${name}: ${answer.text}`,
      ).toBe(true);
  });
  it('refuses NUL and lone surrogates in every text', async () => {
    const { url, schema, example } = routeOf(operation);
    for (const { path, put } of texts(schema, example))
      for (const bad of ['a\u0000b', 'a\ud800b', '\udc00']) {
        const answer = await send(url, JSON.stringify(put(bad)));
        expect([path, answer.status, answer.body['code']]).toEqual([path, 400, 'request.invalid']);
        expect(pathsOf(answer)).toContain(path);
      }
  });
  it('takes dates and instants of the years 0001 to 9998 only, in every field that holds one', async () => {
    const { url, schema, example } = routeOf(operation);
    for (const { of, path, put } of moments(schema, example)) {
      for (const far of BEYOND[of]) {
        const answer = await send(url, JSON.stringify(put(far)));
        expect([path, far, answer.status, answer.body['code']]).toEqual([path, far, 400, 'request.invalid']);
        expect(pathsOf(answer)).toEqual([path]);
      }
      for (const far of FARTHEST[of]) {
        const answer = await send(url, JSON.stringify(put(far)));
        expect(pathsOf(answer), `${path} ${far}: ${answer.text}`).not.toContain(path);
        expect(answer.status, `${path} ${far}: ${answer.text}`).toBeLessThan(500);
      }
    }
  });
  it.each([
    ['malformed JSON', '{"a":', 'application/json', 400, 'request.malformed-json'],
    ['nothing', '', 'application/json', 400, 'request.malformed-json'],
    ['a prototype', '{"__proto__": {"a": 1}}', 'application/json', 400, 'request.malformed-json'],
    ['another media type', 'a=1', 'application/x-www-form-urlencoded', 415, 'request.media-type'],
    ['plain text', '{}', 'text/plain', 415, 'request.media-type'],
    ['10 MB', `{"a":"${'x'.repeat(10_000_000)}"}`, 'application/json', 413, 'request.too-large'],
  ])('refuses %s', async (_what, payload, type, status, code) => {
    const answer = await send(urlOf(operation), payload, { 'content-type': type });
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    isProblem(answer);
  });
  it('refuses bytes that are no UTF-8, though they would be JSON', async () => {
    const latin1 = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}')]);
    const { statusCode, body } = await city.service.app.inject({
      method: 'POST',
      url: urlOf(operation),
      headers: { ...bearer, 'content-type': 'application/json', 'if-match': '"1"' },
      payload: latin1,
    });
    expect([statusCode, (JSON.parse(body) as Answer['body'])['code']]).toEqual([400, 'request.malformed-json']);
  });
  it.each([['{"a":1}'], ['[]'], ['null'], ['"text"'], ['1']])('refuses %s', async (payload) => {
    const answer = await send(urlOf(operation), payload);
    expect([answer.status, answer.body['code']]).toEqual([400, 'request.invalid']);
    isProblem(answer);
  });
});

/** Tokens that must not open anything, and what is said of each. */
const badTokens = async (): Promise<[string, string, string][]> => {
  const key = createSecretKey(randomBytes(32));
  const account = city.idOf('admin-1');
  const forged = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(account)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key);
  const [header, payload] = (await city.tokenOf('admin-1')).split('.') as [string, string];
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.AA`;
  return [
    ['forged', forged, 'token.forged'],
    ['cut', `${header}.${payload}.AAAA`, 'token.forged'],
    ['unsigned', none, 'token.forged'],
    ['no token at all', 'x', 'token.malformed'],
  ];
};

describe.each([...COMMANDS, ...READS, 'store-content' as const])('%s without a good token', (operation) => {
  const method = (): 'GET' | 'POST' | 'PUT' => PERMISSIONS[operation].route.split(' ')[0] as 'GET';
  const headers = { 'content-type': operation === 'store-content' ? 'application/octet-stream' : 'application/json' };
  it('is 401, before anything else is looked at', async () => {
    for (const [what, token, code] of await badTokens()) {
      const answer = await city.ask(
        method(),
        urlOf(operation),
        { ...headers, authorization: `Bearer ${token}` },
        method() === 'GET' ? undefined : '{',
      );
      expect([what, answer.status, answer.body['code']]).toEqual([what, 401, code]);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      isProblem(answer);
    }
  });
  it('is 401 with none, where the table lets nobody in', async () => {
    if (PERMISSIONS[operation].allow.includes('public@any' as never)) return;
    const answer = await city.ask(method(), urlOf(operation), headers, method() === 'GET' ? undefined : '{');
    expect([answer.status, answer.body['code']]).toEqual([401, 'token.missing']);
  });
});

describe('an expired token', () => {
  it('is 401 and says so', async () => {
    const { vault } = readConfig({ DATA_DIR: city.directory });
    const hourAgo = createTokens(openVault(vault), () => Date.now() - 3_600_000);
    const token = await hourAgo.issue(city.idOf('admin-1'));
    const answer = await city.ask('GET', '/api/v1/me', { authorization: `Bearer ${token}` });
    expect([answer.status, answer.body['code']]).toEqual([401, 'token.expired']);
  });
});

const LISTS = READS.filter(
  (operation) => !/\{|\/me|working-days|data$/.test(PERMISSIONS[operation].route) && operation !== 'read-calendar',
);

describe.each(LISTS)('%s', (operation) => {
  const ask = async (query: string, who = 'auditor'): Promise<Answer> =>
    city.ask('GET', `${urlOf(operation)}?${query}`, await city.authorization(who));
  beforeAll(async () => {
    if (!city.people().includes('auditor'))
      await city.hire('auditor', city.organizations.get('nanchang-dashujuju') ?? '', ['auditor']);
  });
  it.each([
    ['an unknown parameter', 'unbekannt=1', 'unbekannt'],
    ['a page of none', 'limit=0', 'limit'],
    ['a page too long', 'limit=201', 'limit'],
    ['no number', 'limit=ten', 'limit'],
  ])('refuses %s and names it', async (_what, query, path) => {
    const answer = await ask(query);
    expect([answer.status, answer.body['code'], pathsOf(answer)]).toEqual([400, 'request.invalid', [path]]);
    isProblem(answer);
  });
  it.each(['x', 'e30.AAAA', '%00', 'a'.repeat(3_000)])('refuses the cursor %s', async (cursor) => {
    const answer = await ask(`cursor=${cursor}`);
    expect([answer.status, answer.body['code']]).toEqual([400, 'query.bad-cursor']);
    isProblem(answer);
  });
});

describe('a path', () => {
  it.each([
    ['/api/v1/resources/%zz', 400, 'request.malformed'],
    ['/%c0%ae', 400, 'request.malformed'],
    ['/api/v1/nothing', 404, 'route.not-found'],
    [`/api/v1/resources/${'x'.repeat(190)}`, 400, 'request.invalid'],
    [`/api/v1/resources/${'x'.repeat(5_000)}`, 400, 'request.malformed'],
  ])('%s', async (url, status, code) => {
    const answer = await city.ask('GET', url, bearer);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.headers['request-id']).toMatch(/^[0-9a-f-]{36}$/);
    isProblem(answer);
  });
});

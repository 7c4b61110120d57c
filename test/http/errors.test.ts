import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DomainError } from '../../src/domain/domain-error.ts';
import { RevisionConflict, StoreUnavailable } from '../../src/domain/event-store.ts';
import { InvalidInput, sendProblem } from '../../src/http/errors.ts';
import { date, problem, text } from '../../src/http/schemas.ts';

const body = z.strictObject({
  title: text(10),
  period: z.strictObject({ from: date, to: date }),
  items: z.array(z.strictObject({ name: text(10), rows: z.array(z.int()).optional() })).min(1),
  mount: z
    .discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('table'), table: text(10) }),
      z.strictObject({ mode: z.literal('api'), address: text(10), method: z.enum(['GET', 'POST']) }),
    ])
    .optional(),
  asOf: z.union([date, z.int()]).optional(),
  holder: z.union([z.strictObject({ person: text(10), unit: text(10) }), z.strictObject({ system: text(10) })]).optional(),
});

const invalid = (part: string, schema: z.ZodType, value: unknown): InvalidInput => {
  const { error } = schema.safeParse(value, { reportInput: true });
  return new InvalidInput(part, error?.issues ?? []);
};

const GOOD = { title: '低保', period: { from: '2026-01-01', to: '2026-12-31' }, items: [{ name: '姓名' }] };
const logged: unknown[] = [];
const silent = () => undefined;
const LOGGER: FastifyBaseLogger = {
  level: 'error',
  error: (line: unknown) => void logged.push(line),
  fatal: silent,
  warn: silent,
  info: silent,
  debug: silent,
  trace: silent,
  silent,
  child: () => LOGGER,
};
/** What the next request to `/throws` meets. */
let next: () => unknown = () => null;
let app: FastifyInstance;

beforeAll(async () => {
  app = Fastify({
    bodyLimit: 100_000,
    loggerInstance: LOGGER,
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply);
    },
  });
  app.setErrorHandler<Error>((error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(new DomainError('route.not-found'), request, reply));
  app.setValidatorCompiler(({ schema, httpPart }) => (value: unknown) => {
    const checked = (schema as z.ZodType).safeParse(value, { reportInput: true });
    return checked.success ? { value: checked.data } : { error: invalid(httpPart ?? 'body', schema as z.ZodType, value) };
  });
  app.post('/things', { schema: { body, querystring: z.strictObject({ limit: z.coerce.number().int().optional() }) } }, () => ({}));
  app.post('/throws', () => next());
  app.get('/throws', () => next());
  await app.ready();
});
afterAll(() => app.close());

const post = (payload: unknown, headers: Record<string, string> = {}, url = '/things') =>
  app.inject({ method: 'POST', url, payload: payload as object, headers });
const thrown = async (error: Error, headers: Record<string, string> = {}) => {
  next = () => {
    throw error;
  };
  logged.length = 0;
  return app.inject({ method: 'GET', url: '/throws', headers });
};
const errorsOf = async (payload: unknown, language = 'en'): Promise<Record<string, string>> => {
  const answer = await post(payload, { 'accept-language': language });
  expect(answer.statusCode).toBe(400);
  const { errors } = answer.json<{ errors: { path: string; message: string }[] }>();
  return Object.fromEntries(errors.map(({ path, message }) => [path, message]));
};

describe('a problem answer', () => {
  it('is RFC 9457, in the language that was asked for', async () => {
    const zh = await thrown(new DomainError('resource.mount-mode', { expected: 'table', mode: 'api' }));
    expect(zh.statusCode).toBe(422);
    expect(zh.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(zh.headers['content-language']).toBe('zh-CN');
    expect(zh.json()).toEqual({
      type: '/docs/problems#resource.mount-mode',
      title: '挂接方式不符',
      status: 422,
      detail: '目录规定的共享方式为“库表”，不能按“服务接口”挂接。',
      code: 'resource.mount-mode',
      article: 'R12.1',
      instance: '/throws',
    });
    const en = await thrown(new DomainError('resource.mount-mode', { expected: 'table', mode: 'api' }), {
      'accept-language': 'en',
    });
    expect(en.headers['content-language']).toBe('en');
    expect(en.json()).toMatchObject({
      title: 'Wrong mode',
      detail: 'The entry is shared as table, so it cannot be mounted as api.',
    });
    expect(problem.safeParse(zh.json()).success).toBe(true);
  });

  it('names the request, cut at 500 characters', async () => {
    const answer = await app.inject({ method: 'GET', url: `/nowhere?q=${'x'.repeat(600)}` });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'route.not-found', instance: `/nowhere?q=${'x'.repeat(489)}` });
  });

  it('asks for a token with 401', async () => {
    const answer = await thrown(new DomainError('token.expired'));
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect((await thrown(new DomainError('permission.denied', { operation: 'read-events' }))).headers).not.toHaveProperty(
      'www-authenticate',
    );
  });

  it.each([
    ['session.throttled', 429, { retryAfter: 30 }, '30'],
    ['view.behind', 503, { view: 'catalog', position: 7, retryAfter: 2 }, '2'],
    ['ledger.unavailable', 503, {}, '1'],
  ])('says with %s (%i) when to try again', async (code, status, details, after) => {
    const answer = await thrown(new DomainError(code, details));
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([status, after]);
  });

  it('says with 416 how long the content is', async () => {
    const answer = await thrown(new DomainError('content.range-not-satisfiable', { size: 1_024 }));
    expect([answer.statusCode, answer.headers['content-range']]).toEqual([416, 'bytes */1024']);
    expect((await thrown(new DomainError('content.too-large', { limit: 1 }))).headers).not.toHaveProperty('content-range');
  });

  it('says only there when to try again', async () => {
    expect((await thrown(new DomainError('stream.conflict'))).headers).not.toHaveProperty('retry-after');
  });

  it('tells a lost race and a ledger that cannot answer', async () => {
    const race = await thrown(new RevisionConflict('resource-1', 3, 4));
    expect([race.statusCode, race.json<{ code: string }>().code]).toEqual([409, 'stream.conflict']);
    expect(race.body).not.toContain('resource-1');
    const store = await thrown(new StoreUnavailable('disk /var is full'));
    expect([store.statusCode, store.json<{ code: string }>().code, store.headers['retry-after']]).toEqual([
      503,
      'ledger.unavailable',
      '1',
    ]);
    expect(store.body).not.toContain('/var');
  });
});

describe('faults', () => {
  it.each([
    ['a bug', new TypeError("Cannot read properties of undefined (reading 'secret')")],
    ['a code without a row', new DomainError('no.such-code', { secret: 'secret' })],
    ['an error with a status of its own', Object.assign(new Error('secret'), { statusCode: 502 })],
    ['an error with a senseless status', Object.assign(new Error('secret'), { statusCode: 200 })],
    ['an error with the name of a property', Object.assign(new Error('secret'), { code: 'constructor' })],
  ])('%s is 500, logged whole and told to nobody', async (_, error) => {
    const answer = await thrown(error);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      type: '/docs/problems#service.fault',
      title: '服务故障',
      status: 500,
      detail: '服务内部出错，已记录。请稍后再试，并提供 Request-Id。',
      code: 'service.fault',
      instance: '/throws',
    });
    expect(answer.body).not.toContain('secret');
    expect(logged).toEqual([expect.objectContaining({ err: error })]);
  });

  it('does not log what a client did wrong', async () => {
    await thrown(new DomainError('resource.comment-required'));
    expect(logged).toEqual([]);
  });

  it('logs a service that cannot serve', async () => {
    await thrown(new DomainError('view.behind', { view: 'catalog', position: 1 }));
    expect(logged).toHaveLength(1);
  });
});

describe("the framework's refusals", () => {
  const json = { 'content-type': 'application/json' };
  it.each([
    ['a body that is not JSON', '{"title": ', json, 400, 'request.malformed-json'],
    ['an empty JSON body', '', json, 400, 'request.malformed-json'],
    ['a body that reaches for the prototype', '{"__proto__": {"admin": true}}', json, 400, 'request.malformed-json'],
    ['a body of another type', '<a/>', { 'content-type': 'application/xml' }, 415, 'request.media-type'],
    ['a body of a senseless type', 'x', { 'content-type': '///' }, 415, 'request.media-type'],
    ['a body that is too large', JSON.stringify({ title: 'x'.repeat(100_000) }), json, 413, 'request.too-large'],
  ])('%s', async (_, payload, headers, status, code) => {
    const answer = await post(payload, headers);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(Object.keys(answer.json<object>()).sort()).toEqual(['code', 'detail', 'instance', 'status', 'title', 'type']);
  });

  it.each([
    ['an address that cannot be decoded', '/%c0%ae', 400, 'request.malformed'],
    ['an address that is nowhere', '/nowhere', 404, 'route.not-found'],
    ['a method that is not offered', '/things', 404, 'route.not-found'],
  ])('%s', async (_, url, status, code) => {
    const answer = await app.inject({ method: 'DELETE', url });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it.each([
    [400, 400],
    [499, 400],
    [500, 500],
    [399, 500],
  ])('an unknown refusal with status %i is %i', async (statusCode, status) => {
    expect((await thrown(Object.assign(new Error('x'), { statusCode }))).statusCode).toBe(status);
  });
});

describe('wrong fields', () => {
  it('are none in a good body', async () => {
    expect((await post(GOOD)).statusCode).toBe(200);
  });

  it('are named all at once, nested and in lists', async () => {
    const wrong = { title: ' ', period: { from: '2026-02-30' }, items: [{ name: '姓名' }, { name: 7, rows: [1, 2.5] }] };
    expect(await errorsOf(wrong)).toEqual({
      title: 'must not be blank',
      'period.from': 'is not a date that exists',
      'period.to': 'is required',
      'items[1].name': 'must be text',
      'items[1].rows[1]': 'must be a whole number',
    });
    expect(await errorsOf(wrong, 'zh')).toMatchObject({ title: '不能只有空白', 'period.to': '必填', 'items[1].name': '应为文本' });
  });

  it('are named one by one where they are unknown', async () => {
    expect(await errorsOf({ ...GOOD, more: 1, evenMore: 2, items: [{ name: '姓名', length: 3 }] })).toEqual({
      'items[0].length': 'unknown field',
      more: 'unknown field',
      evenMore: 'unknown field',
    });
  });

  it('of a union are those of the branch that was meant, or that came nearest', async () => {
    expect(await errorsOf({ ...GOOD, mount: { mode: 'api', address: 'x', method: 'FAX' } })).toEqual({
      'mount.method': 'must be one of: GET, POST',
    });
    expect(await errorsOf({ ...GOOD, mount: { mode: 'fax' } })).toEqual({ 'mount.mode': 'must be one of: table, api' });
    expect(await errorsOf({ ...GOOD, holder: {} })).toEqual({ 'holder.system': 'is required' });
    expect(await errorsOf({ ...GOOD, asOf: 'yesterday' })).toEqual({ asOf: 'must be a date, YYYY-MM-DD' });
  });

  it('may be the whole body', async () => {
    expect(await errorsOf([])).toEqual({ '': 'must be an object' });
    const list = invalid('body', z.array(z.strictObject({ a: z.int() })), [{ a: 1.5 }]);
    expect((await thrown(list)).json()).toMatchObject({ errors: [{ path: '[0].a', message: '应为整数' }] });
  });

  it('are said of the part of the request that they are in', async () => {
    const answer = await post(GOOD, {}, '/things?limit=many');
    expect(answer.json()).toMatchObject({
      code: 'request.invalid',
      detail: '查询参数有字段缺失或不正确，见 errors，改正后重试。',
      errors: [{ path: 'limit', message: '应为数字' }],
    });
    expect((await post({})).json<{ detail: string }>().detail).toContain('请求体有字段');
  });

  it('are told at a bounded length, however many and however long their names', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${String(index)}`, 1]));
    expect(Object.keys(await errorsOf({ ...GOOD, ...many }))).toHaveLength(200);
    expect(await errorsOf({ ...GOOD, ['x'.repeat(5_000)]: 1 })).toEqual({ ['x'.repeat(100)]: 'unknown field' });
  });

  it("that a rule of the domain names are told in the reader's language, with paths of one form", async () => {
    const error = new DomainError('policy.invalid', {
      errors: [
        { path: 'rules.2.value', message: 'must be a positive integer' },
        { path: 'offDays.10', message: 'is a day off too' },
        { path: 'items[3].legalBasis', message: 'legal-basis-required' },
        { path: 'title', message: 'is missing' },
      ],
    });
    expect((await thrown(error)).json<{ errors: unknown }>().errors).toEqual([
      { path: 'rules[2].value', message: '应为正整数' },
      { path: 'offDays[10]', message: '同时列为放假日' },
      { path: 'items[3].legalBasis', message: '不予共享须写明依据' },
      { path: 'title', message: '必填' },
    ]);
    const en = await thrown(error, { 'accept-language': 'en' });
    expect(en.json()).toMatchObject({ errors: [{}, {}, { message: 'is required for what is not shared' }, {}] });
  });

  it('are left out where there are none', async () => {
    expect((await thrown(new DomainError('policy.invalid', { errors: 'all' }))).json()).not.toHaveProperty('errors');
  });
});

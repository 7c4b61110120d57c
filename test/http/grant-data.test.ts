import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/domain/envelope.ts';
import { openCity, type Answer, type City } from '../support/city.ts';
import { entryOf, itemOf } from '../support/entries.ts';
import { grantByReply, publish, settleOffices } from '../support/city-story.ts';

const ROWS = 130;
const CSV = ['姓名,保障类别,金额', ...Array.from({ length: ROWS }, (_, n) => `张三${String(n)},${n % 2 === 0 ? '城市低保' : '农村低保'},${String(n)}`)].join('\r\n'); // prettier-ignore
const FILE = Buffer.from('0123456789'.repeat(5_000));

let city: City;
let table: string;
let grant: string;
let file: string;
let direct: string;

const since = async (position: number): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  for await (const event of city.service.store.readAll({ after: position })) found.push(event);
  return found;
};
const head = async (): Promise<number> => (await city.service.store.head()).position;
const put = async (resource: string, bytes: Buffer, range: string, key?: string): Promise<Answer> => {
  const answered = await city.service.app.inject({
    method: 'PUT',
    url: `/api/v1/resources/${resource}/content`,
    headers: {
      ...(await city.authorization('provider')),
      'content-type': 'application/octet-stream',
      'content-range': range,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    payload: bytes,
  });
  return {
    status: answered.statusCode,
    headers: answered.headers as never,
    body: JSON.parse(answered.body) as never,
    text: answered.body,
  };
};
const direct_ = { purpose: '核查', systemName: '平台', undertaking: { version: '2019-1', accepted: true } };

beforeAll(async () => {
  city = await openCity();
  await settleOffices(city);
  const items = [
    itemOf('姓名', { shareType: 'conditional', mask: 'name' }),
    itemOf('保障类别'),
    itemOf('金额', { shareType: 'conditional' }),
  ];
  table = await publish(city, entryOf({ title: '低保', shareType: 'conditional', shareCondition: '仅限核验', items }));
  await city.act('mount-resource', 'provider', `/resources/${table}/mount`, { mode: 'table', table: 'dibao' });
  ({ grant } = await grantByReply(city, table));
  file = await publish(city, entryOf({ title: '名录', shareMode: 'file' }));
  await city.act('mount-resource', 'provider', `/resources/${file}/mount`, { mode: 'file', fileName: '名录 "1".bin', mediaType: 'application/octet-stream' }); // prettier-ignore
  const granted = await city.act('register-direct-grant', 'applicant', '/grants', {
    resourceId: file,
    items: ['企业名称'],
    ...direct_,
  });
  direct = String(granted.body['id']);
}, 60_000);
afterAll(() => city.close());

describe('content', () => {
  it('that is not there yet is said so, and the attempt is not an access', async () => {
    const { status, body } = await city.get('applicant', `/grants/${grant}/data`);
    expect([status, body['code']]).toEqual([409, 'access.no-content']);
  });

  it('comes in chunks, each answered with the next offset, the last like a command', async () => {
    const bytes = Buffer.from(CSV);
    const total = String(bytes.length);
    const first = await put(table, bytes.subarray(0, 100), `bytes 0-99/${total}`);
    expect([first.status, first.body, first.headers['range']]).toEqual([202, { next: 100 }, 'bytes=0-99']);
    const repeated = await put(table, bytes.subarray(0, 100), `bytes 0-99/${total}`);
    expect([repeated.status, repeated.body]).toEqual([202, { next: 100 }]);
    const last = await put(table, bytes.subarray(100), `bytes 100-${String(bytes.length - 1)}/${total}`, 'upload');
    expect([last.status, last.body['events']]).toEqual([200, ['ResourceContentStored']]);
    const recorded = await head();
    const again = await put(table, bytes.subarray(100), `bytes 100-${String(bytes.length - 1)}/${total}`, 'upload');
    expect([again.status, again.body, again.headers['etag']]).toEqual([200, last.body, last.headers['etag']]);
    expect([again.headers['idempotency-replayed'], await head()]).toEqual(['true', recorded]);
    const { body } = await city.get('provider', `/resources/${table}`);
    expect(body['content']).toEqual({ bytes: bytes.length, columns: ['姓名', '保障类别', '金额'], rows: ROWS, at: city.now() });
  });

  it.each([
    ['a gap', 'bytes 500-599/1000', 'content.chunk-out-of-order'],
    ['the wrong way round', 'bytes 9-0/10', 'content.bad-range'],
    ['beyond its end', 'bytes 0-10/10', 'content.bad-range'],
    ['no range', '', 'content.bad-range'],
    ['more than 1 GB', 'bytes 0-99/1073741825', 'content.too-large'],
  ])('with %s is refused', async (_what, range, code) => {
    const { status, body } = await put(file, Buffer.alloc(100), range);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body['code']).toBe(code);
  });

  it.each([
    ['JSON', 'application/json', '{}'],
    ['plain text', 'text/plain', 'ab'],
    ['no type and no bytes', undefined, undefined],
  ])('is bytes: %s is answered at once, and leaves nothing busy behind', async (_what, type, payload) => {
    const url = `/api/v1/resources/${file}/content`;
    const headers = { ...(await city.authorization('provider')), 'content-range': 'bytes 0-1/2' };
    for (let tries = 0; tries < 2; tries += 1) {
      const { status, body } = await city.ask(
        'PUT',
        url,
        { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
        payload,
      );
      expect([status, body['code']]).toEqual([415, 'request.media-type']);
    }
  });

  it('that was changed since it was read is refused under If-Match', async () => {
    const url = `/api/v1/resources/${table}/content`;
    const bytes = '姓名,保障类别,金额\r\na,b,1';
    const size = Buffer.byteLength(bytes);
    const headers = {
      ...(await city.authorization('provider')),
      'content-type': 'text/csv',
      'content-range': `bytes 0-${String(size - 1)}/${String(size)}`,
    };
    const { status, body } = await city.ask('PUT', url, { ...headers, 'if-match': '"0"' }, bytes);
    expect([status, body['code']]).toEqual([412, 'precondition.stale']);
    const malformed = await city.ask('PUT', url, { ...headers, 'if-match': '0' }, bytes);
    expect(malformed.body['code']).toBe('precondition.malformed');
  });

  it('of a table must be CSV with a column for every item', async () => {
    const bytes = Buffer.from('a,b\r\n1,2\r\n');
    const { status, body } = await put(table, bytes, `bytes 0-${String(bytes.length - 1)}/${String(bytes.length)}`);
    expect([status, body['code']]).toEqual([422, 'resource.content-lacks-items']);
  });
});

describe('a table', () => {
  const page = (query = '', who = 'applicant'): Promise<Answer> => city.get(who, `/grants/${grant}/data${query}`);

  it('is given by granted items, masked, and recorded before and after', async () => {
    const before = await head();
    const { status, body, headers } = await page('?limit=3');
    expect(status).toBe(200);
    expect(body['items']).toEqual([
      { 姓名: '张**', 保障类别: '城市低保' },
      { 姓名: '张**', 保障类别: '农村低保' },
      { 姓名: '张**', 保障类别: '城市低保' },
    ]);
    const [started, ended, ...more] = await since(before);
    expect(more).toEqual([]);
    expect(started).toMatchObject({
      type: 'AccessStarted',
      actor: city.idOf('applicant'),
      correlationId: headers['request-id'],
      data: { operation: 'query', subject: { kind: 'grant', grant, resource: table, items: ['姓名', '保障类别'] } },
    });
    expect(ended).toMatchObject({
      type: 'AccessEnded',
      stream: started?.stream,
      data: { operation: 'query', count: 3, outcome: 'completed' },
    });
  });

  it('goes on from page to page and gives every row once', async () => {
    let cursor: string | null = '';
    let rows = 0;
    while (cursor !== null) {
      const { body } = await page(`?limit=50${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      rows += (body['items'] as unknown[]).length;
      cursor = body['nextCursor'] as string | null;
    }
    expect(rows).toBe(ROWS);
  });

  it('is narrowed by items and by filters on granted items', async () => {
    const narrowed = await page(
      `?items=${encodeURIComponent('保障类别')}&limit=200&filter=${encodeURIComponent('保障类别:eq:城市低保')}`,
    );
    expect(new Set((narrowed.body['items'] as object[]).map((row) => JSON.stringify(row)))).toEqual(
      new Set(['{"保障类别":"城市低保"}']),
    );
    expect(narrowed.body['items']).toHaveLength(ROWS / 2);
  });

  it.each([
    ['items that were not granted', `items=${encodeURIComponent('金额')}`, 'access.items-beyond-grant'],
    ['a filter on one', `filter=${encodeURIComponent('金额:eq:1')}`, 'access.filter-beyond-grant'],
    ['a range over what is masked', `filter=${encodeURIComponent('姓名:gte:张')}`, 'access.filter-on-masked'],
  ])('refuses %s', async (_what, query, code) => {
    const before = await head();
    const { status, body } = await page(`?${query}`);
    expect([status, body['code']]).toEqual([422, code]);
    expect((await since(before)).map(({ type, data }) => ({ type, data }))).toMatchObject([
      { type: 'AccessRefused', data: { grant, subject: { kind: 'grant', grant }, code } },
    ]);
  });

  it.each([
    ['is equal to a guess', '姓名:eq:张三7'],
    ['comes after a guess', '姓名:gt:张三5'],
  ])('does not say whether a masked item %s', async (_what, filter) => {
    const { status, body } = await page(`?filter=${encodeURIComponent(filter)}`);
    expect([status, body['code'], body['items']]).toEqual([422, 'access.filter-on-masked', undefined]);
  });

  it('names a filter that is none', async () => {
    const { status, body } = await page('?filter=bad');
    expect([status, body['errors']]).toMatchObject([400, [{ path: 'filter' }]]);
  });

  it('records every refused attempt, by whom and why', async () => {
    const masked = `?filter=${encodeURIComponent('姓名:eq:张三7')}`;
    const beyond = `?filter=${encodeURIComponent('金额:eq:1')}`;
    const refused = async (who: string, query: string): Promise<unknown> => {
      const before = await head();
      const { body, headers } = await page(query, who);
      const [event, ...more] = await since(before);
      expect(more).toEqual([]);
      expect(event).toMatchObject({
        actor: city.idOf(who),
        correlationId: headers['request-id'],
        data: { grant, operation: 'query' },
      });
      return [event?.type, (event?.data as { code: string }).code, body['code']];
    };
    for (const [who, query, code] of [
      ['applicant', masked, 'access.filter-on-masked'],
      ['applicant', beyond, 'access.filter-beyond-grant'],
      ['provider', '', 'permission.denied'],
      ['auditor', '', 'permission.denied'],
      ['stranger', '', 'thing.not-found'],
      ['admin-1', '', 'thing.not-found'],
    ] as const)
      expect(await refused(who, query)).toEqual(['AccessRefused', code, code]);
  });

  it('ends what it began when the cursor is refused', async () => {
    const before = await head();
    const { body } = await page('?cursor=x');
    expect(body['code']).toBe('query.bad-cursor');
    expect((await since(before)).map(({ type, data }) => [type, (data as { outcome?: string }).outcome])).toEqual([
      ['AccessStarted', undefined],
      ['AccessEnded', 'refused'],
    ]);
  });

  it('says nothing of a grant that is not there, and records the attempt all the same (R24.2)', async () => {
    for (const who of ['stranger', 'admin-1']) {
      const before = await head();
      const { status, body, headers } = await city.get(who, '/grants/nothing/data?items=a');
      expect([status, body['code']]).toEqual([404, 'thing.not-found']);
      const recorded = await since(before);
      const data = { grant: 'nothing', operation: 'access', subject: null, code: 'thing.not-found' };
      expect(recorded).toMatchObject([
        { type: 'AccessRefused', actor: city.idOf(who), correlationId: headers['request-id'], data },
      ]);
    }
    expect((await city.get('assessor', '/usage')).body['items']).not.toContainEqual(expect.objectContaining({ grant: 'nothing' }));
  });

  it('records a refused attempt', async () => {
    const before = await head();
    await page(`?items=${encodeURIComponent('金额')}`);
    expect((await since(before)).map(({ type, data }) => ({ type, data }))).toMatchObject([
      { type: 'AccessRefused', data: { grant, operation: 'query', code: 'access.items-beyond-grant' } },
    ]);
  });

  it('is given to nobody else', async () => {
    for (const [who, status] of [
      ['stranger', 404],
      ['provider', 403],
      ['operator', 403],
      ['auditor', 403],
      ['gateway', 403],
      ['admin-1', 404],
    ] as const)
      // prettier-ignore
      expect([who, (await page('', who)).status]).toEqual([who, status]);
  });

  it('is shut while the grant is suspended and for good when revoked', async () => {
    await city.act('suspend-grant', 'provider', `/grants/${grant}/suspend`, { reason: '核查' });
    const suspended = await page();
    expect([suspended.status, suspended.body['code']]).toEqual([409, 'access.grant-not-live']);
    await city.act('resume-grant', 'provider', `/grants/${grant}/resume`, { reason: '核清' });
    expect((await page()).status).toBe(200);
  });
});

describe('a file', () => {
  const get = async (range?: string, condition?: string): Promise<Answer & { bytes: Buffer }> => {
    const answered = await city.service.app.inject({
      method: 'GET',
      url: `/api/v1/grants/${direct}/data`,
      headers: {
        ...(await city.authorization('applicant')),
        ...(range === undefined ? {} : { range }),
        ...(condition === undefined ? {} : { 'if-range': condition }),
      },
    });
    return { status: answered.statusCode, headers: answered.headers as never, body: {}, text: '', bytes: answered.rawPayload };
  };
  beforeAll(async () => {
    const stored = await put(file, FILE, `bytes 0-${String(FILE.length - 1)}/${String(FILE.length)}`);
    expect(stored.status).toBe(200);
  });

  it('is given as it is, with its hash as ETag and its name', async () => {
    const { status, headers, bytes } = await get();
    expect(status).toBe(200);
    expect(bytes.equals(FILE)).toBe(true);
    expect(headers['etag']).toBe(`"${createHash('sha256').update(FILE).digest('hex')}"`);
    expect(headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('名录 "1".bin')}`);
    expect([headers['accept-ranges'], headers['content-length']]).toEqual(['bytes', String(FILE.length)]);
  });

  it.each([
    ['bytes=0-9', 206, 0, 10],
    ['bytes=49990-', 206, 49_990, 50_000],
    ['bytes=-5', 206, 49_995, 50_000],
    ['bytes=100-99999999', 206, 100, 50_000],
    ['bytes=5-4', 200, 0, 50_000],
    ['lines=1-2', 200, 0, 50_000],
  ])('answers the range %s', async (range, status, start, end) => {
    const answer = await get(range);
    expect(answer.status).toBe(status);
    expect(answer.bytes.equals(FILE.subarray(start, end))).toBe(true);
    if (status === 206) expect(answer.headers['content-range']).toBe(`bytes ${String(start)}-${String(end - 1)}/50000`);
  });

  it('has nothing beyond its end, and the access is ended as refused', async () => {
    const before = await head();
    const { status, headers } = await get('bytes=50000-');
    expect([status, headers['content-range']]).toEqual([416, 'bytes */50000']);
    expect((await since(before)).at(-1)).toMatchObject({ type: 'AccessEnded', data: { bytes: 0, outcome: 'refused' } });
  });

  it('goes on under If-Range only while it is the same file', async () => {
    const { headers } = await get();
    const same = await get('bytes=10-19', headers['etag']);
    expect([same.status, same.bytes.length]).toEqual([206, 10]);
    const other = await get('bytes=10-19', '"another"');
    expect([other.status, other.bytes.equals(FILE)]).toEqual([200, true]);
  });

  it('has a name and a media type that a header can carry', async () => {
    const mount = (fileName: string, mediaType: string): Promise<Answer> =>
      city.post('provider', `/resources/${file}/mount`, { mode: 'file', fileName, mediaType });
    for (const mediaType of ['text/中文', 'text/html\r\nset-cookie: a=1', 'text', 'text/', ' text/csv']) {
      const { status, body } = await mount('x', mediaType);
      expect([mediaType, status, body['errors']]).toMatchObject([mediaType, 400, [{ path: 'mediaType' }]]);
    }
    expect((await mount("a'(1)*.csv", 'text/csv')).status).toBe(200);
    const again = await put(file, FILE, `bytes 0-${String(FILE.length - 1)}/${String(FILE.length)}`);
    expect(again.status).toBe(200);
    const { headers } = await get('bytes=0-9');
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''a%27%281%29%2A.csv");
    expect(headers['content-type']).toBe('text/csv');
  });

  it('is recorded before the first byte and after the last', async () => {
    const before = await head();
    const { headers } = await get('bytes=0-99');
    // The end of an access is recorded when the connection has let go of the file, which is after the answer.
    const recorded: RecordedEvent[] = [];
    for await (const event of city.service.store.readAll({ after: before, follow: true })) {
      if (event.correlationId === headers['request-id']) recorded.push(event);
      if (recorded.length === 2) break;
    }
    expect(recorded.map(({ type, data }) => ({ type, data }))).toMatchObject([
      { type: 'AccessStarted', data: { operation: 'download', subject: { grant: direct } } },
      { type: 'AccessEnded', data: { operation: 'download', count: 1, bytes: 100, outcome: 'completed' } },
    ]);
  });
});

describe('a HEAD', () => {
  it('of what is recorded is not offered: it gives nothing, and records nothing (R24.2)', async () => {
    const before = await head();
    const recorded = [
      ['applicant', `/grants/${direct}/data`],
      ['auditor', '/events'],
      ['auditor', `/accounts/${city.idOf('provider')}`],
    ] as const;
    for (const [who, path] of recorded) {
      const headers = await city.authorization(who);
      const answered = await city.service.app.inject({ method: 'HEAD', url: `/api/v1${path}`, headers });
      expect([path, answered.statusCode]).toEqual([path, 404]);
    }
    expect(await since(before)).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERMISSIONS, type Operation } from '../../src/domain/permission-table.ts';
import { openCity, type Answer, type City, type Sent } from '../support/city.ts';
import { moveOn, publish, tellStory } from '../support/city-story.ts';
import { entryOf, itemOf } from '../support/entries.ts';

/** What a repeat must have in common with the first answer (api.md, conventions). */
const answered = ({ status, headers, body }: Answer) => ({ status, etag: headers['etag'], body });
const head = async (city: City): Promise<number> => (await city.service.store.head()).position;

type Repeat = { readonly sent: Sent; readonly again: Answer; readonly before: number; readonly after: number };

let city: City;
/** Every command of the story, sent again at once. */
const atOnce: Repeat[] = [];
/** The same, sent again when the whole story is told, and whenever the entry has moved on after that. */
const later: Repeat[] = [];

beforeAll(async () => {
  city = await openCity(async (sent, send) => {
    const before = await head(city);
    atOnce.push({ sent, again: await send(), before, after: await head(city) });
  });
  const told = await tellStory(city);
  const repeatAll = async (into: Repeat[]): Promise<void> => {
    for (const sent of [...city.sent]) {
      const before = await head(city);
      into.push({ sent, again: await city.again(sent), before, after: await head(city) });
    }
  };
  await repeatAll(later);
  await moveOn(city, told, () => repeatAll(later));
}, 60_000);
afterAll(() => city.close());

const COMMANDS = (Object.keys(PERMISSIONS) as Operation[]).filter((operation) => !PERMISSIONS[operation].route.startsWith('GET'));

const ofOperation = (repeats: readonly Repeat[], operation: Operation) =>
  repeats.filter(({ sent }) => sent.operation === operation);

describe.each(COMMANDS)('%s under the same key', (operation) => {
  it('is in the story', () => {
    expect(ofOperation(atOnce, operation).length).toBeGreaterThan(0);
  });
  it.each([
    ['at once', atOnce],
    ['after everything moved on', later],
  ])('%s answers as the first time and adds no event', (_when, repeats) => {
    for (const { sent, again, before, after } of ofOperation(repeats, operation)) {
      expect((sent.answer.body['events'] as string[]).length, sent.url).toBeGreaterThan(0);
      expect(sent.answer.headers['idempotency-replayed']).toBeUndefined();
      expect(answered(again), sent.url).toEqual(answered(sent.answer));
      expect(again.headers['idempotency-replayed'], sent.url).toBe('true');
      expect(Number(again.headers['ledger-position'])).toBeGreaterThanOrEqual(Number(sent.answer.headers['ledger-position']));
      expect(after).toBe(before);
    }
  });
});

describe('the key', () => {
  const first = (): Sent => city.sent.find(({ operation }) => operation === 'draft-resource') as Sent;

  it('with another body is refused, and nothing is recorded', async () => {
    const before = await head(city);
    const { who, url, headers, payload } = first();
    const other = JSON.stringify({ ...(JSON.parse(payload) as object), title: '另一个' });
    const answer = await city.ask('POST', url, { ...headers, ...(await city.authorization(who)) }, other);
    expect(answer.status).toBe(422);
    expect(answer.body['code']).toBe('idempotency.key-reused');
    expect(await head(city)).toBe(before);
  });
  it('with another content is refused as such, also where that is no table at all', async () => {
    const table = await publish(city, entryOf({ title: '名单', items: [itemOf('姓名')] }));
    await city.act('mount-resource', 'provider', `/resources/${table}/mount`, { mode: 'table', table: 'mingdan' });
    await city.upload('provider', table, '姓名\r\n张三丰\r\n');
    const { who, url, headers } = city.sent.at(-1) as Sent;
    const broken = '姓名\r\n"张三';
    const range = { 'content-range': `bytes 0-${String(Buffer.byteLength(broken) - 1)}/${String(Buffer.byteLength(broken))}` };
    const under = async (more: object) =>
      (await city.ask('PUT', url, { ...headers, ...range, ...more, ...(await city.authorization(who)) }, broken)).body['code'];
    expect(await under({})).toBe('idempotency.key-reused');
    expect(await under({ 'idempotency-key': 'broken', 'if-match': '"0"' })).toBe('precondition.stale');
    expect(await under({ 'idempotency-key': 'broken' })).toBe('content.csv-broken');
  });
  it('is another one for another account', async () => {
    const { url, headers, payload, answer } = first();
    const other = await city.ask('POST', url, { ...headers, ...(await city.authorization('provider-chief')) }, payload);
    expect(other.status).toBe(201);
    expect(other.body['id']).not.toBe(answer.body['id']);
  });
  it('opens nothing to an account that has lost its right meanwhile, or is disabled', async () => {
    const { body: colleague } = await city.get('admin-1', `/accounts/${city.idOf('provider')}`);
    const fading = await city.hire('fading', colleague['organization'] as string, ['provider-officer']);
    const { url, headers, payload } = first();
    const again = async (): Promise<unknown[]> => {
      const sent = { ...headers, 'idempotency-key': 'fading', ...(await city.authorization('fading')) };
      const { status, body } = await city.ask('POST', url, sent, payload);
      return [status, body['code'], body['id'] === undefined];
    };
    expect(await again()).toEqual([201, undefined, false]);
    await city.post('admin-1', `/accounts/${fading}/roles/revoke`, { roles: ['provider-officer'], reason: '调岗' });
    expect(await again()).toEqual([403, 'permission.denied', true]);
    await city.post('admin-1', `/accounts/${fading}/disable`, { reason: '离职' });
    expect(await again()).toEqual([401, 'token.unknown-account', true]);
  });
  it('is not remembered by a command that changed nothing', async () => {
    const grant = city.sent.find(({ operation }) => operation === 'revoke-grant') as Sent;
    const { who, url, headers, payload } = grant;
    const again = async () =>
      city.ask('POST', url, { ...headers, 'idempotency-key': 'nothing', ...(await city.authorization(who)) }, payload);
    const answers = [await again(), await again()];
    expect(answers.map(({ status, body, headers: got }) => [status, body['events'], got['idempotency-replayed']])).toEqual([
      [200, [], undefined],
      [200, [], undefined],
    ]);
  });
  it.each(['', 'with blank', 'ü', 'x'.repeat(201)])('%j is malformed', async (key) => {
    const { who, url, headers, payload } = first();
    const answer = await city.ask('POST', url, { ...headers, 'idempotency-key': key, ...(await city.authorization(who)) }, payload);
    expect([answer.status, answer.body['code']]).toEqual([400, 'idempotency.malformed']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/domain/envelope.ts';
import { openCity, type City } from '../support/city.ts';
import { tellStory } from '../support/city-story.ts';

let city: City;
beforeAll(async () => {
  city = await openCity();
  await tellStory(city);
}, 60_000);
afterAll(() => city.close());

const head = async (): Promise<number> => (await city.service.store.head()).position;
const from = async (position: number): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  for await (const event of city.service.store.readAll({ after: position })) found.push(event);
  return found;
};
const items = (body: Record<string, unknown>): RecordedEvent[] => body['items'] as RecordedEvent[];

describe('the log over HTTP', () => {
  it('records each page before it is sent, with what it showed and to whom', async () => {
    const before = await head();
    const { body, headers } = await city.get('auditor', '/events?limit=3&type=AccountRegistered');
    const [read, ...more] = await from(before);
    expect(more).toEqual([]);
    expect(read).toMatchObject({
      type: 'AccessStarted',
      actor: city.idOf('auditor'),
      correlationId: headers['request-id'],
      data: {
        operation: 'query',
        subject: { kind: 'log', filter: '{"type":"AccountRegistered"}', from: 0, to: items(body)[2]?.position },
      },
    });
  });

  it('gives every event once and in order, up to the end that the first page fixed', async () => {
    const end = await head();
    const positions: number[] = [];
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const { body } = await city.get('auditor', `/events?limit=50${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      positions.push(...items(body).map(({ position }) => position));
      expect(body['position']).toBe(end);
      cursor = body['nextCursor'] as string | null;
      pages += 1;
    }
    expect(positions).toEqual(Array.from({ length: end + 1 }, (_, position) => position));
    expect(await head()).toBe(end + pages);
  });

  it('gives the very events of the log, with personal fields sealed', async () => {
    const { body } = await city.get('auditor', '/events?type=AccountRegistered&limit=200');
    const all = (await from(-1)).filter(({ type }) => type === 'AccountRegistered');
    expect(items(body)).toEqual(JSON.parse(JSON.stringify(all)));
    expect(items(body).every(({ data }) => '$enc' in ((data as Record<string, object>)['name'] ?? {}))).toBe(true);
  });

  it.each([
    ['stream', (event: RecordedEvent) => event.stream],
    ['type', (event: RecordedEvent) => event.type],
    ['actor', (event: RecordedEvent) => event.actor],
    ['correlationId', (event: RecordedEvent) => event.correlationId],
    ['commandId', (event: RecordedEvent) => event.commandId],
  ] as const)('picks by %s', async (name, of) => {
    const all = await from(-1);
    const wanted = of(all.find(({ type }) => type === 'ReplyGiven') as RecordedEvent);
    const { body } = await city.get('auditor', `/events?limit=200&${name}=${encodeURIComponent(wanted)}`);
    expect(items(body).map(({ id }) => id)).toEqual(all.filter((event) => of(event) === wanted).map(({ id }) => id));
  });

  it('picks by organization, by time and after a position', async () => {
    const all = await from(-1);
    const officer = city.idOf('provider');
    const [registered] = all.filter(({ stream, type }) => stream === `account-${officer}` && type === 'AccountRegistered');
    const { organization } = registered?.data as { organization: string };
    const home = new Map(all.filter(({ type }) => type === 'AccountRegistered').map((event) => [event.stream.slice('account-'.length), (event.data as { organization: string }).organization])); // prettier-ignore
    const ours = await city.get('auditor', `/events?limit=200&organization=${organization}`);
    expect(items(ours.body).map(({ id }) => id)).toEqual(
      all.filter(({ actor }) => home.get(actor) === organization).map(({ id }) => id),
    );
    const middle = all[100] as RecordedEvent;
    const since = await city.get('auditor', `/events?limit=200&from=${middle.at}&to=${city.now()}&after=100`);
    const expected = (await from(100)).filter(({ at }) => at >= middle.at && at < city.now()).map(({ id }) => id);
    expect(items(since.body).map(({ id }) => id)).toEqual(expected.slice(0, items(since.body).length));
    expect(expected.length).toBeGreaterThan(0);
  });

  it('is shut to all but auditors, who leave no trace when refused', async () => {
    const before = await head();
    for (const who of ['admin-1', 'lead-1', 'assessor', 'operator', 'provider-chief', 'gateway']) {
      const { status, body } = await city.get(who, '/events');
      expect([who, status, body['code']]).toEqual([who, 403, 'permission.denied']);
    }
    expect(await head()).toBe(before);
  });
});

describe('a person over HTTP', () => {
  it('is named to an administrator, and the reading is an event', async () => {
    const before = await head();
    const { body } = await city.get('admin-1', `/accounts/${city.idOf('provider')}`);
    expect([body['name'], body['login'], body['phone']]).toEqual(['姓名provider', 'provider', '13800000000']);
    const read = await from(before);
    expect(read.map(({ type, actor, data }) => ({ type, actor, data }))).toEqual([
      {
        type: 'AccessStarted',
        actor: city.idOf('admin-1'),
        data: {
          operation: 'query',
          organization: city.organizations.get('nanchang-dashujuju'),
          subject: { kind: 'personal', of: city.idOf('provider') },
        },
      },
    ]);
  });
  it('may read about itself, and that is an event too, as docs/permissions.md says', async () => {
    const before = await head();
    const { status, body } = await city.get('provider', `/accounts/${city.idOf('provider')}`);
    expect([status, body['name']]).toEqual([200, '姓名provider']);
    const subject = { kind: 'personal', of: city.idOf('provider') };
    expect(await from(before)).toMatchObject([{ type: 'AccessStarted', actor: city.idOf('provider'), data: { subject } }]);
  });
  it('is nobody to another department', async () => {
    const { status } = await city.get('stranger', `/accounts/${city.idOf('provider')}`);
    expect(status).toBe(404);
  });
});

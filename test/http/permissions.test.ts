import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/domain/envelope.ts';
import { openCity, type City, type Sent } from '../support/city.ts';
import { tellStory } from '../support/city-story.ts';
import { readPermissions, type ReadPermission } from '../support/permission-reading.ts';

/** One of each role, and of the departments that are party to the story's things and of one that is party to none. */
const PEOPLE = ['admin-1', 'lead-1', 'operator', 'assessor', 'gateway', 'auditor', 'provider', 'provider-chief', 'applicant', 'applicant-chief', 'stranger', 'stranger-chief', 'nobody', 'county-operator', 'county-gateway', 'seatless'] as const; // prettier-ignore

let city: City;
let log: readonly RecordedEvent[];
beforeAll(async () => {
  city = await openCity();
  await tellStory(city);
  const county = await city.organization('湾里管理局信息中心', { level: 'county', divisionCode: '360105', kind: 'platform-operator', functions: ['platform-operator'], receivesApplications: true }); // prettier-ignore
  await city.hire('county-operator', county, ['operator-officer']);
  await city.hire('county-gateway', county, ['exchange-gateway'], 'gateway');
  // A second operator of the city, which the area's one seat leaves out (requirements §1).
  const second = await city.organization('南昌市大数据中心', { kind: 'platform-operator', functions: ['platform-operator'] });
  await city.hire('seatless', second, ['operator-officer']);
  const body = { login: 'nobody', password: 'a password of the tests', name: '无角色', organization: county, assurance: 'high' };
  await city.act('register-account', 'admin-1', '/accounts', body);
  log = [];
  for await (const event of city.service.store.readAll({ after: null })) log = [...log, event];
}, 60_000);
afterAll(() => city.close());

type Facts = Readonly<Record<string, unknown>>;
const dataOf = (event: RecordedEvent | undefined): Facts => (event?.data ?? {}) as Facts;
const streamOf = (stream: string): readonly RecordedEvent[] => log.filter((event) => event.stream === stream);

type Person = { readonly id: string; readonly organization: unknown; readonly roles: readonly string[] };
const personOf = (who: string): Person => {
  const id =
    who === 'nobody'
      ? (log.findLast(({ type }) => type === 'AccountRegistered')?.stream.slice('account-'.length) ?? '')
      : city.idOf(who);
  const mine = streamOf(`account-${id}`);
  const granted = mine.filter(({ type }) => type === 'RolesGranted').flatMap((event) => dataOf(event)['roles'] as string[]);
  return { id, organization: dataOf(mine.find(({ type }) => type === 'AccountRegistered'))['organization'], roles: granted };
};

/** The city's operator is everybody's in the story. */
const operatorHere = (): string =>
  log
    .find((event) => event.type === 'OrganizationRegistered' && dataOf(event)['receivesApplications'] === true)
    ?.stream.slice('organization-'.length) ?? '';

const CATEGORY: Readonly<Record<string, string>> = { organizations: 'organization', accounts: 'account', resources: 'resource', applications: 'application', grants: 'grant' }; // prettier-ignore

/** How a person stands to the thing that a command was for, as the log tells of it. */
const relationsOf = ({ url }: Sent, { id, organization }: Person): readonly string[] => {
  const [, , , area = '', thing] = url.split('/');
  if (thing === undefined) return ['own'];
  const events = streamOf(`${CATEGORY[area] ?? ''}-${thing}`);
  const facts = events.reduce<Facts>((all, event) => ({ ...dataOf(event), ...all }), {});
  const holds = (relation: string, holder: unknown): readonly string[] => (holder === organization ? [relation] : []);
  const recipients = events.flatMap((event) => (dataOf(event)['recipients'] ?? []) as { organization: string }[]);
  switch (area) {
    case 'organizations':
      return holds('own', thing);
    case 'accounts':
      return [...holds('own', facts['organization']), ...(thing === id ? ['self'] : [])];
    case 'resources':
      return [
        ...(events.some(({ type }) => type === 'ResourcePublished') ? ['listed'] : []),
        ...holds('provider', facts['provider']),
        ...holds('operator', operatorHere()),
        ...(recipients.some((recipient) => recipient.organization === organization) ? ['recipient'] : []),
      ];
    default:
      return ['applicant', 'provider', 'user', 'operator'].flatMap((relation) => holds(relation, facts[relation]));
  }
};

const table = readPermissions();
const rowOf = (operation: string): ReadPermission => table.find((row) => row.operation === operation) as ReadPermission;
const allows = (operation: string, { roles }: Person, relations: readonly string[]): boolean =>
  Object.entries(rowOf(operation).who).some(
    ([who, cells]) =>
      (who === 'public' || who === 'account' || roles.includes(who)) &&
      cells.some((cell) => cell === 'any' || relations.includes(cell)),
  );

/** What the document says of this person's asking: let in, refused, or told that there is no such thing. */
const expected = (sent: Sent, person: Person): 'in' | 403 | 404 => {
  const relations = relationsOf(sent, person);
  if (allows(sent.operation, person, relations)) return 'in';
  const { seenBy } = rowOf(sent.operation);
  return seenBy !== null && !allows(seenBy, person, relations) ? 404 : 403;
};

/** Sends a command of the story as somebody else, about a revision that no thing has: who is let in is told 412 and changes nothing. */
const trespass = async ({ operation, method, url, headers, payload }: Sent, person: Person): Promise<'in' | 403 | 404> => {
  const { 'idempotency-key': _, ...rest } = headers;
  const token = await city.service.tokens.issue(person.id as never);
  const stale = url.split('/').length > 4 ? { 'if-match': '"999999"' } : {};
  const { status, body } = await city.ask(method, url, { ...rest, ...stale, authorization: `Bearer ${token}` }, payload);
  if (status === 403 && body['code'] === 'permission.denied') return 403;
  if (status === 404 && body['code'] === 'thing.not-found') return 404;
  if (operation !== 'store-content') expect(status, `${url}: ${JSON.stringify(body)}`).toBeLessThan(500);
  return 'in';
};

const COMMANDS = table.filter(({ route }) => !route.startsWith('GET')).map(({ operation }) => operation);

describe.each(COMMANDS)('%s over HTTP', (operation) => {
  it.each(PEOPLE)('lets %s do what the document says', async (who) => {
    const sent = city.sent.findLast((command) => command.operation === operation) as Sent;
    const person = personOf(who);
    expect(await trespass(sent, person)).toBe(expected(sent, person));
  });
});

describe('the gateway of another platform (requirements §2)', () => {
  it("sees none of the city's grants and reports on none", async () => {
    const sent = city.sent.findLast(({ operation }) => operation === 'report-accesses') as Sent;
    expect((await city.all('county-gateway', '/grants')).length).toBe(0);
    expect((await city.all('gateway', '/grants')).length).toBeGreaterThan(0);
    const { status, body } = await city.post('county-gateway', '/accesses', JSON.parse(sent.payload));
    expect([status, body['code']]).toEqual([422, 'access.record-without-grant']);
  });
  it("nor does its operator read the city's usage", async () => {
    expect((await city.all('county-operator', '/usage')).length).toBe(0);
    expect((await city.all('operator', '/usage')).length).toBeGreaterThan(0);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/domain/envelope.ts';
import { idOf } from '../../src/domain/envelope.ts';
import { openCity, type City } from '../support/city.ts';
import { mergeIn, tellStory, type Told } from '../support/city-story.ts';
import { readPermissions } from '../support/permission-reading.ts';

let city: City;
let told: Told;
let log: readonly RecordedEvent[];
beforeAll(async () => {
  city = await openCity();
  told = await tellStory(city);
  await mergeIn(city, told);
  log = [];
  for await (const event of city.service.store.readAll({ after: null })) log = [...log, event];
}, 60_000);
afterAll(() => city.close());

/** A thing of a list, as the log tells of it: its id, and who stands in which relation to it. */
type Thing = { readonly id: string; readonly parties: Readonly<Record<string, readonly string[]>> };
type Facts = Readonly<Record<string, unknown>>;
const dataOf = ({ data }: RecordedEvent): Facts => data as Facts;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const all = (...types: readonly string[]): readonly RecordedEvent[] => log.filter(({ type }) => types.includes(type));
const parties = (facts: Facts, ...names: readonly string[]): Thing['parties'] =>
  Object.fromEntries(names.map((name) => [name, [text(facts[name])]]));

const operatorsHere = (): readonly string[] =>
  all('OrganizationRegistered')
    .filter((event) => dataOf(event)['receivesApplications'] === true)
    .map(({ stream }) => idOf(stream));

const organizations = (): readonly Thing[] =>
  all('OrganizationRegistered').map(({ stream }) => ({ id: idOf(stream), parties: {} }));
const accounts = (): readonly Thing[] =>
  all('AccountRegistered').map(({ stream }) => ({ id: idOf(stream), parties: { self: [idOf(stream)] } }));
const catalog = (): readonly Thing[] =>
  all('ResourcePublished')
    .filter(
      ({ stream }) =>
        !all('ResourceChangeTookEffect').some((event) => event.stream === stream && dataOf(event)['kind'] === 'withdrawal'),
    )
    .map(({ stream }) => ({ id: idOf(stream), parties: { listed: ['everybody'] } }));
const applications = (): readonly Thing[] =>
  all('SharingApplicationSubmitted').map((event) => ({
    id: idOf(event.stream),
    parties: parties(dataOf(event), 'applicant', 'provider', 'operator'),
  }));
const grants = (): readonly Thing[] =>
  all('GrantIssued').map((event) => ({ id: idOf(event.stream), parties: parties(dataOf(event), 'user', 'provider', 'operator') }));
const usage = (): readonly Thing[] =>
  all('AccessesReported').flatMap((event) =>
    (dataOf(event)['records'] as readonly Facts[]).map((record) => ({
      id: `${text(record['grant'])}.${text(record['occurredAt']).slice(0, 7)}.${text(record['operation'])}.${text(record['outcome'])}`,
      parties: parties(record, 'user', 'provider', 'operator'),
    })),
  );

/** Article by article, which event begins which duty, and whose it is (requirements §4); by pack, which duties it knows. */
const BEGUN: readonly (readonly [type: string, kind: string, subject: (event: RecordedEvent) => string, debtor: string])[] = [
  ['SharingApplicationReceived', 'normative-check', ({ stream }) => idOf(stream), 'operator'],
  ['FormalityCheckPassed', 'provider-reply', ({ stream }) => idOf(stream), 'provider'],
  ['FormalityCheckPassed', 'reply-conditional', ({ stream }) => idOf(stream), 'provider'],
  ['GrantIssued', 'reply-unconditional', ({ stream }) => idOf(stream), 'provider'],
  ['ReplyGiven', 'provide-after-consent', ({ stream }) => idOf(stream), 'provider'],
  ['ResourceChangeRequested', 'change-notice', (event) => text(dataOf(event)['change']), 'provider'],
  ['ResourceChangeRequested', 'catalog-review', (event) => text(dataOf(event)['change']), 'the operator'],
  ['ResourcePublished', 'refresh', ({ stream }) => idOf(stream), 'provider'],
  ['ResourceRefreshed', 'refresh', ({ stream }) => idOf(stream), 'provider'],
  ['ResourcePublished', 'mount', ({ stream }) => idOf(stream), 'provider'],
  ['OrganizationRegistered', 'yunzhang-change', ({ stream }) => idOf(stream), 'itself'],
];

/** The bodies that were merged into one, or into one of these, with the position of each merger. */
const mergedInto = (body: string): readonly { readonly id: string; readonly position: number }[] =>
  all('OrganizationAbsorbed')
    .filter(({ stream }) => idOf(stream) === body)
    .map((event) => ({ id: text(dataOf(event)['from']), position: event.position }))
    .flatMap((one) => [one, ...mergedInto(one.id)]);
/** Who stands for a body since a merger; nobody here was late before it. */
const heirOf = (body: string): string =>
  all('OrganizationRegistered')
    .map(({ stream }) => idOf(stream))
    .find((id) => mergedInto(id).some((one) => one.id === body)) ?? body;

const rulesOf = (pack: Facts): readonly string[] => (pack['rules'] as readonly Facts[]).map((rule) => text(rule['id']));
const roundOf = (event: RecordedEvent, kind: string): number => {
  if (kind === 'yunzhang-change') return 1;
  const { round } = dataOf(event) as { round?: number };
  return event.type === 'ResourceRefreshed' ? (round ?? 0) + 1 : event.type === 'ReplyGiven' ? 1 : (round ?? 1);
};
const inForce = (event: RecordedEvent): readonly Facts[] =>
  all('PolicyConfirmed')
    .filter(({ position }) => position < event.position)
    .map((confirmed) => dataOf(confirmed)['pack'] as Facts)
    .filter((pack) => text(pack['effectiveFrom']) <= event.at.slice(0, 10));

const obligations = (): readonly Thing[] =>
  BEGUN.flatMap(([type, kind, subject, whose]) =>
    all(type)
      .filter((event) => kind !== 'reply-unconditional' || dataOf(event)['origin'] === 'direct')
      .flatMap((event) => {
        const named = { 'the operator': operatorsHere()[0] ?? '', itself: idOf(event.stream) }[whose];
        const resource = all('ResourceDrafted').find(({ stream }) => stream === event.stream);
        const debtor = named ?? text(dataOf(event)[whose] ?? (resource === undefined ? undefined : dataOf(resource)[whose]));
        const submitted = all('SharingApplicationSubmitted').find(({ stream }) => stream === event.stream);
        const owes = debtor !== '' || submitted === undefined ? debtor : text(dataOf(submitted)[whose]);
        return inForce(event)
          .filter((pack) => rulesOf(pack).includes(kind))
          .map((pack) => ({
            id: `${text(pack['id'])}.${kind}.${subject(event)}.${String(roundOf(event, kind))}`,
            parties: { debtor: [heirOf(owes)] },
          }));
      }),
  );

const LISTS: Readonly<Record<string, readonly [path: string, things: () => readonly Thing[]]>> = {
  'read-organizations': ['/organizations', organizations],
  'read-accounts': ['/accounts', accounts],
  'read-catalog': ['/catalog', catalog],
  'read-applications': ['/applications', applications],
  'read-grants': ['/grants', grants],
  'read-usage': ['/usage', usage],
  'read-obligations': ['/obligations', obligations],
};

/** What a person is at the end of the story: organization and roles, from the log. */
const personOf = (who: string) => {
  const id: string = city.idOf(who);
  const mine = log.filter(({ stream }) => stream === `account-${id}`);
  const roles = new Set<string>();
  for (const { type, data } of mine)
    for (const role of ((data as Facts)['roles'] ?? []) as string[]) {
      if (type === 'RolesGranted') roles.add(role);
      if (type === 'RolesRevoked') roles.delete(role);
    }
  const [registered] = mine.filter(({ type }) => type === 'AccountRegistered');
  const isDisabled = mine.some(({ type }) => type === 'AccountDisabled');
  return { id, roles, organization: registered === undefined ? '' : text(dataOf(registered)['organization']), isDisabled };
};

/** Ids that the table lets a person see; null where no role of the person's reads the list at all. */
const seen = (operation: string, who: string, things: readonly Thing[]): readonly string[] | null => {
  const row = readPermissions().find((permission) => permission.operation === operation);
  const { id, roles, organization } = personOf(who);
  const bodies = [organization, ...mergedInto(organization).map((merged) => merged.id)];
  const relations = Object.entries(row?.who ?? {})
    .filter(([role]) => role === 'account' || role === 'public' || roles.has(role))
    .flatMap(([, cell]) => cell);
  if (relations.length === 0) return null;
  const stands = (relation: string, { parties: named }: Thing): boolean =>
    relation === 'any' ||
    (relation === 'self'
      ? named['self']?.includes(id)
      : relation === 'listed'
        ? named['listed'] !== undefined
        : named[relation]?.some((body) => bodies.includes(body))) === true;
  return [
    ...new Set(things.filter((thing) => relations.some((relation) => stands(relation, thing))).map((thing) => thing.id)),
  ].sort();
};

const PEOPLE = ['admin-1', 'lead-1', 'operator', 'assessor', 'gateway', 'auditor', 'provider', 'provider-chief', 'applicant', 'applicant-chief', 'stranger', 'stranger-chief']; // prettier-ignore

describe.each(Object.keys(LISTS))('%s', (operation) => {
  const [path, things] = LISTS[operation] ?? ['', () => []];
  it('is about something', () => {
    expect(things().length).toBeGreaterThan(0);
  });
  it.each(PEOPLE)('gives %s what the table says, page by page', async (who) => {
    const expected = seen(operation, who, things());
    if (expected === null) {
      const answer = await city.get(who, path);
      expect([answer.status, answer.body['code']]).toEqual([403, 'permission.denied']);
      return;
    }
    const ids = (await city.all(who, path)).map((item) => text(item['id']));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(expected);
    const { body } = await city.get(who, `${path}?limit=1`);
    expect(body['total']).toBe(expected.length);
  });
  it('is shut to an account that was disabled', async () => {
    const answer = await city.get('leaving', path);
    expect([answer.status, answer.body['code']]).toEqual([401, 'token.unknown-account']);
  });
});

describe('a single thing', () => {
  it.each([
    ['read-applications', '/applications'],
    ['read-grants', '/grants'],
    ['read-obligations', '/obligations'],
    ['read-accounts', '/accounts'],
  ] as const)('of %s is 404 to whom the list does not show it', async (operation, path) => {
    const things = LISTS[operation]?.[1]() ?? [];
    for (const who of PEOPLE) {
      const visible = seen(operation, who, things);
      for (const { id } of things.slice(0, 6)) {
        const { status } = await city.get(who, `${path}/${id}`);
        expect([who, id, status]).toEqual([who, id, visible?.includes(id) === true ? 200 : 404]);
      }
    }
  });
});

describe('violations', () => {
  it('are the overdue and the late of the obligations that a breach is made of', async () => {
    city.pass(60 * 24 * 400);
    const owed = await city.all('assessor', '/obligations');
    const breaches = owed.filter(({ state, violation }) => (state === 'overdue' || state === 'late') && violation !== null);
    expect(breaches.length).toBeGreaterThan(0);
    const violations = await city.all('assessor', '/violations');
    expect(violations.map(({ obligation }) => obligation).sort()).toEqual(breaches.map(({ id }) => id).sort());
    const mine = await city.all('provider', '/violations');
    expect(mine.map(({ id }) => id)).toEqual(
      violations.filter(({ organization }) => organization === told.provider).map(({ id }) => id),
    );
  });
});

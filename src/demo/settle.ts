import type { Role } from '../domain/events/account.ts';
import type { Begun } from '../infra/bootstrap.ts';
import type { ShippedOrganization } from '../infra/shipped-city.ts';
import type { Answer, Client } from './client.ts';
import type { City, Department } from './world.ts';

/** A sign-in of the demonstration, as `var/demo/accounts.json` lists it. */
export type DemoAccount = {
  readonly id: string;
  readonly account: string;
  readonly password: string;
  readonly roles: readonly Role[];
  readonly organization: string;
};

const OPERATOR = 'nanchang-jingji-xinxi-zhongxin';
const AUDIT_OFFICE = 'nanchang-shenjiju';
/** Departments that never file a data chief: their duty stays open (R27.1). */
export const WITHOUT_CHIEF = ['nanchang-renfangban', 'nanchang-xinfangju', 'nanchang-waiban'];

const must = (answer: Answer, what: string): Answer => {
  if (answer.code !== null) throw new Error(`${what}: ${answer.code}`);
  return answer;
};

/** Runs work over a list, so many at a time, answers in the list's order. */
export const inParallel = async <T, R>(list: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> => {
  const answers: R[] = [];
  for (let from = 0; from < list.length; from += atOnce)
    answers.push(...(await Promise.all(list.slice(from, from + atOnce).map(work))));
  return answers;
};

/**
 * Fills the city through the command path: organizations parents first, for every department of the city and every
 * other body of it that provides entries (Art. 32) an officer and a data
 * chief (sensitive roles confirmed by the second administrator), the operator's people, assessor, auditor and gateway.
 */
export const settleCity = async (
  client: Client,
  begun: Begun,
  shipped: readonly ShippedOrganization[],
  passwordOf: (login: string) => string,
  providers: ReadonlySet<string>,
): Promise<{ city: City; accounts: readonly DemoAccount[] }> => {
  const [first, second] = begun.administrators;
  const ids = new Map(begun.organizations);
  const waiting = shipped.filter(({ slug }) => !ids.has(slug));
  for (let left = waiting; left.length > 0;) {
    const ready = left.filter(({ parent }) => parent === null || ids.has(parent));
    const answers = await inParallel(ready, 64, ({ slug, parent, ...facts }) =>
      client.post(first, '/organizations', { ...facts, parent: parent === null ? null : ids.get(parent) }, `organization ${slug}`),
    );
    for (const [index, { slug }] of ready.entries()) ids.set(slug, must(answers[index] as Answer, slug).id);
    left = left.filter(({ slug }) => !ids.has(slug));
  }

  const accounts: DemoAccount[] = [];
  const person = async (
    login: string,
    name: string,
    slug: string,
    roles: readonly Role[],
    kind: 'person' | 'gateway' = 'person',
  ): Promise<string> => {
    const organization = ids.get(slug) ?? '';
    const password = passwordOf(login);
    const body = { login, password, name, organization, kind, assurance: 'high' };
    const { id } = must(await client.post(first, '/accounts', body, `account ${login}`), login);
    const proposed = must(await client.post(first, `/accounts/${id}/roles`, { roles }, `roles ${login}`), login);
    if (proposed.events.includes('RolesProposed'))
      must(await client.post(second, `/accounts/${id}/roles/confirm`, { proposal: 1 }, `confirm ${login}`), login);
    accounts.push({ id, account: login, password, roles, organization: slug });
    return id;
  };

  const bodies = shipped.filter(({ slug, level, kind }) => level === 'city' && (kind === 'department' || providers.has(slug)));
  const departments = await inParallel(bodies, 16, async ({ slug, name }): Promise<Department> => {
    const login = slug.replace('nanchang-', '');
    const officer = await person(`${login}.officer`, `${name}经办人`, slug, ['applicant-officer', 'provider-officer']);
    const chief = await person(`${login}.chief`, `${name}云长`, slug, ['data-chief']);
    const id = ids.get(slug) ?? '';
    if (!WITHOUT_CHIEF.includes(slug))
      must(await client.post(first, `/organizations/${id}/data-chief`, { account: chief }, `chief ${slug}`), slug);
    return { slug, id, name, officer, chief };
  });
  const city: City = {
    administrators: begun.administrators,
    leadOfficers: begun.leadOfficers,
    operators: [
      await person('operator.one', '检查员甲', OPERATOR, ['operator-officer']),
      await person('operator.two', '检查员乙', OPERATOR, ['operator-officer']),
    ],
    assessor: await person('assessor', '考核员', OPERATOR, ['assessor']),
    auditor: await person('auditor', '审计员', AUDIT_OFFICE, ['auditor']),
    gateway: await person('gateway', '市共享交换网关', OPERATOR, ['exchange-gateway'], 'gateway'),
    departments,
  };
  return { city, accounts };
};

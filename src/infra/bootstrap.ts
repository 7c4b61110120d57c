import { account } from '../domain/account.ts';
import type { AnyDecider, CommandHandler } from '../domain/command-port.ts';
import { calendarNoticeDecider } from '../domain/calendar-notice.ts';
import type { CalendarNotice } from '../domain/calendar.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { Role } from '../domain/events/account.ts';
import { asId, type AccountId } from '../domain/ids.ts';
import { loginClaim } from '../domain/login.ts';
import { operatorSeatClaim } from '../domain/operator-seat.ts';
import { organization } from '../domain/organization.ts';
import { personal } from '../domain/personal.ts';
import type { PolicyPack } from '../domain/policy-pack.ts';
import { policyDecider } from '../domain/policy.ts';
import type { ShippedOrganization } from './shipped-city.ts';

export type Person = { readonly login: string; readonly name: string; readonly password: string };
export type Beginning = {
  /** The lead office and, where it has one, its parent; parents first. */
  readonly organizations: readonly ShippedOrganization[];
  readonly leadOffice: string;
  readonly administrators: readonly [Person, Person];
  readonly leadOfficers: readonly [Person, Person];
  readonly packs: readonly PolicyPack[];
  readonly notices: readonly CalendarNotice[];
};
export type Begun = {
  readonly organizations: ReadonlyMap<string, string>;
  readonly administrators: [AccountId, AccountId];
  readonly leadOfficers: [AccountId, AccountId];
};

export type BootstrapDeps = {
  readonly execute: CommandHandler;
  readonly commandId: (account: string, method: string, path: string, key: string) => string;
  readonly thingId: (commandId: string) => string;
  readonly requestHash: (body: unknown) => string;
  readonly loginHash: (login: string) => string;
  readonly setPassword: (account: AccountId, password: string) => Promise<void>;
};

const ACTOR = { system: 'system:init' } as const;

/**
 * The once and offline beginning of a ledger (decision 21): the shipped law, the lead office with two accounts, and two
 * administrators. Every command id is fixed, so that a beginning that was cut off goes on where it stopped.
 */
export const bootstrap = async (deps: BootstrapDeps, beginning: Beginning): Promise<Begun> => {
  const run = async (
    step: string,
    decider: AnyDecider,
    id: string | null,
    type: string,
    data: unknown,
    more: object = {},
  ): Promise<string> => {
    const commandId = deps.commandId(ACTOR.system, 'init', step, '');
    const target = id ?? deps.thingId(commandId);
    const result = await deps.execute({
      decider,
      id: target,
      type,
      data,
      commandId,
      mayRepeat: true,
      requestHash: deps.requestHash({ step }),
      correlationId: commandId,
      actor: ACTOR,
      operation: null,
      relations: () => [],
      creates: true,
      ...more,
    });
    return result.id;
  };

  // The law comes first, so that what the first organizations owe under it begins with their registration (R27.1).
  for (const pack of beginning.packs) {
    await run(`policy ${pack.id}`, policyDecider, pack.id, 'ProposePolicy', { pack });
    await run(`policy ${pack.id} confirmation`, policyDecider, pack.id, 'ConfirmPolicy', { version: 1 });
  }
  for (const notice of beginning.notices) {
    await run(`notice ${notice.id}`, calendarNoticeDecider, notice.id, 'ProposeCalendarNotice', { notice });
    await run(`notice ${notice.id} confirmation`, calendarNoticeDecider, notice.id, 'ConfirmCalendarNotice', {});
  }

  const organizations = new Map<string, string>();
  for (const { slug, parent, ...facts } of beginning.organizations) {
    const step = `organization ${slug}`;
    const data = { ...facts, parent: parent === null ? null : (organizations.get(parent) ?? null) };
    const commandId = deps.commandId(ACTOR.system, 'init', step, '');
    const claim = () => operatorSeatClaim(facts, deps.thingId(commandId));
    organizations.set(slug, await run(step, organization, null, 'RegisterOrganization', data, { claim }));
  }
  const home = organizations.get(beginning.leadOffice);
  if (home === undefined) throw new DomainError('init.no-lead-office', { slug: beginning.leadOffice });

  const register = async (person: Person, roles: readonly Role[]): Promise<AccountId> => {
    const step = `account ${person.login}`;
    const id = asId<AccountId>(deps.thingId(deps.commandId(ACTOR.system, 'init', step, '')));
    const data = {
      kind: 'person',
      login: personal(person.login, id),
      name: personal(person.name, id),
      phone: null,
      organization: home,
      assurance: 'high',
    };
    await run(step, account, id, 'RegisterAccount', data, {
      claim: () => loginClaim(deps.loginHash(person.login), id),
      prepare: () => deps.setPassword(id, person.password),
    });
    await run(`${step} roles`, account, id, 'ProposeRoles', { account: id, roles, validFrom: null, validUntil: null });
    if (roles.includes('administrator'))
      await run(`${step} confirmation`, account, id, 'ConfirmRoles', { account: id, proposal: 1 });
    return id;
  };
  const [first, second] = beginning.administrators;
  const administrators: [AccountId, AccountId] = [
    await register(first, ['administrator']),
    await register(second, ['administrator']),
  ];
  const [proposer, confirmer] = beginning.leadOfficers;
  const leadOfficers: [AccountId, AccountId] = [
    await register(proposer, ['lead-officer']),
    await register(confirmer, ['lead-officer']),
  ];
  return { organizations, administrators, leadOfficers };
};

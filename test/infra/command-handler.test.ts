import { beforeEach, describe, expect, it } from 'vitest';
import type { AnyDecider, CommandRequest } from '../../src/domain/command-port.ts';
import { account } from '../../src/domain/account.ts';
import { streamFact } from '../../src/domain/decider.ts';
import { DomainError } from '../../src/domain/domain-error.ts';
import type { EventEnvelope } from '../../src/domain/envelope.ts';
import { RevisionConflict, type EventStore } from '../../src/domain/event-store.ts';
import { asId, type AccountId } from '../../src/domain/ids.ts';
import { loginClaim } from '../../src/domain/login.ts';
import { personal } from '../../src/domain/personal.ts';
import { eventId } from '../../src/infra/identifiers.ts';
import { envelopeOf, uuidOf } from '../support/envelopes.ts';
import { dyingAt, openLedger, registrationOf, requestOf, type Ledger } from '../support/ledger.ts';

const refusalOf = async (outcome: Promise<unknown>): Promise<{ code: string; details: object }> => {
  try {
    await outcome;
  } catch (error) {
    if (error instanceof DomainError) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('the command was accepted');
};

let ledger: Ledger;
let handle: ReturnType<Ledger['start']>['handle'];
beforeEach(async () => {
  ledger = await openLedger();
  ({ handle } = ledger.start());
});
const head = async (): Promise<number> => (await ledger.log.head()).position;
const typesSince = async (position: number): Promise<readonly string[]> =>
  (await ledger.since(position)).map(({ stream, type }) => `${stream.slice(0, stream.indexOf('-'))} ${type}`);

const register = (key: string, name: string, part: Partial<CommandRequest> = {}) =>
  requestOf(key, { type: 'RegisterOrganization', data: registrationOf(name), creates: true, ...part });
const rename = (key: string, id: string, name: string, part: Partial<CommandRequest> = {}) =>
  requestOf(key, {
    id,
    type: 'RenameOrganization',
    data: { name, shortName: null, aliases: [], effectiveOn: '2026-03-02', document: null },
    ...part,
  });
const close = (key: string, id: string) =>
  requestOf(key, { id, type: 'CloseOrganization', data: { effectiveOn: '2026-03-02', document: null, reason: '撤销' } });
const opened = async (): Promise<string> => (await handle(register('opened', '南昌市水利局'))).result.id;

describe('the order in which a command is looked at', () => {
  it('is: does it exist, may the actor, was it done, is the version right, do the rules agree', async () => {
    const id = await opened();
    const done = await handle(rename('key', id, '南昌市水务局', { actor: { account: ledger.admin }, ifMatch: 0 }));
    await handle(close('close', id));
    const stranger = { actor: { account: ledger.officer }, operation: 'rename-organization' } as const;
    const permitted = { actor: { account: ledger.admin }, operation: 'rename-organization' } as const;

    const nothing = uuidOf('nothing');
    expect(await refusalOf(handle(rename('key', nothing, '南昌市水务局', stranger)))).toEqual({
      code: 'thing.not-found',
      details: {},
    });
    expect(await refusalOf(handle(rename('key', id, '别的名字', { ...stranger, ifMatch: 9 })))).toEqual({
      code: 'permission.denied',
      details: { operation: 'rename-organization' },
    });
    expect(await handle(rename('key', id, '南昌市水务局', { ...permitted, ifMatch: 0 }))).toEqual({
      result: { ...done.result, replayed: true, highest: await head() },
      recorded: done.recorded,
    });
    expect(await refusalOf(handle(rename('other', id, '别的名字', { ...permitted, ifMatch: 0 })))).toEqual({
      code: 'precondition.stale',
      details: { expected: 0, actual: 2 },
    });
    expect(await refusalOf(handle(rename('other', id, '别的名字', { ...permitted, ifMatch: 2 })))).toEqual({
      code: 'organization.closed',
      details: { status: 'closed' },
    });
  });

  it('lets nobody act who is nobody, or who is disabled', async () => {
    const id = await opened();
    const nobody = { actor: { account: asId<AccountId>(uuidOf('nobody')) }, operation: 'rename-organization' } as const;
    const unknown = { code: 'token.unknown-account', details: {} };
    expect(await refusalOf(handle(rename('key', id, '名', nobody)))).toEqual(unknown);
    const data = { account: ledger.admin, reason: '离职' };
    await handle(requestOf('disable', { decider: account, id: ledger.admin, type: 'DisableAccount', data }));
    const disabled = { actor: { account: ledger.admin }, operation: 'rename-organization' } as const;
    expect(await refusalOf(handle(rename('key', id, '名', disabled)))).toEqual(unknown);
  });
});

describe('a command under a key', () => {
  it('answers the same again and adds nothing, however the thing moved on', async () => {
    const id = await opened();
    const first = await handle(rename('key', id, '甲'));
    expect(first.result).toEqual({
      id,
      revision: 1,
      position: await head(),
      events: ['OrganizationRenamed'],
      replayed: false,
      highest: await head(),
    });
    const again = async () => (await handle(rename('key', id, '甲'))).result;
    expect(await again()).toEqual({ ...first.result, replayed: true });
    const { result: moved } = await handle(rename('later', id, '乙'));
    expect(await again()).toEqual({ ...first.result, replayed: true, highest: moved.position });
    expect(await ledger.start().handle(rename('key', id, '甲'))).toMatchObject({ result: { replayed: true, revision: 1 } });
    expect(await head()).toBe(moved.position);
  });

  it('answers all of its events again, and none of the next command', async () => {
    const first = await handle(register('key', '甲'));
    await handle(rename('later', first.result.id, '乙'));
    const again = await handle(register('key', '甲'));
    expect(again.recorded).toEqual(first.recorded);
  });

  it('is refused with another body', async () => {
    const id = await opened();
    await handle(rename('key', id, '甲'));
    expect(await refusalOf(handle(rename('key', id, '乙')))).toEqual({ code: 'idempotency.key-reused', details: {} });
  });

  it('is not remembered where it was refused or changed nothing', async () => {
    const id = await opened();
    const before = await head();
    const none = await handle(rename('key', id, '南昌市水利局'));
    expect(none).toEqual({
      result: { id, revision: 0, position: before, events: [], replayed: false, highest: before },
      recorded: [],
    });
    await handle(rename('other', id, '甲'));
    expect((await handle(rename('key', id, '南昌市水利局'))).result).toMatchObject({
      events: ['OrganizationRenamed'],
      replayed: false,
      revision: 2,
    });
    expect(
      await refusalOf(handle(register('parent', '乙', { data: registrationOf('乙', { parent: uuidOf('none') }) }))),
    ).toMatchObject({
      code: 'organization.no-such-parent',
    });
    expect((await handle(register('parent', '丙'))).result.events).toEqual(['OrganizationRegistered']);
  });
});

describe('a lost race', () => {
  /** Somebody else renames the organization before each of the first appends. */
  const racing = (times: number): EventStore => {
    let left = times;
    return {
      ...ledger.log,
      append: async (stream, events, expected) => {
        if (left > 0) {
          left -= 1;
          await ledger.start().handle(rename(`rival ${String(left)}`, stream.replace('organization-', ''), `对手 ${String(left)}`));
        }
        return ledger.log.append(stream, events, expected);
      },
    };
  };

  it('is read and decided again', async () => {
    const id = await opened();
    const before = await head();
    const { result } = await ledger.start(racing(2)).handle(rename('key', id, '甲'));
    expect(result).toMatchObject({ revision: 3, events: ['OrganizationRenamed'], replayed: false });
    expect((await ledger.since(before)).map(({ data }) => (data as { name: string }).name)).toEqual(['对手 1', '对手 0', '甲']);
  });

  it('is given up after the third', async () => {
    const id = await opened();
    await expect(ledger.start(racing(3)).handle(rename('key', id, '甲'))).rejects.toBeInstanceOf(RevisionConflict);
  });

  it('is a stale version where the client named one', async () => {
    const id = await opened();
    const refusal = await refusalOf(ledger.start(racing(1)).handle(rename('key', id, '甲', { ifMatch: 0 })));
    expect(refusal).toEqual({ code: 'precondition.stale', details: { expected: 0, actual: 1 } });
  });

  it('against itself is a repeat', async () => {
    const id = await opened();
    const outcomes = await Promise.all([1, 2, 3].map(() => ledger.start().handle(rename('key', id, '甲'))));
    expect(new Set(outcomes.map(({ result: { revision, position } }) => `${String(revision)} ${String(position)}`)).size).toBe(1);
    expect((await ledger.log.streamSince(`organization-${id}`, -1)).map(({ type }) => type)).toEqual([
      'OrganizationRegistered',
      'OrganizationRenamed',
    ]);
  });
});

describe('a thing that two requests create under one key, at once', () => {
  it('is created once; the other is a repeat', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => ledger.start().handle(register('key', '甲'))));
    expect(outcomes.map(({ result }) => result.replayed).toSorted()).toEqual([false, true, true]);
    const [first, second, third] = outcomes.map(({ recorded }) => recorded);
    expect([second, third]).toEqual([first, first]);
  });

  it('is refused to the one with another body, though its events have the same ids', async () => {
    const outcomes = await Promise.allSettled(['甲', '乙'].map((name) => ledger.start().handle(register('key', name))));
    expect(outcomes[0]).toMatchObject({ status: 'fulfilled', value: { result: { replayed: false } } });
    expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'idempotency.key-reused' } });
  });
});

describe('the envelope', () => {
  it('says who, when, why and on what grounds', async () => {
    const parent = await opened();
    ledger.clock.set('2026-03-03T02:00:00.000Z');
    const data = registrationOf('南昌市水文站', { parent });
    const request = register('key', '', {
      data,
      actor: { account: ledger.admin },
      operation: 'register-organization',
      causationId: uuidOf('why'),
    });
    const [event] = (await handle(request)).recorded;
    const adminEvents = (await ledger.log.streamSince(`account-${ledger.admin}`, -1)).length;
    expect(event).toEqual({
      v: 1,
      id: eventId(request.commandId, 0),
      stream: `organization-${request.id}`,
      revision: 0,
      type: 'OrganizationRegistered',
      schema: 1,
      at: '2026-03-03T02:00:00.000Z',
      actor: ledger.admin,
      correlationId: request.correlationId,
      causationId: uuidOf('why'),
      commandId: request.commandId,
      requestHash: request.requestHash,
      basis: [
        { stream: `account-${ledger.admin}`, revision: adminEvents - 1 },
        { stream: `organization-${ledger.home}`, revision: 0 },
        { stream: `organization-${parent}`, revision: 0 },
      ],
      nonce: event?.nonce,
      data,
      position: await head(),
    });
    expect(event?.nonce).toMatch(/^[\w-]{22}$/);
  });

  it('is never earlier than what its stream or its facts say, though the clock went back', async () => {
    const parent = await opened();
    ledger.clock.set('2026-03-04T00:00:00.000Z');
    await handle(rename('later', parent, '甲'));
    ledger.clock.set('2026-03-03T00:00:00.000Z');
    const [same] = (await handle(rename('again', parent, '乙'))).recorded;
    const [other] = (await handle(register('child', '', { data: registrationOf('丙', { parent }) }))).recorded;
    expect([same?.at, other?.at]).toEqual(['2026-03-04T00:00:00.000Z', '2026-03-04T00:00:00.000Z']);
    expect(same?.causationId).toBe(same?.commandId);
  });
});

const person = (key: string, login: string, part: { organization?: string; name?: string } & Partial<CommandRequest> = {}) => {
  const { organization = ledger.home, name = '王芳', ...more } = part;
  const { id } = requestOf(key, { type: '', data: null });
  const subject = asId<AccountId>(id);
  const data = {
    kind: 'person',
    login: personal(login, id),
    name: personal(name, id),
    phone: null,
    organization,
    assurance: 'high',
  };
  return requestOf(key, {
    decider: account,
    type: 'RegisterAccount',
    data,
    creates: true,
    claim: () => loginClaim(ledger.loginHash(login), subject),
    ...more,
  });
};
const eventsOf = async (stream: string): Promise<readonly (readonly [string, string])[]> =>
  (await ledger.log.streamSince(stream, -1)).map(({ type, commandId }) => [type, commandId] as const);

describe('what must be claimed first', () => {
  it('is claimed before the events that need it, under a command id of its own', async () => {
    const before = await head();
    await handle(person('key', 'wang'));
    expect(await typesSince(before)).toEqual(['login LoginClaimed', 'account AccountRegistered']);
    const [claimed, registered] = await ledger.since(before);
    expect(claimed?.commandId).not.toBe(registered?.commandId);
    expect(claimed?.data).toMatchObject({ account: person('key', 'wang').id });
    expect(await handle(person('key', 'wang'))).toMatchObject({ result: { replayed: true, events: ['AccountRegistered'] } });
    expect(await head()).toBe(before + 2);
  });

  it('is not claimed where the command is refused', async () => {
    const before = await head();
    expect(await refusalOf(handle(person('key', 'wang', { organization: uuidOf('none') })))).toMatchObject({
      code: 'account.no-such-organization',
    });
    expect(await head()).toBe(before);
  });

  it('is had by one only', async () => {
    await handle(person('one', 'wang'));
    const before = await head();
    expect(await refusalOf(handle(person('two', ' WANG ')))).toEqual({ code: 'account.login-taken', details: {} });
    expect(await head()).toBe(before);
  });

  it('is adopted by the same command after a crash between claim and events', async () => {
    const before = await head();
    await expect(ledger.start(dyingAt(ledger.log, 1, 'after')).handle(person('key', 'wang'))).rejects.toThrow('killed');
    expect(await typesSince(before)).toEqual(['login LoginClaimed']);
    await ledger.start().handle(person('key', 'wang'));
    expect(await typesSince(before)).toEqual(['login LoginClaimed', 'account AccountRegistered']);
  });

  it('is taken over from a command that never came to its events, which fails from then on', async () => {
    const before = await head();
    const slow = person('slow', 'wang');
    let arrive = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrive = resolve));
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    const late: EventStore = {
      ...ledger.log,
      append: async (stream, events, expected) => {
        if (stream.startsWith('account-')) {
          arrive();
          await gate;
        }
        return ledger.log.append(stream, events, expected);
      },
    };
    const original = refusalOf(ledger.start(late).handle(slow));
    await arrival;
    const { result } = await handle(person('quick', 'wang'));
    go();
    expect(await original).toEqual({ code: 'account.login-taken', details: {} });
    expect(await typesSince(before)).toEqual([
      'login LoginClaimed',
      'account CreationAbandoned',
      'login LoginClaimed',
      'account AccountRegistered',
    ]);
    expect((await eventsOf(`account-${slow.id}`)).map(([type]) => type)).toEqual(['CreationAbandoned']);
    expect((await eventsOf(`account-${result.id}`)).map(([type]) => type)).toEqual(['AccountRegistered']);
    expect(await refusalOf(ledger.start().handle(slow))).toEqual({ code: 'account.login-taken', details: {} });
  });

  it('is taken over by one of several that try at once', async () => {
    await expect(ledger.start(dyingAt(ledger.log, 1, 'after')).handle(person('slow', 'wang'))).rejects.toThrow('killed');
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((key) => ledger.start().handle(person(key, 'wang'))));
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as DomainError).code] : []));
    expect(refusals).toEqual(['account.login-taken', 'account.login-taken']);
    const { data } = (await ledger.log.streamSince(`login-${ledger.loginHash('wang')}`, 0))[0] ?? {};
    const winner = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.result.id] : []));
    expect([(data as { account: string }).account]).toEqual(winner);
  });

  it('is finished by a takeover that was itself cut off', async () => {
    for (const [n, moment] of [[1, 'after'], [2, 'before'], [2, 'after'], [3, 'before'], [3, 'after']] as const) {
      const login = `wang ${String(n)} ${moment}`;
      await expect(ledger.start(dyingAt(ledger.log, 1, 'after')).handle(person(`slow ${login}`, login))).rejects.toThrow('killed');
      await expect(ledger.start(dyingAt(ledger.log, n, moment)).handle(person(`quick ${login}`, login))).rejects.toThrow('killed');
      const { result } = await ledger.start().handle(person(`quick ${login}`, login));
      expect((await eventsOf(`account-${result.id}`)).map(([type]) => type), login).toEqual(['AccountRegistered']);
      expect((await eventsOf(`account-${person(`slow ${login}`, login).id}`)).map(([type]) => type)).toEqual(['CreationAbandoned']);
      expect((await eventsOf(`login-${ledger.loginHash(login)}`)).map(([type]) => type)).toEqual(['LoginClaimed', 'LoginClaimed']);
    }
  }); // prettier-ignore
});

describe('what is made durable first', () => {
  const prepared = (log: string[]) => ({
    prepare: async () => {
      log.push(`prepared at ${String(await head())}`);
    },
  });

  it('is, once the rules agree, before the events, and not again for a repeat', async () => {
    const log: string[] = [];
    await handle(person('key', 'wang', prepared(log)));
    expect(log).toEqual([`prepared at ${String((await head()) - 1)}`]);
    await handle(person('key', 'wang', prepared(log)));
    expect(log).toHaveLength(1);
  });

  it('is not for a command that is refused', async () => {
    const log: string[] = [];
    await refusalOf(handle(person('key', 'wang', { organization: uuidOf('none'), ...prepared(log) })));
    expect(log).toEqual([]);
  });
});

describe('personal data', () => {
  it('comes to the log sealed, and nowhere in plain', async () => {
    const before = await head();
    await handle(person('key', 'wang.xiuying', { name: '王秀英' }));
    const text = JSON.stringify(await ledger.since(before));
    expect(text).not.toContain('王秀英');
    expect(text).not.toContain('wang.xiuying');
    const [, registered] = await ledger.since(before);
    expect((registered?.data as { name: unknown }).name).toEqual({
      $enc: {
        keyId: expect.any(String) as string,
        nonce: expect.any(String) as string,
        ciphertext: expect.any(String) as string,
        commitment: expect.any(String) as string,
      },
    });
  });
});

describe('facts', () => {
  it('that lead to ever more facts are a bug, not an endless loop', async () => {
    let round = 0;
    const greedy: AnyDecider = {
      category: 'organization',
      initialState: () => null,
      evolve: () => null,
      reads: () => [streamFact(account, `more-${String((round += 1))}`)],
      decide: () => [],
    };
    await expect(handle(requestOf('key', { decider: greedy, type: 'Greedy', data: null, creates: true }))).rejects.toThrow(
      'Greedy: facts still missing after 4 rounds',
    );
  });

  it('are read from the log as it stands, whatever another process appended', async () => {
    const id = await opened();
    const event: EventEnvelope = envelopeOf(`organization-${id}`, 1, {
      type: 'OrganizationClosed',
      data: { effectiveOn: '2026-03-02', document: null, reason: '撤销' },
    });
    await ledger.log.append(`organization-${id}`, [event], 0);
    expect(await refusalOf(handle(rename('key', id, '甲')))).toMatchObject({ code: 'organization.closed' });
  });
});

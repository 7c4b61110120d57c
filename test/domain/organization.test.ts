import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountActor } from '../../src/domain/actor.ts';
import { accountFold } from '../../src/domain/account-state.ts';
import { setFact, streamFact } from '../../src/domain/decider.ts';
import type { OrganizationEvent } from '../../src/domain/events/organization.ts';
import { organization, relationsToOrganization, type OrganizationCommand } from '../../src/domain/organization.ts';
import { operatorSeat } from '../../src/domain/operator-seat.ts';
import { existsAt, organizationFold, type OrganizationState } from '../../src/domain/organization-state.ts';
import { person, specOf, type Asked } from '../support/decider-spec.ts';
import { factsOf } from '../support/facts.ts';
import { accountId, accountState, granted, officeState, organizationId, registration } from '../support/offices.ts';

const { given } = specOf(organization);
const NOW = '2026-01-06T01:00:00.000Z';
const own = organizationId('org-1');
const other = organizationId('org-2');
const chief = accountId('a-1');
const next = accountId('a-2');

const registered = { type: 'OrganizationRegistered', data: registration() } as const;
const filed = { type: 'DataChiefFiled', data: { account: chief, validFrom: '2026-01-05T02:00:00.000Z', document: null } } as const;
const left = { type: 'DataChiefLeft', data: { account: chief, reason: '调离' } } as const;
const renamed = {
  type: 'OrganizationRenamed',
  data: { name: '南昌市民政局', shortName: '市民政局', aliases: ['民政'], effectiveOn: '2026-01-05', document: null },
} as const;
const merged = {
  type: 'OrganizationMerged',
  data: { into: other, effectiveOn: '2026-02-01', document: '赣府字〔2026〕1号' },
} as const;
const absorbed = { type: 'OrganizationAbsorbed', data: { from: other, effectiveOn: '2026-02-01', absorbed: [], functions: [], operates: [] } } as const; // prettier-ignore
const closed = { type: 'OrganizationClosed', data: { effectiveOn: '2026-02-01', document: null, reason: '机构撤销' } } as const;
const abandoned = { type: 'CreationAbandoned', data: { claim: 'operator-city-360100', commandId: 'c-1' } } as const;

/** The last instant before `merged` and `closed` have effect, and the first at which they have. */
const [LAST, ENDED] = ['2026-01-31T15:59:59.999Z', '2026-01-31T16:00:00.000Z'];

/** The one operator of its level and area. */
const SEATED = { functions: ['platform-operator'], receivesApplications: true } as const;

const register = (part: Parameters<typeof registration>[0] = {}) =>
  ({ type: 'RegisterOrganization', data: registration(part) }) as const;
const under = (parent: object) => factsOf({ streams: { 'organization-org-2': parent } });

describe('registering an organization', () => {
  it('records it as it was given', () => {
    const part = { aliases: ['民政'], functions: ['audit'] as const, validFrom: '2019-01-01' };
    given()
      .when(register(part))
      .then([{ type: 'OrganizationRegistered', data: registration(part) }]);
  });

  it('is refused where it is registered already', () => {
    given([registered]).when(register()).refused('organization.exists');
    given([abandoned]).when(register()).refused('organization.exists');
  });

  it.each([
    ['province', 'province'],
    ['province', 'city'],
    ['city', 'county'],
    ['city', 'zone'],
    ['county', 'zone'],
    ['zone', 'county'],
  ] as const)('puts under an open %s a %s', (above, level) => {
    given([], under(officeState({ level: above })))
      .when(register({ parent: other, level }))
      .then([{ type: 'OrganizationRegistered', data: registration({ parent: other, level }) }]);
  });

  it.each([
    ['city', 'province'],
    ['county', 'city'],
    ['zone', 'city'],
  ] as const)('refuses under a %s a %s', (parent, level) => {
    given([], under(officeState({ level: parent })))
      .when(register({ parent: other, level }))
      .refused('organization.level-above-parent', { level, parent });
  });

  it('is refused under a parent that is unknown, abandoned or no more', () => {
    for (const parent of [{ status: 'none' }, { status: 'abandoned' }, officeState({}, [merged]), officeState({}, [closed])])
      given([], under(parent))
        .when({ ...register({ parent: other }), at: ENDED })
        .refused('organization.no-such-parent', { parent: other });
    given([], under(officeState({}, [closed])))
      .when({ ...register({ parent: other }), at: LAST })
      .then([{ type: 'OrganizationRegistered', data: registration({ parent: other }) }]);
  });

  it('lets only a platform operator receive applications', () => {
    const operator = { functions: ['platform-operator'], receivesApplications: true } as const;
    given()
      .when(register(operator))
      .then([{ type: 'OrganizationRegistered', data: registration(operator) }]);
    given()
      .when(register({ functions: ['lead-office'], receivesApplications: true }))
      .refused('organization.not-an-operator');
  });

  it('takes a provider code that holds together and refuses another', () => {
    const providerCode = '91350100M000100Y43';
    given()
      .when(register({ providerCode }))
      .then([{ type: 'OrganizationRegistered', data: registration({ providerCode }) }]);
    given()
      .when(register({ providerCode: '91350100M000100Y44' }))
      .refused('organization.provider-code-invalid');
  });
});

const rename = (part: object = {}) =>
  ({
    type: 'RenameOrganization',
    data: {
      name: '南昌市民政局',
      shortName: '市民政局',
      aliases: [],
      effectiveOn: '2026-03-01',
      document: '洪编发〔2026〕3号',
      ...part,
    },
  }) as const;

describe('renaming an organization', () => {
  it.each([{ name: '南昌市社会工作局' }, { shortName: null }, { aliases: ['民政'] }])('records %j', (part) => {
    const command = rename(part);
    given([registered])
      .when(command)
      .then([{ type: 'OrganizationRenamed', data: command.data }]);
  });

  it('is nothing to do for the names it has', () => {
    given([registered]).when(rename()).then([]);
    given([registered, renamed])
      .when(rename({ aliases: ['民政'] }))
      .then([]);
  });

  it('is something to do where the day is another: they are not borne from so early', () => {
    const ahead = { ...renamed, data: { ...renamed.data, effectiveOn: '2026-06-01' } };
    const asked = (effectiveOn: string) => rename({ aliases: ['民政'], effectiveOn });
    for (const [effectiveOn, events] of [
      ['2026-06-02', []],
      ['2026-06-01', []],
      ['2026-05-31', [{ type: 'OrganizationRenamed', data: asked('2026-05-31').data }]],
    ] as const)
      given([registered, ahead]).when(asked(effectiveOn)).then(events);
  });

  it('is nothing to do for the names of that day, and something for those that were recorded last and had gone by then', () => {
    const names = (name: string, effectiveOn: string) => rename({ name, effectiveOn });
    const told = (name: string, effectiveOn: string) =>
      ({ type: 'OrganizationRenamed', data: names(name, effectiveOn).data }) as const;
    const before = [registered, told('新局', '2026-02-20'), told('旧局', '2026-02-10')];
    given(before).when(names('新局', '2026-03-01')).then([]);
    given(before)
      .when(names('旧局', '2026-03-01'))
      .then([told('旧局', '2026-03-01')]);
  });

  it('tells aliases apart that only look alike when joined', () => {
    const before = { ...renamed, data: { ...renamed.data, aliases: ['民', '政'] } };
    for (const aliases of [['民\n政'], ['民'], ['民', '生'], ['民', '政', '局']]) {
      const command = rename({ aliases });
      given([registered, before])
        .when(command)
        .then([{ type: 'OrganizationRenamed', data: command.data }]);
    }
  });
});

const file = (account = chief, document: string | null = '洪民函〔2026〕12号') =>
  ({ type: 'FileDataChief', data: { organization: own, account, document } }) as const;
const knowing = (account: string, state: object) => factsOf({ streams: { [`account-${account}`]: state } });
const dataChief = accountState({}, [granted(['data-chief'])]);

describe('filing a data chief', () => {
  it('begins the mandate when it is recorded, and not before', () => {
    given([registered], knowing(chief, dataChief))
      .when(file())
      .then([{ type: 'DataChiefFiled', data: { account: chief, validFrom: NOW, document: '洪民函〔2026〕12号' } }]);
  });

  it('records that the present chief is succeeded', () => {
    given([registered, filed], knowing(next, dataChief))
      .when(file(next, null))
      .then([
        { type: 'DataChiefLeft', data: { account: chief, reason: 'succeeded' } },
        { type: 'DataChiefFiled', data: { account: next, validFrom: NOW, document: null } },
      ]);
  });

  it('is nothing to do for the present chief', () => {
    given([registered, filed]).when(file()).then([]);
  });

  it('files again who left', () => {
    given([registered, filed, left], knowing(chief, dataChief))
      .when(file())
      .then([{ type: 'DataChiefFiled', data: { account: chief, validFrom: NOW, document: '洪民函〔2026〕12号' } }]);
  });

  it.each([
    ['nobody', { status: 'none' }],
    ['an abandoned account', { status: 'abandoned' }],
    [
      'a disabled account',
      accountState({}, [granted(['data-chief']), { type: 'AccountDisabled', data: { organization: own, reason: '离职' } }]),
    ],
    ['an account of another organization', accountState({ organization: other }, [granted(['data-chief'])])],
  ])('is refused for %s', (_who, state) => {
    given([registered], knowing(chief, state)).when(file()).refused('organization.chief-not-of-it', { account: chief });
  });

  it('is refused to those who would file themselves, whoever sits (requirements §2)', () => {
    for (const before of [[registered], [registered, filed, left], [registered, filed]])
      given(before, knowing(next, dataChief))
        .when({ ...file(next), actor: person('a-2') })
        .refused('organization.files-oneself');
    given([registered], knowing(next, dataChief))
      .when({ ...file(next, null), actor: person('a-3') })
      .then([{ type: 'DataChiefFiled', data: { account: next, validFrom: NOW, document: null } }]);
    given([registered, filed])
      .when({ ...file(), actor: person(chief) })
      .then([]);
  });

  it('is refused without the role, or once its term is over', () => {
    for (const state of [accountState({}, [granted(['provider-officer'])]), accountState({}, [granted(['data-chief'], NOW)])])
      given([registered], knowing(chief, state)).when(file()).refused('organization.chief-without-role', { account: chief });
  });
});

describe('recording that the data chief left', () => {
  const leave = { type: 'RecordDataChiefLeft', data: { reason: '调离' } } as const;

  it('names who left and why', () => {
    given([registered, filed]).when(leave).then([left]);
  });

  it('follows the loss of the mandate, of the one who was filed by then and of nobody else', () => {
    const lost = (account: typeof chief, since: string) =>
      ({ type: 'RecordMandateLost', data: { account, since, reason: 'role-revoked' } }) as const;
    const later = '2026-01-05T03:00:00.000Z';
    const gone = { type: 'DataChiefLeft', data: { account: chief, reason: 'role-revoked' } } as const;
    given([registered, filed]).when(lost(chief, later)).then([gone]);
    given([registered, filed]).when(lost(chief, filed.data.validFrom)).then([gone]);
    given([registered, filed]).when(lost(next, later)).then([]);
    given([registered, filed]).when(lost(chief, '2026-01-05T01:59:59.999Z')).then([]);
    for (const before of [[registered], [registered, filed, left], []]) given(before).when(lost(chief, later)).then([]);
    // A body that is to end sees to its own affairs until its day (R27.1).
    for (const end of [merged, closed]) {
      given([registered, filed, end])
        .when({ ...lost(chief, later), at: LAST })
        .then([gone]);
      given([registered, filed, end])
        .when({ ...lost(chief, later), at: ENDED })
        .then([]);
    }
  });

  it('follows the end of the term by the clock, unless the role goes on', () => {
    const since = '2026-01-06T00:00:00.000Z';
    const over = (account = chief, at = since) => ({ type: 'RecordTermEnded', data: { account, since }, at }) as const;
    const holds = (validUntil: string | null) =>
      factsOf({ streams: { 'account-a-1': accountState({}, [granted(['data-chief'], validUntil)]) } });
    const gone = { type: 'DataChiefLeft', data: { account: chief, reason: 'term-ended', since } } as const;
    given([registered, filed], holds(since)).when(over()).then([gone]);
    given([registered, filed], factsOf({ streams: { 'account-a-1': { status: 'abandoned' } } }))
      .when(over())
      .then([gone]);
    given([registered, filed], holds(null)).when(over()).then([]);
    given([registered, filed], holds(since)).when(over(chief, '2026-01-05T23:59:59.999Z')).then([]);
    for (const before of [[registered], [registered, filed, left], []]) given(before, holds(since)).when(over()).then([]);
    // A body that is to end owes a chief until its day, also where the instants of both were missed; from then on none (R27.1).
    for (const end of [merged, closed]) {
      for (const at of [LAST, ENDED])
        given([registered, filed, end], holds(since))
          .when({ ...over(), at })
          .then([gone]);
      const late = { ...over(), data: { account: chief, since: ENDED }, at: ENDED };
      given([registered, filed, end], holds(ENDED)).when(late).then([]);
    }
    given([registered, filed], holds(since)).when(over(next)).then([]);
  });

  it('is nothing to do where there is none', () => {
    given([registered]).when(leave).then([]);
    given([registered, filed, left]).when(leave).then([]);
  });
});

describe('filing the provider code (R7.1)', () => {
  const code = '91350100M000100Y43';
  const file = (providerCode = code) => ({ type: 'FileProviderCode', data: { providerCode } }) as const;
  const coded = { type: 'ProviderCodeFiled', data: { providerCode: code } } as const;

  it('records the code, in place of none or of another', () => {
    given([registered]).when(file()).then([coded]);
    const other = { type: 'ProviderCodeFiled', data: { providerCode: '000000000000000000' } } as const;
    given([registered, coded, other]).when(file()).then([coded]);
  });

  it('is nothing to do for the code that is filed', () => {
    given([registered, coded]).when(file()).then([]);
    given([{ type: 'OrganizationRegistered', data: registration({ providerCode: code }) }])
      .when(file())
      .then([]);
  });

  it('is refused for a code that does not hold together', () => {
    given([registered]).when(file('91350100M000100Y44')).refused('organization.provider-code-invalid');
  });
});

describe('merging an organization', () => {
  const merge = (into = other) =>
    ({
      type: 'MergeOrganization',
      data: { organization: own, into, effectiveOn: '2026-02-01', document: '赣府字〔2026〕1号' },
    }) as const;

  it('records the organization that takes over', () => {
    given([registered], under(officeState())).when(merge()).then([merged]);
  });

  it('is nothing to do when it was merged into the same', () => {
    given([registered, merged]).when(merge()).then([]);
  });

  it('is refused when it was merged into another', () => {
    given([registered, merged])
      .when(merge(organizationId('org-3')))
      .refused('organization.closed', { status: 'merged' });
  });

  it('is refused where the body is closed, or is to be', () => {
    given([registered, closed]).when(merge()).refused('organization.closed', { status: 'closed' });
    given([abandoned]).when(merge()).refused('organization.abandoned');
  });

  it('is refused into itself', () => {
    given([registered]).when(merge(own)).refused('organization.merge-into-itself');
  });

  it('is refused into one that is unknown or no more', () => {
    for (const target of [{ status: 'none' }, { status: 'abandoned' }, officeState({}, [merged]), officeState({}, [closed])])
      given([registered], under(target)).when(merge()).refused('organization.no-such-target', { into: other });
  });
});

describe('absorbing an organization', () => {
  const DAY = '2026-01-31T16:00:00.000Z';
  const absorb = (at = DAY) => ({ type: 'AbsorbOrganization', data: { from: other }, at }) as const;
  const into = { into: own, effectiveOn: '2026-02-01', document: null };
  const gone = officeState({}, [{ type: 'OrganizationMerged', data: into }]);

  it('records which, and what it stood for, did and operated', () => {
    given([registered], under(gone)).when(absorb()).then([absorbed]);
    const third = organizationId('org-3');
    const heir = { from: third, effectiveOn: '2026-01-20', absorbed: [], functions: ['audit'], operates: ['county-360105'] } as const; // prettier-ignore
    const operator = officeState(SEATED, [
      { type: 'OrganizationAbsorbed', data: heir },
      { type: 'OrganizationMerged', data: into },
    ]);
    const taken = { absorbed: [third], functions: ['platform-operator', 'audit'], operates: ['city-360100', 'county-360105'] };
    given([registered], under(operator))
      .when(absorb())
      .then([{ type: 'OrganizationAbsorbed', data: { from: other, effectiveOn: '2026-02-01', ...taken } } as OrganizationEvent]);
  });

  it('waits for the day of the merger', () => {
    given([registered], under(gone)).when(absorb('2026-01-31T15:59:59.999Z')).then([]);
  });

  it('is nothing to do the second time, or for a body that was never merged', () => {
    given([registered, absorbed], under(gone)).when(absorb()).then([]);
    for (const body of [officeState(), { status: 'none' }, { status: 'abandoned' }])
      given([registered], under(body)).when(absorb()).then([]);
  });

  it('goes on until the last day of a body that is to be merged itself, also where both days were missed', () => {
    const later = { ...merged, data: { ...merged.data, effectiveOn: '2026-02-02' } };
    given([registered, later], under(gone)).when(absorb()).then([absorbed]);
    given([registered, later], under(gone)).when(absorb('2026-02-09T01:00:00.000Z')).then([absorbed]);
    for (const effectiveOn of ['2026-02-01', '2026-01-20'])
      given([registered, { ...merged, data: { ...merged.data, effectiveOn } }], under(gone))
        .when(absorb('2026-02-09T01:00:00.000Z'))
        .refused('organization.closed', { status: 'merged' });
  });

  it('is refused for one that is no more, or was never registered', () => {
    given([registered, closed], under(gone)).when(absorb()).refused('organization.closed', { status: 'closed' });
    given([abandoned], under(gone)).when(absorb()).refused('organization.abandoned');
  });
});

describe('closing an organization', () => {
  const close = {
    type: 'CloseOrganization',
    data: { organization: own, effectiveOn: '2026-02-01', document: null, reason: '机构撤销' },
  } as const;
  const awaiting = (bodies: Readonly<Record<string, readonly { organization: string }[]>> = { [own]: [] }, streams: object = {}) =>
    factsOf({ streams: { ...streams }, sets: { 'announced-mergers': bodies } });
  const seat = (holder: string | null) => awaiting(undefined, { 'operator-city-360100': { holder } });
  const operator = { type: 'OrganizationRegistered', data: registration(SEATED) } as const;

  it('records from when and why', () => {
    given([registered], awaiting()).when(close).then([closed]);
  });

  it('is nothing to do the second time', () => {
    given([registered, closed]).when(close).then([]);
  });

  it('is refused for the operator that receives the applications of its area (requirements §1)', () => {
    given([operator], seat(own)).when(close).refused('organization.holds-operator-seat', { area: 'city-360100' });
    given([operator], seat(other)).when(close).then([closed]);
    given([operator], seat(null)).when(close).then([closed]);
  });

  it('is refused where a merger that was announced leads to it, or to a body for which it stands', () => {
    const [coming, none] = [[{ organization: 'org-3' }], []];
    const refusal = ['organization.awaits-merger', { from: 'org-3' }] as const;
    given([registered], awaiting({ [own]: coming }))
      .when(close)
      .refused(...refusal);
    given([registered, absorbed], awaiting({ [own]: none, [other]: coming }))
      .when(close)
      .refused(...refusal);
    given([registered, absorbed], awaiting({ [own]: none, [other]: none }))
      .when(close)
      .then([closed]);
  });

  it('is refused for a merged one', () => {
    given([registered, merged]).when(close).refused('organization.closed', { status: 'merged' });
  });
});

describe('the day of a closing that was recorded before it', () => {
  const take = { type: 'TakeClosingEffect', data: {} } as const;
  const effect = { type: 'OrganizationClosingTookEffect', data: { effectiveOn: '2026-02-01' } } as const;

  it('is told once it has come, and once', () => {
    given([registered, closed])
      .when({ ...take, at: LAST })
      .then([]);
    given([registered, closed])
      .when({ ...take, at: ENDED })
      .then([effect]);
    given([registered, closed, effect])
      .when({ ...take, at: ENDED })
      .then([]);
  });

  it('is of no body that is not closed', () => {
    for (const before of [[], [abandoned], [registered], [registered, merged]])
      given(before)
        .when({ ...take, at: ENDED })
        .then([]);
  });
});

const CHANGES: readonly Asked<OrganizationCommand>[] = [
  { type: 'FileProviderCode', data: { providerCode: '91350100M000100Y43' } },
  rename(),
  file(),
  { type: 'RecordDataChiefLeft', data: { reason: '' } },
];
const SUCCESSOR = factsOf({ streams: { [`account-${chief}`]: dataChief } });

describe.each(CHANGES)('$type', (command) => {
  it.each([
    [merged, 'merged'],
    [closed, 'closed'],
  ] as const)('is refused once the organization is no more, and not before ($1)', (end, status) => {
    const state = given([registered, end]).state;
    const ask = (at: string) =>
      organization.decide(
        { ...command, id: 'c', at, actor: { system: 'system:test' } } as unknown as OrganizationCommand,
        state,
        SUCCESSOR,
      );
    expect(() => ask(LAST)).not.toThrow();
    given([registered, end])
      .when({ ...command, at: ENDED })
      .refused('organization.closed', { status });
  });

  it('is refused for a registration that was abandoned', () => {
    given([abandoned]).when(command).refused('organization.abandoned');
  });
});

describe('what a decision reads', () => {
  const reads = (command: Asked<OrganizationCommand>) =>
    organization.reads?.(command as unknown as OrganizationCommand, organization.initialState(), factsOf({}));

  it('is the parent, the account or the target, and nothing for the rest', () => {
    expect(reads(register({ parent: other }))).toEqual([streamFact(organizationFold, other)]);
    expect(reads(register())).toEqual([]);
    expect(reads(file(next))).toEqual([streamFact(accountFold, next)]);
    expect(reads({ type: 'RecordTermEnded', data: { account: next, since: NOW } })).toEqual([streamFact(accountFold, next)]);
    expect(
      reads({ type: 'MergeOrganization', data: { organization: own, into: other, effectiveOn: '2026-02-01', document: null } }),
    ).toEqual([streamFact(organizationFold, other)]);
    expect(reads({ type: 'AbsorbOrganization', data: { from: other } })).toEqual([streamFact(organizationFold, other)]);
    expect(reads(rename())).toEqual([]);
  });

  it('is who has the seat, for an operator that is closed', () => {
    const data = { organization: own, effectiveOn: '2026-02-01', document: null, reason: '' };
    const close = { type: 'CloseOrganization', data } as unknown as OrganizationCommand;
    const readsOf = (state: OrganizationState) => organization.reads?.(close, state, factsOf({}));
    const mergers = setFact('announced-mergers', own);
    expect(readsOf(officeState(SEATED))).toEqual([streamFact(operatorSeat, 'city-360100'), mergers]);
    expect(readsOf(officeState({}, [absorbed]))).toEqual([mergers, setFact('announced-mergers', other)]);
    expect(readsOf({ status: 'none' })).toEqual([mergers]);
  });
});

describe('the state of an organization', () => {
  it('keeps what later decisions ask for', () => {
    expect(given([registered, renamed, filed, absorbed]).state).toEqual({
      status: 'open',
      names: [
        { name: '南昌市民政局', shortName: '市民政局', aliases: [], from: '2026-01-05' },
        { name: '南昌市民政局', shortName: '市民政局', aliases: ['民政'], from: '2026-01-05' },
      ],
      level: 'city',
      kind: 'department',
      divisionCode: '360100',
      parent: null,
      functions: [],
      operates: [],
      providerCode: null,
      dataChief: { account: chief, since: '2026-01-05T02:00:00.000Z' },
      mergedInto: null,
      absorbed: [other],
      endedOn: null,
      closingTold: false,
    });
    expect(given([registered, filed, left, merged]).state).toMatchObject({ status: 'merged', dataChief: null, mergedInto: other });
    expect(given([registered, closed]).state).toMatchObject({ status: 'closed', mergedInto: null });
    // Recorded before its day, it ends on its day (decision 9).
    const { state } = given([registered, merged]);
    expect([existsAt(state, '2026-01-31T15:59:59.999Z'), existsAt(state, '2026-01-31T16:00:00.000Z')]).toEqual([true, false]);
    expect([existsAt(given([registered]).state, NOW), existsAt(given([abandoned]).state, NOW)]).toEqual([true, false]);
    expect(given([abandoned]).state).toEqual({ status: 'abandoned' });
  });

  it('operates where it holds the seat: a second platform operator of the area operates nothing (requirements §1)', () => {
    const second = { type: 'OrganizationRegistered', data: registration({ functions: ['platform-operator'] }) } as const;
    expect(given([second]).state).toMatchObject({ functions: ['platform-operator'], operates: [] });
    expect(officeState(SEATED)).toMatchObject({ operates: ['city-360100'] });
  });

  it('begins with nothing, in streams named after the category', () => {
    expect([organization.category, organization.initialState()]).toEqual(['organization', { status: 'none' }]);
  });

  it('folds any sequence of events; without a registration there is nothing', () => {
    const later: readonly OrganizationEvent[] = [renamed, filed, left, merged, absorbed, closed];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...later)), (events) => {
        expect(given(events).state).toEqual({ status: 'none' });
        expect(given([registered, ...events]).state).toHaveProperty('level', 'city');
      }),
    );
  });
});

describe('how an actor stands to an organization', () => {
  it('is as one of it, or as nobody', () => {
    const actor = person('a-1') as AccountActor;
    expect([relationsToOrganization(own, actor), relationsToOrganization(other, actor)]).toEqual([['own'], []]);
    expect(relationsToOrganization(other, { ...actor, absorbed: [other] })).toEqual(['own']);
  });
});

import { describe, expect, it } from 'vitest';
import type { ReportedAccess } from '../../src/domain/access-report.ts';
import { access, type AccessCommand } from '../../src/domain/access.ts';
import type { Actor } from '../../src/domain/actor.ts';
import { streamFact } from '../../src/domain/decider.ts';
import { DATA_OPERATIONS, type AccessEvent, type AccessSubject } from '../../src/domain/events/grant.ts';
import { grant, type KnownGrant } from '../../src/domain/grant.ts';
import { asId, type ApplicationId, type GrantId } from '../../src/domain/ids.ts';
import { personal } from '../../src/domain/personal.ts';
import { resource } from '../../src/domain/resource.ts';
import { NO_FACTS, person, specOf } from '../support/decider-spec.ts';
import { entryOf, itemOf, law } from '../support/entries.ts';
import { factsOf } from '../support/facts.ts';
import { uuidOf } from '../support/envelopes.ts';
import { organizationId } from '../support/offices.ts';
import { inCatalog, RESOURCE, withdrawn } from '../support/resources.ts';

const { given } = specOf(access);
const GRANT = asId<GrantId>('grant-1');
const NOW = '2026-01-06T01:00:00.000Z';
const [provider, user, operator] = [organizationId('org-1'), organizationId('org-2'), organizationId('org-9')];
const application = asId<ApplicationId>('application-1');
const officer = person('officer', { organization: 'org-2' });
const gateway = person('gateway', { organization: 'org-9', kind: 'gateway' });
const system: Actor = { system: 'system:test' };

const right: KnownGrant = {
  status: 'issued',
  application,
  resource: RESOURCE,
  provider,
  user,
  operator,
  purpose: '核验',
  items: [
    { item: '姓名', rows: null },
    { item: '类别', rows: null },
  ],
  period: { from: '2026-01-06', to: '2026-12-31' },
};
const entry = entryOf({ items: [itemOf('姓名'), itemOf('类别'), itemOf('住址')] });
const published = specOf(resource).given(inCatalog(entry)).state;
const narrowed = specOf(resource).given(inCatalog(entryOf({ items: [itemOf('类别'), itemOf('姓名', { shareType: 'not-shared', legalBasis: law })] }))).state; // prettier-ignore
const suspended = specOf(resource).given([...inCatalog(), { type: 'ResourceSupplySuspended', data: { change: null, reason: 'x' } }]).state; // prettier-ignore
const noMore = specOf(resource).given(withdrawn).state;
const facts = (granted: unknown = right, supply: unknown = published) =>
  factsOf({ streams: { 'grant-grant-1': granted, [`resource-${RESOURCE}`]: supply } });

const subject = (items: readonly string[]): AccessSubject => ({
  kind: 'grant',
  grant: GRANT,
  application,
  grantRevision: 4,
  resource: RESOURCE,
  provider,
  user,
  operator,
  purpose: '核验',
  items,
});
const start = (items: readonly string[] = ['类别'], actor = officer, operation: (typeof DATA_OPERATIONS)[number] = 'query') =>
  ({
    type: 'StartAccess',
    data: { grant: GRANT, grantRevision: 4, entryVersion: 1, operation, items, filteredBy: [] as readonly string[] },
    actor,
  }) as const;
const started: AccessEvent = {
  type: 'AccessStarted',
  data: { operation: 'query', organization: user, subject: subject(['类别']) },
};
const result = { count: 20, bytes: 4_096, outcome: 'completed' } as const;
const ended: AccessEvent = { type: 'AccessEnded', data: { operation: 'query', subject: subject(['类别']), ...result } };

describe('starting an access (R14.3, R24.1)', () => {
  it('records whose grant is used, by whom and for what', () => {
    given([], facts()).when(start()).then([started]);
  });

  it('is of all granted items where none is named', () => {
    given([], facts())
      .when(start([]))
      .then([{ type: 'AccessStarted', data: { operation: 'query', organization: user, subject: subject(['姓名', '类别']) } }]);
  });

  it.each(DATA_OPERATIONS)('is recorded for the operation %s (R24.2)', (operation) => {
    given([], facts())
      .when(start(['类别'], officer, operation))
      .then([{ type: 'AccessStarted', data: { operation, organization: user, subject: subject(['类别']) } }]);
  });

  it('belongs to a person', () => {
    given([], facts())
      .when(start(['类别'], system))
      .refused('access.needs-account');
  });

  it.each([[{ status: 'none' }], [{ status: 'abandoned' }]])('needs a grant, not %j', (granted) => {
    given([], facts(granted)).when(start()).refused('access.no-such-grant');
  });

  it('belongs to the organization that the grant is for', () => {
    given([], facts())
      .when(start(['类别'], person('x', { organization: 'org-1' })))
      .refused('access.not-its-user');
    const heir = person('heir', { organization: 'org-9', absorbed: ['org-2'] });
    const organization = organizationId('org-9');
    given([], facts())
      .when(start(['类别'], heir))
      .then([{ ...started, data: { ...started.data, organization } }]);
  });

  it.each(['basic', 'substantial'])('needs to know the person surely, not at level %s', (assurance) => {
    given([], facts())
      .when(start(['类别'], person('x', { organization: 'org-2', assurance })))
      .refused('access.assurance-too-low', { assurance });
  });

  it.each([
    ['suspended', { ...right, status: 'suspended' }],
    ['revoked', { ...right, status: 'revoked' }],
    ['not-yet', { ...right, period: { from: '2026-01-07', to: null } }],
    ['expired', { ...right, period: { from: '2026-01-01', to: '2026-01-05' } }],
  ])('needs a grant that is live, not %s', (status, granted) => {
    given([], facts(granted)).when(start()).refused('access.grant-not-live', { status });
  });

  it('gives a file, which is given whole, to nobody who was denied a conditional item of it (R11.3)', () => {
    const download = start([], officer, 'download');
    const items = ['姓名', '类别', '住址'].map((name) => itemOf(name, { shareType: 'conditional' }));
    const conditional = entryOf({ shareType: 'conditional', shareCondition: '限核验', items });
    const supply = specOf(resource).given(inCatalog(conditional)).state;
    given([], facts(right, supply))
      .when(download)
      .refused('access.file-beyond-grant', { items: ['住址'] });
    given([], facts(right, supply)).when(start()).then([started]);
    const all = ['姓名', '类别', '住址'];
    given([], facts({ ...right, items: all.map((item) => ({ item, rows: null })) }, supply))
      .when(download)
      .then([{ type: 'AccessStarted', data: { operation: 'download', organization: user, subject: subject(all) } }]);
  });

  it('gives no file to whom a reply gave some of its rows (R14.3)', () => {
    const rows = { item: '类别', is: 'eq', value: '城市' } as const;
    const some = { ...right, items: [{ item: '姓名', rows }, ...right.items.slice(1)] };
    given([], facts(some))
      .when(start([], officer, 'download'))
      .refused('access.file-beyond-rows', { items: ['姓名'] });
    given([], facts(some)).when(start()).then([started]);
  });

  it('gives no file with an item in it that is shown masked only (R23.1)', () => {
    const masked = entryOf({ items: [itemOf('姓名'), itemOf('类别'), itemOf('住址', { mask: 'all' })] });
    const supply = { ...published, entry: masked };
    given([], facts(right, supply))
      .when(start([], officer, 'download'))
      .refused('access.file-unmasked', { items: ['住址'] });
    given([], facts(right, supply)).when(start()).then([started]);
  });

  it('names the items beyond the grant', () => {
    given([], facts())
      .when(start(['姓名', '病历', '住址']))
      .refused('access.items-beyond-grant', { items: ['病历', '住址'] });
  });

  it('gives of all that was granted what is still shared, and refuses by name what is not (R11.4)', () => {
    given([], facts(right, narrowed)).when(start([])).then([started]);
    given([], facts(right, narrowed))
      .when(start(['姓名', '类别']))
      .refused('access.items-withdrawn', { items: ['姓名'] });
    const only = { ...right, items: [{ item: '姓名', rows: null }] };
    given([], facts(only, narrowed))
      .when(start([]))
      .refused('access.items-withdrawn', { items: ['姓名'] });
  });

  it('gives nothing of what has become not shared as a whole, whatever its items say (R11.4)', () => {
    const items = ['姓名', '类别'].map((name) => itemOf(name, { shareType: 'conditional' }));
    const withheld = { ...published, entry: entryOf({ shareType: 'not-shared', legalBasis: law, items }) };
    for (const operation of ['query', 'download'] as const)
      given([], facts(right, withheld))
        .when(start([], officer, operation))
        .refused('access.items-withdrawn', { items: ['姓名', '类别'] });
  });

  it('gives without an application only what still needs none (R11.2, R11.3)', () => {
    const direct = { ...right, application: null };
    const items = [itemOf('姓名', { shareType: 'conditional' }), itemOf('类别')];
    const supply = { ...published, entry: entryOf({ shareType: 'conditional', shareCondition: '限核验', items }) };
    const rest = { ...subject(['类别']), application: null };
    given([], facts(direct, supply))
      .when(start([]))
      .then([{ ...started, data: { ...started.data, subject: rest } }]);
    given([], facts(direct, supply))
      .when(start(['姓名', '类别']))
      .refused('access.items-withdrawn', { items: ['姓名'] });
    given([], facts(right, supply)).when(start()).then([started]);
  });

  it('gives no file of which an item that was granted is given no more: nothing can be cut out of it (R11.4)', () => {
    for (const asked of [[], ['类别']])
      given([], facts(right, narrowed))
        .when(start(asked, officer, 'download'))
        .refused('access.items-withdrawn', { items: ['姓名'] });
  });

  it('gives nobody a file with an item in it that is not shared, also whom nothing was promised of it (R11.4)', () => {
    const items = [itemOf('姓名'), itemOf('类别'), itemOf('密级', { shareType: 'not-shared', legalBasis: law })];
    const supply = { ...published, entry: entryOf({ shareType: 'conditional', shareCondition: '限核验', items }) };
    for (const granted of [right, { ...right, application: null }])
      given([], facts(granted, supply))
        .when(start([], officer, 'download'))
        .refused('access.file-withheld', { items: ['密级'] });
    given([], facts(right, supply)).when(start()).then([started]);
  });

  it('gives nothing where rows were picked by an item that the entry has no more (R14.3)', () => {
    const rows = { item: '密级', is: 'ne', value: '内部' } as const;
    const some = { ...right, items: right.items.map((each) => ({ ...each, rows })) };
    given([], facts(some))
      .when(start())
      .refused('access.items-withdrawn', { items: ['密级'] });
    const known = entryOf({ items: [...entry.items, itemOf('密级', { shareType: 'not-shared', legalBasis: law })] });
    given([], facts(some, { ...published, entry: known }))
      .when(start())
      .then([started]);
  });

  describe('under conditions of the reader', () => {
    const entry = entryOf({ items: [itemOf('姓名', { mask: 'name' }), itemOf('类别'), itemOf('病历')] });
    const supply = { ...published, entry };
    const filtered = (...filteredBy: readonly string[]) => {
      const asked = start();
      return { ...asked, data: { ...asked.data, filteredBy } };
    };
    it('takes them on granted items that are shown whole', () => {
      given([], facts(right, supply)).when(filtered('类别')).then([started]);
    });
    it('refuses them on items beyond the grant, which they would tell of', () => {
      given([], facts(right, supply)).when(filtered('类别', '病历')).refused('access.filter-beyond-grant', { item: '病历' });
    });
    it('refuses them on masked items, of which they would tell what the mask hides (R23.1)', () => {
      given([], facts(right, supply)).when(filtered('姓名')).refused('access.filter-on-masked', { item: '姓名' });
    });
    it('refuses them on items that are given no more, of which they would tell guess by guess (R11.4)', () => {
      const changed = (shareType: 'conditional' | 'not-shared') => ({
        ...published,
        entry: entryOf({
          shareType: 'conditional',
          shareCondition: '限核验',
          items: [itemOf('姓名', { shareType }), itemOf('类别')],
        }),
      });
      const direct = { ...right, application: null };
      for (const [held, shareType] of [
        [right, 'not-shared'],
        [direct, 'conditional'],
      ] as const)
        given([], facts(held, changed(shareType)))
          .when(filtered('姓名'))
          .refused('access.items-withdrawn', { items: ['姓名'] });
    });
    it('refuses them on items that the entry has no more', () => {
      const less = { ...published, entry: entryOf({ items: [itemOf('姓名')] }) };
      const asked = start(['姓名']);
      given([], facts(right, less))
        .when({ ...asked, data: { ...asked.data, filteredBy: ['类别'] } })
        .refused('access.filter-on-masked', { item: '类别' });
    });
  });

  it('is by the entry that was read, and not by one that a change has made of it since (R14.3)', () => {
    given([], facts(right, { ...published, version: 2 }))
      .when(start())
      .refused('access.entry-changed', { version: 2 });
  });

  it('needs a resource that is still supplied', () => {
    given([], facts(right, noMore)).when(start()).refused('access.resource-withdrawn');
    given([], facts(right, suspended)).when(start()).refused('access.supply-suspended');
  });
});

describe('ending an access', () => {
  const end = { type: 'EndAccess', data: result } as const;

  it('says how it went, of what was started', () => {
    given([started]).when(end).then([ended]);
  });

  it('is nothing to do twice', () => {
    given([started, ended]).when(end).then([]);
  });

  it('needs a beginning', () => {
    given([]).when(end).refused('access.not-started');
  });
});

describe('what else is recorded (R24.2)', () => {
  it('is an attempt that was refused', () => {
    const refuse = { type: 'RefuseAccess', data: { grant: GRANT, grantRevision: 4, operation: 'download', items: ['住址'], code: 'access.items-beyond-grant' } } as const; // prettier-ignore
    const refused = { operation: 'download', organization: user, grant: GRANT, code: 'access.items-beyond-grant' } as const;
    given([], facts()).when({ ...refuse, actor: officer }).then([{ type: 'AccessRefused', data: { ...refused, subject: subject(['住址']) } }]); // prettier-ignore
    given([], facts({ status: 'none' })).when({ ...refuse, actor: officer }).then([{ type: 'AccessRefused', data: { ...refused, subject: null } }]); // prettier-ignore
    given([]).when(refuse).refused('access.needs-account');
  });

  it("is a reading of the log, an auditor's too", () => {
    const read = { type: 'RecordLogRead', data: { filter: 'type=GrantIssued', from: 3, to: 9 } } as const;
    given([]).when({ ...read, actor: officer }).then([{ type: 'AccessStarted', data: { operation: 'query', organization: user, subject: { kind: 'log', filter: 'type=GrantIssued', from: 3, to: 9 } } }]); // prettier-ignore
    given([]).when(read).refused('access.needs-account');
  });

  it('is a reading of personal fields', () => {
    const read = { type: 'RecordPersonalRead', data: { of: 'account-7' } } as const;
    given([]).when({ ...read, actor: officer }).then([{ type: 'AccessStarted', data: { operation: 'query', organization: user, subject: { kind: 'personal', of: 'account-7' } } }]); // prettier-ignore
    given([]).when(read).refused('access.needs-account');
  });
});

describe('the report of a gateway (R24.2)', () => {
  const record = (part: Partial<ReportedAccess> = {}): ReportedAccess => ({
    grant: GRANT,
    operation: 'share',
    items: ['姓名'],
    count: 1,
    outcome: 'completed',
    person: personal('王芳', 'a-1'),
    system: null,
    occurredAt: NOW,
    ...part,
  });
  const report = (...records: readonly ReportedAccess[]) =>
    ({ type: 'ReportAccesses', data: { records }, actor: gateway }) as const;
  const told = (part: number, records: readonly ReportedAccess[]): AccessEvent => ({
    type: 'AccessesReported',
    data: {
      organization: operator,
      part,
      records: records.map((each) => ({ ...each, application, resource: RESOURCE, provider, user, operator })),
    },
  });

  it('adds whose grant was used', () => {
    const bySystem = record({ person: null, system: '医疗救助系统' });
    given([], facts())
      .when(report(record(), bySystem))
      .then([told(0, [record(), bySystem])]);
  });

  const wide = { ...right, items: Array.from({ length: 12 }, (_, n) => ({ item: `信息项名称${String(n)}`, rows: null })).concat(right.items as never) }; // prettier-ignore
  const partsOf = (records: readonly ReportedAccess[]) =>
    access.decide({ ...report(...records), id: 'c', at: NOW }, { status: 'none' }, facts(wide)).map(({ data }) => data as { part: number; records: readonly object[] }); // prettier-ignore

  it('is of parts that fit into an event, in order, whatever the records hold', () => {
    const items = Array.from({ length: 12 }, (_, n) => `信息项名称${String(n)}`);
    const parts = partsOf(Array.from({ length: 400 }, (_, count) => record({ count, items, person: count % 2 === 0 ? null : personal('王芳', 'a'), system: '平台' }))); // prettier-ignore
    expect(parts.map(({ part }) => part)).toStrictEqual(parts.map((_, index) => index));
    expect(parts.flatMap(({ records }) => records.map((each) => (each as { count: number }).count))).toStrictEqual(Array.from({ length: 400 }, (_, n) => n)); // prettier-ignore
    for (const part of parts) {
      const sealed = part.records.filter((each) => (each as { person: unknown }).person !== null).length * 180;
      expect(Buffer.byteLength(JSON.stringify(part.records)) + sealed).toBeLessThan(52_000);
    }
    expect(parts.length).toBeLessThan(20);
    expect(partsOf([record()])).toHaveLength(1);
    given([], facts()).when(report()).then([]);
  });

  it('is of parts that hold, each, the basis of the grants of its own records, though every record is of another grant', () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => asId<GrantId>(uuidOf(String(n))));
    const known = factsOf({ streams: Object.fromEntries(ids.map((id) => [`grant-${id}`, right])) });
    const records = ids.map((id) => record({ grant: id, person: personal('欧阳娜娜', uuidOf('gateway')) }));
    const events = access.decide({ ...report(...records), id: 'c', at: NOW }, { status: 'none' }, known);
    const actors = [
      { stream: `account-${uuidOf('a')}`, revision: 3 },
      { view: 'resource-users', position: 7 },
    ];
    const basis = [...actors, ...ids.map((id) => ({ stream: `grant-${id}`, revision: 1_000_000 }))];
    const named = events.map((event) => access.basisOf?.(event, basis) ?? []);
    const own = events.map(({ data }) => (data as { records: readonly ReportedAccess[] }).records.map(({ grant: id }) => id));
    expect(named).toStrictEqual(own.map((of) => [...actors, ...of.map((id) => ({ stream: `grant-${id}`, revision: 1_000_000 }))]));
    expect(own.flat()).toStrictEqual(ids);
    const sizes = events.map(({ data }, part) => Buffer.byteLength(JSON.stringify({ data, basis: named[part] })) + (own[part]?.length ?? 0) * 180); // prettier-ignore
    for (const size of sizes) expect(size).toBeLessThan(55_000);
    expect(events.length).toBeLessThan(20);
    expect(access.basisOf?.(started, basis)).toBe(basis);
  });

  it('is refused where it does not fit into one append', () => {
    const items = Array.from({ length: 120 }, (_, n) => `${'长'.repeat(90)}${String(n)}`);
    given([], facts({ ...right, items: items.map((item) => ({ item, rows: null })) }))
      .when(report(...Array.from({ length: 40 }, () => record({ items }))))
      .refused('access.report-too-large', { most: 850_000 });
  });

  it.each([
    ['a record of a grant that is not in the ledger', 'access.record-without-grant', record(), { status: 'none' }],
    ["a record of another platform's grant", 'access.record-without-grant', record(), { ...right, operator: user }],
    ['a record of a grant on no platform', 'access.record-without-grant', record(), { ...right, operator: null }],
    ['a record of nobody', 'access.record-without-user', record({ person: null }), right],
    ['a record of what is to come', 'access.record-in-future', record({ occurredAt: '2026-01-06T01:00:00.001Z' }), right],
  ])('is refused for %s', (_, code, bad, granted) => {
    const good = factsOf({ streams: { 'grant-grant-1': granted, 'grant-good': right } });
    given([], good)
      .when(report(record({ grant: asId<GrantId>('good') }), bad))
      .refused(code, { path: 'records[1]' });
  });

  it('tells of accesses beyond the grant and after its end, whatever came of them: they are evidence (requirements §4)', () => {
    const beyond = record({ items: ['姓名', '住址', '学历'] });
    for (const happened of [beyond, { ...beyond, outcome: 'refused' } as const])
      given([], facts({ ...right, status: 'revoked' }))
        .when(report(record(), happened))
        .then([told(0, [record(), happened])]);
  });

  it('is of the platform that its organization has taken on since a merger', () => {
    given([], facts())
      .when({ ...report(record()), actor: person('gateway', { organization: 'org-heir', absorbed: ['org-9'], kind: 'gateway' }) })
      .then([
        { ...told(0, [record()]), data: { ...told(0, [record()]).data, organization: 'org-heir' } } as unknown as AccessEvent,
      ]);
  });

  it('is not the word of the system', () => {
    given([], facts())
      .when({ ...report(record()), actor: system })
      .refused('access.needs-account');
  });
});

describe('an access has a stream of its own', () => {
  const commands = [
    start(),
    { type: 'RefuseAccess', data: { grant: GRANT, grantRevision: 4, operation: 'query', items: [], code: 'x' }, actor: officer },
    { type: 'RecordLogRead', data: { filter: '', from: 0, to: 0 }, actor: officer },
    { type: 'RecordPersonalRead', data: { of: 'a' }, actor: officer },
    { type: 'ReportAccesses', data: { records: [] }, actor: gateway },
  ] as const;

  it.each(commands)('$type is refused where one has begun or ended', (command) => {
    given([started], facts()).when(command).refused('access.exists');
    given([started, ended], facts()).when(command).refused('access.exists');
  });

  it('knows what was started until it ends', () => {
    expect(given([]).state).toStrictEqual({ status: 'none' });
    expect(given([started]).state).toStrictEqual({ status: 'started', operation: 'query', subject: subject(['类别']) });
    expect(given([started, ended]).state).toStrictEqual({ status: 'ended' });
  });
});

describe('the facts of an access', () => {
  const reads = (command: object, known = NO_FACTS) =>
    access.reads?.({ id: 'c', at: NOW, actor: officer, ...command } as unknown as AccessCommand, { status: 'none' }, known);
  const onGrant = streamFact(grant, GRANT);

  it('are the grant, then its resource', () => {
    expect(reads(start())).toStrictEqual([onGrant]);
    expect(reads(start(), facts({ status: 'none' }))).toStrictEqual([onGrant]);
    expect(reads(start(), facts())).toStrictEqual([onGrant, streamFact(resource, RESOURCE)]);
  });

  it('are of a report each grant once, and of the rest none', () => {
    const records = ['grant-1', 'grant-2', 'grant-1'].map((id) => ({ grant: id }));
    expect(reads({ type: 'ReportAccesses', data: { records } })).toStrictEqual([
      onGrant,
      streamFact(grant, asId<GrantId>('grant-2')),
    ]);
    expect(reads({ type: 'RefuseAccess', data: { grant: GRANT } })).toStrictEqual([onGrant]);
    expect(reads({ type: 'EndAccess', data: result })).toStrictEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/domain/actor.ts';
import { applicationFold, type ApplicationState } from '../../src/domain/application-state.ts';
import { application, relationsToApplication } from '../../src/domain/application.ts';
import { streamFact, type SetMembers } from '../../src/domain/decider.ts';
import type { ApplicationEvent, Reply, Request } from '../../src/domain/events/application.ts';
import { asId, type ApplicationId, type OrganizationId, type PolicyId, type ResourceId } from '../../src/domain/ids.ts';
import { operatorSeat } from '../../src/domain/operator-seat.ts';
import { policyDecider } from '../../src/domain/policy.ts';
import { resource as resourceDecider } from '../../src/domain/resource.ts';
import { fold, type Past } from '../../src/domain/decider.ts';
import { person, specOf, type Happened } from '../support/decider-spec.ts';
import { entryOf, itemOf } from '../support/entries.ts';
import { factsOf, policyStream } from '../support/facts.ts';
import { fixedId } from '../support/events.ts';
import { inCatalog } from '../support/resources.ts';
import { nanchang, regulation809 } from '../support/shipped.ts';

const { given } = specOf(application);
const resource = asId<ResourceId>('resource-1');
const [provider, applicant, operator] = ['org-1', 'org-2', 'org-9'].map((id) => asId<OrganizationId>(id)) as [OrganizationId, OrganizationId, OrganizationId]; // prettier-ignore
const parties = { resource, provider, applicant, operator };

const conditional = entryOf({
  shareType: 'conditional',
  shareCondition: '限审批使用',
  items: [
    itemOf('姓名', { shareType: 'conditional' }),
    itemOf('类别', { shareType: 'conditional' }),
    itemOf('病历', { shareType: 'not-shared', legalBasis: { type: 'law', title: 'x', article: 'y' } }),
  ],
});
const stateOf = (events: readonly Happened<never>[] | readonly object[]) =>
  fold(resourceDecider, (events as readonly object[]).map((event, revision) => ({ id: fixedId('e', revision), revision, at: '2026-01-05T01:00:00.000Z', actor: 'x', commandId: fixedId('c', revision), ...event })) as Past<never>[]); // prettier-ignore
const published = (entry = conditional) => stateOf(inCatalog(entry));
const seat = { holder: operator };
const facts = (part: Readonly<Record<string, unknown>> = {}) =>
  factsOf({ streams: { 'resource-resource-1': published(), 'operator-city-360100': seat, ...part } });

const officer = person('officer', { organization: 'org-2' });
const chief = person('chief', { organization: 'org-2', isChief: true });
const delegate = person('delegate', { organization: 'org-2', delegations: [{ by: 'chief', matters: ['applications'] }] });
const checker = person('checker', { organization: 'org-9' });
const providerOfficer = person('provider-officer', { organization: 'org-1' });
/** The chief of a body into which another was merged (R2.1). */
const heirOf = (body: OrganizationId) => person('heir', { organization: 'org-8', absorbed: [body], isChief: true });
const providerChief = person('provider-chief', { organization: 'org-1', isChief: true });

const request: Request = {
  purpose: '核验',
  legalDuty: '三定第三条',
  systemName: '审批平台',
  items: ['姓名', '类别'],
  period: { from: '2026-01-06', to: '2026-12-31' },
  undertaking: { version: '1', accepted: true },
};
const submit = (actor: Actor = officer, part: Partial<Request> = {}) =>
  ({ type: 'SubmitApplication', data: { resource, ...request, ...part }, actor }) as const;
const submittedEvent: ApplicationEvent = {
  type: 'SharingApplicationSubmitted',
  data: { ...request, ...parties, resourceVersion: 1 },
};
const receivedEvent = (round = 1): ApplicationEvent => ({
  type: 'SharingApplicationReceived',
  data: { round, leg: '1', ...parties },
});
const submitted = { ...submittedEvent, actor: 'officer' };
const passedEvent: ApplicationEvent = { type: 'FormalityCheckPassed', data: { round: 1, leg: '1', ...parties, comment: null } };
const defect = (path: string) => ({ path, message: '请写明' });
const returnedEvent = (round = 1, ...paths: string[]): ApplicationEvent => ({ type: 'FormalityCheckReturned', data: { round, leg: '1', ...parties, comment: '补正', defects: paths.map(defect) } }); // prettier-ignore
const supplementedEvent = (part: Partial<Request> = {}, round = 2): ApplicationEvent => ({ type: 'SharingApplicationSupplemented', data: { ...request, ...part, ...parties, round, comment: null } }); // prettier-ignore
const received = [submitted, receivedEvent()];
const awaiting = [...received, passedEvent];
const item = (name: string, granted = true, part: object = {}) => ({ item: name, granted, rows: null, reason: null, ...part });
const approval: Reply = { outcome: 'approved', items: [item('姓名'), item('类别')], conditions: null, reason: null };
const draftedEvent: ApplicationEvent = { type: 'ReplyDrafted', data: { round: 1, reply: approval } };
const drafted = [...awaiting, { ...draftedEvent, actor: 'provider-officer' }];
const givenReply: ApplicationEvent = { type: 'ReplyGiven', data: { round: 1, ...parties, reply: approval } };

describe('submitting (R13.1, R13.2)', () => {
  it('waits for the endorsement of the data chief when an officer sends it', () => {
    given([], facts()).when(submit()).then([submittedEvent]);
  });

  it.each([
    ['the chief', chief],
    ['a delegate', delegate],
  ])('is received at once when %s sends it', (_, actor) => {
    given([], facts()).when(submit(actor)).then([submittedEvent, receivedEvent()]);
  });

  it.each([
    ['a resource that is not published', 'application.resource-not-published', { 'resource-resource-1': { status: 'draft' } }, { resource }],
    ['what is not shared', 'application.not-shared', { 'resource-resource-1': published(entryOf({ shareType: 'not-shared' })) }, {}],
    ['what needs no application', 'application.resource-not-conditional', { 'resource-resource-1': published(entryOf()) }, {}],
    ['a suspended supply', 'application.supply-suspended', { 'resource-resource-1': stateOf([...inCatalog(conditional), { type: 'ResourceSupplySuspended', data: { change: null, reason: 'x' } }]) }, {}],
    ['an area without an operator', 'application.no-operator', { 'operator-city-360100': { holder: null } }, { level: 'city', divisionCode: '360100' }],
  ] as const)('is refused for %s', (_, code, streams, details) => {
    given([], facts(streams)).when(submit()).refused(code, details);
  }); // prettier-ignore

  it("is refused for one's own resource, and upwards, where one's own operator comes first (R14.4)", () => {
    given([], facts()).when(submit(providerOfficer)).refused('application.own-resource');
    given([], facts())
      .when(submit(heirOf(provider)))
      .refused('application.own-resource');
    const county = person('county', { organization: 'org-2', level: 'county' });
    given([], facts()).when(submit(county)).refused('application.superior-level', { level: 'city' });
    const above = person('province', { organization: 'org-2', level: 'province' });
    given([], facts()).when(submit(above)).then([submittedEvent]);
  });

  it('names every item that may not be asked for, at once', () => {
    given([], facts())
      .when(submit(officer, { items: ['姓名', '病历', '没有', '姓名'] }))
      .refused('application.items-unavailable', { items: ['病历', '没有', '姓名'] });
    given([], facts())
      .when(submit(officer, { items: [] }))
      .refused('application.items-unavailable', { items: [] });
  });

  it('is refused for a period that ends before it begins, by the system, and twice', () => {
    const period = { from: '2026-02-02', to: '2026-02-01' };
    given([], facts()).when(submit(officer, { period })).refused('application.period-reversed', period);
    const today = { from: '2025-12-01', to: '2026-01-06' };
    given([], facts())
      .when(submit(officer, { period: today }))
      .then([{ ...submittedEvent, data: { ...submittedEvent.data, period: today } as never }]);
    given([], facts())
      .when(submit(officer, { period: { ...today, to: '2026-01-05' } }))
      .refused('application.period-over', { to: '2026-01-05' });
    given([], facts()).when(submit(officer, { period: { from: '2026-02-02', to: '2026-02-02' } })).then([{ ...submittedEvent, data: { ...submittedEvent.data, period: { from: '2026-02-02', to: '2026-02-02' } } }]); // prettier-ignore
    given([], facts())
      .when(submit({ system: 'system:test' }))
      .refused('application.needs-account');
    given([submitted], facts()).when(submit()).refused('application.exists');
  });
});

describe('the endorsement (R13.1)', () => {
  const endorse = (actor: Actor, decision: 'approve' | 'decline' = 'approve', comment: string | null = null) =>
    ({ type: 'EndorseApplication', data: { decision, comment }, actor }) as const;

  it("starts the operator's clock", () => {
    given([submitted]).when(endorse(chief, 'approve', '同意')).then([{ type: 'SharingApplicationEndorsed', data: { comment: '同意' } }, receivedEvent()]); // prettier-ignore
    given([submitted])
      .when(endorse(delegate))
      .then([{ type: 'SharingApplicationEndorsed', data: { comment: null } }, receivedEvent()]);
  });

  it('may be declined with a comment', () => {
    given([submitted]).when(endorse(chief, 'decline', '无需')).then([{ type: 'SharingApplicationEndorsementDeclined', data: { comment: '无需' } }]); // prettier-ignore
    given([submitted]).when(endorse(chief, 'decline')).refused('application.comment-required');
  });

  it('belongs to the chief of the applicant, while it is waited for', () => {
    given([submitted]).when(endorse(officer)).refused('application.needs-data-chief');
    given([submitted]).when(endorse(providerChief)).refused('application.not-its-applicant');
    given([submitted])
      .when(endorse(heirOf(applicant)))
      .then([{ type: 'SharingApplicationEndorsed', data: { comment: null } }, receivedEvent()]);
    given([submitted])
      .when(endorse({ system: 'system:test' }))
      .refused('application.not-its-applicant');
    given(received).when(endorse(chief)).refused('application.wrong-status', { status: 'received' });
    given([]).when(endorse(chief)).refused('application.abandoned');
  });

  it('lets the provider answer with its chief, who did not write the draft (R14.2)', () => {
    given(drafted, facts()).when(endorse(providerChief)).then([givenReply]);
    const replies = person('d', { organization: 'org-1', delegations: [{ by: 'provider-chief', matters: ['replies'] }] });
    given(drafted, facts()).when(endorse(replies)).then([givenReply]);
    given(drafted)
      .when(endorse(providerChief, 'decline', '改'))
      .then([{ type: 'ReplyDraftReturned', data: { round: 1, comment: '改' } }]);
    given(drafted).when(endorse(providerChief, 'decline')).refused('application.comment-required');
    given(drafted).when(endorse(chief)).refused('application.not-its-provider');
    given(drafted, facts())
      .when(endorse(heirOf(provider)))
      .then([givenReply]);
    given(drafted)
      .when(endorse({ system: 'system:test' }))
      .refused('application.not-its-provider');
    given(drafted).when(endorse(providerOfficer)).refused('application.needs-data-chief');
    const drafter = person('provider-officer', { organization: 'org-1', isChief: true });
    given(drafted).when(endorse(drafter)).refused('application.drafter-endorses');
  });

  it('lets agree only to what is still supplied when the chief does; refuse, to anything (R14.2)', () => {
    const withdrawn = facts({ 'resource-resource-1': { status: 'withdrawn' } });
    given(drafted, withdrawn).when(endorse(providerChief)).refused('application.resource-not-published', { resource });
    const narrowed = entryOf({ ...conditional, items: [itemOf('类别', { shareType: 'conditional' })] });
    given(drafted, facts({ 'resource-resource-1': published(narrowed) }))
      .when(endorse(providerChief))
      .refused('application.items-unavailable', { items: ['姓名'] });
    const refusal: Reply = { outcome: 'refused', items: [], conditions: null, reason: '无法提供' };
    const refused = [...awaiting, { type: 'ReplyDrafted', data: { round: 1, reply: refusal }, actor: 'provider-officer' }];
    given(refused as never, withdrawn)
      .when(endorse(providerChief))
      .then([{ type: 'ReplyGiven', data: { round: 1, ...parties, reply: refusal } }]);
  });
});

describe('the formality check (R14.1)', () => {
  const check = (
    outcome: 'passed' | 'returned' | 'refused',
    comment: string | null = null,
    paths: readonly string[] = [],
    actor: Actor = checker,
  ) => ({ type: 'CheckFormality', data: { outcome, comment, defects: paths.map(defect) }, actor }) as const;

  it("passes, which is the provider's receipt too", () => {
    given(received).when(check('passed')).then([passedEvent]);
  });

  it('returns with every defect at once', () => {
    given(received)
      .when(check('returned', '补正', ['legalDuty', 'period.to']))
      .then([returnedEvent(1, 'legalDuty', 'period.to')]);
    given(received).when(check('returned', '补正')).refused('application.defects-required');
    given(received)
      .when(check('returned', null, ['x']))
      .refused('application.comment-required');
    given(received)
      .when(check('passed', null, ['x']))
      .refused('application.defects-without-return');
  });

  it('refuses with a reason', () => {
    given(received)
      .when(check('refused', '不属于'))
      .then([{ type: 'FormalityCheckRefused', data: { round: 1, leg: '1', ...parties, comment: '不属于' } }]);
    given(received).when(check('refused')).refused('application.comment-required');
  });

  it('returns a second time only for what the supplement brought', () => {
    const again = [
      ...received,
      returnedEvent(1, 'legalDuty'),
      supplementedEvent({ legalDuty: '新', items: ['姓名'] }),
      receivedEvent(2),
    ];
    given(again)
      .when(check('returned', '补正', ['legalDuty', 'items[0]']))
      .then([returnedEvent(2, 'legalDuty', 'items[0]')]);
    given(again).when(check('returned', '补正', ['items', 'purpose', 'period.from'])).refused('application.defect-not-new', { paths: ['purpose', 'period.from'] }); // prettier-ignore
  });

  it('is done by another person of the house where the operator itself applies', () => {
    const own = [{ ...submitted, data: { ...submittedEvent.data, applicant: operator } }, receivedEvent()] as typeof received;
    given(own).when(check('passed', null, [], person('officer', { organization: 'org-9' }))).refused('application.applicant-checks'); // prettier-ignore
    const { state } = given(own);
    const command = { ...check('passed'), id: 'c', at: '2026-01-06T01:00:00.000Z' };
    expect(application.decide(command, state, facts()).map(({ type }) => type)).toStrictEqual(['FormalityCheckPassed']);
  });

  it('is never done by who endorsed it, nor by the chief for whom a delegate did', () => {
    const endorsed = { type: 'SharingApplicationEndorsed', data: { comment: null }, actor: 'helper', onBehalfOf: 'chief' } as const;
    for (const account of ['helper', 'chief'])
      given([submitted, endorsed, receivedEvent()])
        .when(check('passed', null, [], person(account, { organization: 'org-9' })))
        .refused('application.applicant-checks');
  });

  it('is never done by an author, nor before receipt', () => {
    given(received)
      .when(check('passed', null, [], person('officer', { organization: 'org-9' })))
      .refused('application.applicant-checks');
    given(received)
      .when(check('passed', null, [], { system: 'system:test' }))
      .refused('application.applicant-checks');
    const helped = [...received, returnedEvent(1, 'x'), { ...supplementedEvent(), actor: 'second' }, receivedEvent(2)];
    given(helped)
      .when(check('passed', null, [], person('second', { organization: 'org-9' })))
      .refused('application.applicant-checks');
    given([submitted]).when(check('passed')).refused('application.wrong-status', { status: 'awaiting-endorsement' });
  });
});

describe('the supplement (R14.1)', () => {
  const supplement = (actor: Actor, part: Partial<Request> = {}) =>
    ({ type: 'SupplementApplication', data: { ...request, ...part, comment: null }, actor }) as const;
  const returned = [...received, returnedEvent(1, 'legalDuty')];

  it('is a new receipt with a new clock when the chief sends it, else it waits for the endorsement', () => {
    given(returned, facts())
      .when(supplement(chief))
      .then([supplementedEvent(), receivedEvent(2)]);
    given(returned, facts())
      .when(supplement(delegate))
      .then([supplementedEvent(), receivedEvent(2)]);
    given(returned, facts()).when(supplement(officer)).then([supplementedEvent()]);
    given([...returned, supplementedEvent()]).when({ type: 'EndorseApplication', data: { decision: 'approve', comment: null }, actor: chief }).then([{ type: 'SharingApplicationEndorsed', data: { comment: null } }, receivedEvent(2)]); // prettier-ignore
  });

  it('is checked as the submission was, and follows a return only', () => {
    given(returned, facts())
      .when(supplement(chief, { items: ['病历'] }))
      .refused('application.items-unavailable', { items: ['病历'] });
    given(received, facts()).when(supplement(chief)).refused('application.wrong-status', { status: 'received' });
  });
});

describe('withdrawing', () => {
  const withdraw = { type: 'WithdrawApplication', data: { reason: '取消' }, actor: officer } as const;
  const withdrawn: ApplicationEvent = { type: 'SharingApplicationWithdrawn', data: { ...parties, reason: '取消' } };

  it.each([
    ['before its endorsement', [submitted]],
    ['before its check', received],
    ['when returned', [...received, returnedEvent(1, 'x')]],
    ['before its reply', awaiting],
    ['while the reply is drafted', drafted],
  ])('is possible %s', (_, events) => {
    given(events).when(withdraw).then([withdrawn]);
  });

  it('is nothing to do twice, and too late after the reply', () => {
    given([...received, withdrawn])
      .when(withdraw)
      .then([]);
    given([...awaiting, givenReply])
      .when(withdraw)
      .refused('application.wrong-status', { status: 'approved' });
    given([submitted, { type: 'SharingApplicationEndorsementDeclined', data: { comment: 'x' } }]).when(withdraw).refused('application.wrong-status', { status: 'declined' }); // prettier-ignore
  });
});

describe('the reply (R11.3, R14.2)', () => {
  type Said = {
    outcome: Reply['outcome'];
    items?: readonly ReturnType<typeof item>[] | null;
    conditions?: string | null;
    reason?: string | null;
  };
  const reply = (actor: Actor, { outcome, items = null, conditions = null, reason = null }: Said) =>
    ({ type: 'ReplyToApplication', data: { outcome, items, conditions, reason }, actor }) as const;
  const toReply = given(awaiting, facts());
  const rows = { item: '类别', is: 'eq', value: '城市' } as const;

  it('is a draft of an officer, the word of the chief or a delegate for replies', () => {
    toReply.when(reply(providerOfficer, { outcome: 'approved' })).then([draftedEvent]);
    toReply.when(reply(providerChief, { outcome: 'approved' })).then([givenReply]);
    const replies = person('d', { organization: 'org-1', delegations: [{ by: 'provider-chief', matters: ['replies'] }] });
    toReply.when(reply(replies, { outcome: 'approved' })).then([givenReply]);
  });

  it('decides item by item, in the order of the request', () => {
    const items = [item('类别', false, { reason: '超出' }), item('姓名')];
    toReply.when(reply(providerChief, { outcome: 'partly-approved', items, reason: '部分' })).then([
      { type: 'ReplyGiven', data: { round: 1, ...parties, reply: { outcome: 'partly-approved', items: [items[1], items[0]], conditions: null, reason: '部分' } } } as ApplicationEvent, // prettier-ignore
    ]);
    const narrowed = [item('姓名', true, { rows }), item('类别')];
    toReply.when(reply(providerChief, { outcome: 'partly-approved', items: narrowed, reason: '部分', conditions: '限期' })).then([
      { type: 'ReplyGiven', data: { round: 1, ...parties, reply: { outcome: 'partly-approved', items: narrowed, conditions: '限期', reason: '部分' } } }, // prettier-ignore
    ]);
    toReply.when(reply(providerChief, { outcome: 'refused', reason: '不符' })).then([
      { type: 'ReplyGiven', data: { round: 1, ...parties, reply: { outcome: 'refused', items: [item('姓名', false), item('类别', false)], conditions: null, reason: '不符' } } }, // prettier-ignore
    ]);
  });

  it.each([
    ['a refusal without reason', { outcome: 'refused' }, 'application.reason-required', { outcome: 'refused' }],
    ['a partial approval without reason', { outcome: 'partly-approved', items: [] }, 'application.reason-required', { outcome: 'partly-approved' }],
    ['a partial approval without items', { outcome: 'partly-approved', reason: 'x' }, 'application.items-required', {}],
    ['an unknown, a doubled and a missing item', { outcome: 'approved', items: [item('病历'), item('姓名'), item('姓名')] }, 'application.items-mismatch', { unknown: ['病历', '姓名'], missing: ['类别'] }],
    ['a missing item alone', { outcome: 'approved', items: [item('姓名')] }, 'application.items-mismatch', { unknown: [], missing: ['类别'] }],
    ['an unknown item alone', { outcome: 'approved', items: [item('姓名'), item('类别'), item('x')] }, 'application.items-mismatch', { unknown: ['x'], missing: [] }],
    ['a row condition on nothing', { outcome: 'partly-approved', items: [item('姓名', true, { rows: { ...rows, item: 'x' } }), item('类别')], reason: 'x' }, 'application.row-condition-unknown', { items: ['x'] }],
    ['an approval that withholds', { outcome: 'approved', items: [item('姓名'), item('类别', false)] }, 'application.outcome-mismatch', { outcome: 'approved', granted: 1, of: 2 }],
    ['an approval that narrows', { outcome: 'approved', items: [item('姓名', true, { rows }), item('类别')] }, 'application.outcome-mismatch', { outcome: 'approved', granted: 2, of: 2 }],
    ['a part that is all', { outcome: 'partly-approved', items: [item('姓名'), item('类别')], reason: 'x' }, 'application.outcome-mismatch', { outcome: 'partly-approved', granted: 2, of: 2 }],
    ['a part that is nothing', { outcome: 'partly-approved', items: [item('姓名', false, { rows }), item('类别', false)], reason: 'x' }, 'application.outcome-mismatch', { outcome: 'partly-approved', granted: 0, of: 2 }],
    ['a refusal that grants', { outcome: 'refused', items: [item('姓名'), item('类别', false)], reason: 'x' }, 'application.outcome-mismatch', { outcome: 'refused', granted: 1, of: 2 }],
  ] as const)('is refused as %s', (_, said, code, details) => {
    toReply.when(reply(providerChief, said)).refused(code, details);
  }); // prettier-ignore

  it('is one, after the check', () => {
    given(received, facts())
      .when(reply(providerChief, { outcome: 'approved' }))
      .refused('application.wrong-status', { status: 'received' });
    given([...awaiting, givenReply], facts()).when(reply(providerChief, { outcome: 'approved' })).refused('application.wrong-status', { status: 'approved' }); // prettier-ignore
    given([...drafted, { type: 'ReplyDraftReturned', data: { round: 1, comment: 'x' } }], facts()).when(reply(providerChief, { outcome: 'approved' })).then([givenReply]); // prettier-ignore
  });

  it('knows no rows where the entry is gone', () => {
    const gone = facts({ 'resource-resource-1': { status: 'none' } });
    given(awaiting, gone).when(reply(providerChief, { outcome: 'partly-approved', items: [item('姓名', true, { rows }), item('类别')], reason: 'x' })).refused('application.row-condition-unknown', { items: ['类别'] }); // prettier-ignore
  });
});

describe('what is agreed to', () => {
  const agree = (part: object = {}) =>
    ({ type: 'ReplyToApplication', data: { outcome: 'approved', items: null, conditions: null, reason: null, ...part }, actor: providerChief }) as const; // prettier-ignore
  const refuse = agree({ outcome: 'refused', reason: '已撤销' });

  it('is in the catalog still: of an entry that was withdrawn meanwhile there is only a refusal', () => {
    const gone = given(awaiting, facts({ 'resource-resource-1': { ...published(), status: 'withdrawn' } }));
    gone.when(agree()).refused('application.resource-not-published', { resource });
    gone.when(refuse).then([{ type: 'ReplyGiven', data: { round: 1, ...parties, reply: { outcome: 'refused', items: [item('姓名', false), item('类别', false)], conditions: null, reason: '已撤销' } } }]); // prettier-ignore
  });

  it('is of items that are still shared', () => {
    const [name, ...others] = conditional.items;
    const narrower = published({ ...conditional, items: [{ ...name!, shareType: 'not-shared' }, ...others] });
    const now = given(awaiting, facts({ 'resource-resource-1': narrower }));
    now.when(agree()).refused('application.items-unavailable', { items: ['姓名'] });
    const part = [item('姓名', false, { reason: '不予共享' }), item('类别')];
    now.when(agree({ outcome: 'partly-approved', items: part, reason: '部分' })).then([{ type: 'ReplyGiven', data: { round: 1, ...parties, reply: { outcome: 'partly-approved', items: part, conditions: null, reason: '部分' } } }]); // prettier-ignore
  });

  it('is nothing of an entry that has become not shared as a whole, whatever its items say (R11.4)', () => {
    const withheld = published({ ...conditional, shareType: 'not-shared' });
    const now = facts({ 'resource-resource-1': withheld });
    given(awaiting, now)
      .when(agree())
      .refused('application.items-unavailable', { items: ['姓名', '类别'] });
    const endorse = { type: 'EndorseApplication', data: { decision: 'approve', comment: null }, actor: providerChief } as const;
    given(drafted, now)
      .when(endorse)
      .refused('application.items-unavailable', { items: ['姓名', '类别'] });
    const again = { type: 'SupplementApplication', data: { ...request, comment: null }, actor: chief } as const;
    given([...received, returnedEvent(1, 'x')], now).when(again).refused('application.items-unavailable', { items: ['姓名', '类别'] }); // prettier-ignore
  });

  it('is no rows of a file, which is given as it is, neither at the reply nor when a draft is endorsed', () => {
    const rows = { item: '类别', is: 'eq', value: '城市' } as const;
    const items = [item('姓名', true, { rows }), item('类别')];
    const narrowed = { outcome: 'partly-approved', items, conditions: null, reason: '部分' } as const;
    const file = facts({ 'resource-resource-1': published({ ...conditional, shareMode: 'file' }) });
    given(awaiting, file)
      .when(agree(narrowed))
      .refused('application.rows-of-file', { items: ['姓名'] });
    given(awaiting, file).when(agree()).then([givenReply]);
    const draft = [...awaiting, { type: 'ReplyDrafted', data: { round: 1, reply: narrowed }, actor: 'provider-officer' } as const];
    const endorse = { type: 'EndorseApplication', data: { decision: 'approve', comment: null }, actor: providerChief } as const;
    given(draft, file)
      .when(endorse)
      .refused('application.rows-of-file', { items: ['姓名'] });
    given(draft, facts())
      .when(endorse)
      .then([{ type: 'ReplyGiven', data: { round: 1, ...parties, reply: narrowed } }]);
  });

  it('fits into an event, as the defects of a return do', () => {
    const long = '长'.repeat(2_000);
    const items = ['姓名', '类别'].map((name) => item(name, true, { reason: long }));
    given(awaiting, facts()).when(agree({ items, conditions: long })).then([{ type: 'ReplyGiven', data: { round: 1, ...parties, reply: { outcome: 'approved', items, conditions: long, reason: null } } }]); // prettier-ignore
    given(awaiting, facts()).when(agree({ conditions: '长'.repeat(14_000) })).refused('application.reply-too-long', { most: 40_000 }); // prettier-ignore
    const defects = Array.from({ length: 8 }, () => ({ path: 'items', message: long }));
    const back = { type: 'CheckFormality', data: { outcome: 'returned', comment: 'x', defects }, actor: checker } as const;
    given(received).when(back).refused('application.defects-too-long', { most: 45_000 });
  });
});

describe('an extension (R14.2)', () => {
  const extend = (days: number, pack: 'sc-809-2025' | 'nc-2019' = 'sc-809-2025') =>
    ({
      type: 'ExtendReply',
      data: { application: id, pack, days, consent: '同意函', reason: '量大' },
      actor: providerOfficer,
    }) as const;
  const id = asId<ApplicationId>('application-1');
  const lawWith = (...clocks: readonly SetMembers['reply-clocks'][]) =>
    factsOf({
      streams: { 'policy-sc-809-2025': policyStream(regulation809), 'policy-nc-2019': policyStream(nanchang) },
      sets: { 'reply-clocks': { [id]: clocks } },
    });
  const running = { pack: 'sc-809-2025', round: 1, dueEndsBefore: '2026-01-20T16:00:00.000Z' } as const;
  const law = lawWith(running, { ...running, round: 2 });
  const extended: ApplicationEvent = { type: 'ReplyExtended', data: { round: 1, ...parties, pack: asId<PolicyId>('sc-809-2025'), rule: 'reply-conditional', days: 10, consent: '同意函', reason: '量大' } }; // prettier-ignore

  it('moves the clock of the pack that allows it, once, and no further than that', () => {
    given(awaiting, law).when(extend(10)).then([extended]);
    given(drafted, law).when(extend(10)).then([extended]);
    given(awaiting, law).when(extend(11)).refused('application.extension-too-long', { atMost: 10 });
    given([...awaiting, extended], law)
      .when(extend(1))
      .refused('application.already-extended', { pack: 'sc-809-2025' });
  });

  it('is refused where the pack knows none, is not in force, or nothing waits', () => {
    given(awaiting, law).when(extend(1, 'nc-2019')).refused('application.no-extension', { pack: 'nc-2019' });
    // The pack of the day on which the clock began: what came after it has no clock to move.
    const before = [...received, { ...passedEvent, at: '2025-07-31T15:59:59.999Z' }];
    given(before, law)
      .when({ ...extend(1), at: '2025-08-02T01:00:00.000Z' })
      .refused('application.no-extension', { pack: 'sc-809-2025' });
    given(received, law).when(extend(1)).refused('application.wrong-status', { status: 'received' });
    // Nor did one that was confirmed only after the check, though it says that it was in force by then.
    for (const clocks of [[], [{ ...running, pack: 'nc-2019' as const }], [{ ...running, round: 2 }]])
      given(awaiting, lawWith(...clocks))
        .when(extend(1))
        .refused('application.no-extension', { pack: 'sc-809-2025' });
  });

  it('is asked for while the term of that pack and round still runs', () => {
    const ended = '2026-01-20T16:00:00.000Z';
    const clock = { pack: 'sc-809-2025', round: 1, dueEndsBefore: ended } as const;
    const others = [
      { ...clock, pack: 'nc-2019', dueEndsBefore: '2026-01-13T16:00:00.000Z' },
      { ...clock, round: 2 },
    ] as const;
    given(awaiting, lawWith(...others, clock)).when({ ...extend(10), at: '2026-01-20T15:59:59.999Z' }).then([extended]); // prettier-ignore
    given(awaiting, lawWith(...others, clock)).when({ ...extend(10), at: ended }).refused('application.term-has-run-out', { pack: 'sc-809-2025', ended }); // prettier-ignore
    given(awaiting, lawWith({ ...clock, dueEndsBefore: null }))
      .when({ ...extend(10), at: ended })
      .then([extended]);
  });

  it('can be had again after a new receipt', () => {
    const again = [...awaiting, extended, returnedEvent(1, 'x'), supplementedEvent(), receivedEvent(2), { ...passedEvent, data: { ...passedEvent.data, round: 2 } } as ApplicationEvent]; // prettier-ignore
    given(again, law)
      .when(extend(10))
      .then([{ ...extended, data: { ...extended.data, round: 2 } }]);
  });
});

describe('the fold', () => {
  it('tells every status', () => {
    const statusAfter = (events: readonly Happened<ApplicationEvent>[]) => given(events).state.status;
    expect(
      statusAfter([...received, { type: 'FormalityCheckRefused', data: { round: 1, leg: '1', ...parties, comment: 'x' } }]),
    ).toBe('check-refused');
    expect(statusAfter([submitted, { type: 'SharingApplicationEndorsed', data: { comment: null } }])).toBe('awaiting-endorsement');
    expect(statusAfter([...awaiting, givenReply])).toBe('approved');
    expect(statusAfter([receivedEvent()])).toBe('none');
  });

  it('knows the request, who wrote it, and what was returned and changed', () => {
    const known = { ...request, ...parties, resourceVersion: 1, authors: ['officer'], round: 0, defects: [], changedFields: [], passedAt: null,
      extended: [] }; // prettier-ignore
    expect(given([submitted]).state).toStrictEqual({ ...known, status: 'awaiting-endorsement' });
    expect(given(received).state).toStrictEqual({ ...known, round: 1, status: 'received' });
    const returned = [...received, returnedEvent(1, 'legalDuty', 'period.to')];
    const defects = [defect('legalDuty'), defect('period.to')];
    expect(given(returned).state).toStrictEqual({ ...known, round: 1, defects, status: 'returned' });
    const period = { to: request.period.to, from: request.period.from };
    const supplemented = [...returned, { ...supplementedEvent({ legalDuty: '新', period }), actor: 'second' }];
    expect(given(supplemented).state).toStrictEqual({ ...known, legalDuty: '新', period, authors: ['officer', 'second'], round: 1, defects, changedFields: ['legalDuty'], status: 'awaiting-endorsement' }); // prettier-ignore
  });

  it('ends with an abandoned creation', () => {
    const state = applicationFold.evolve({ status: 'none' }, {
      type: 'CreationAbandoned',
      data: { claim: 'x', commandId: 'y' },
    } as never);
    expect(state).toEqual({ status: 'abandoned' });
    expect(relationsToApplication(state, chief as never)).toEqual([]);
  });

  it('knows how an actor stands to it', () => {
    const { state } = given(received);
    expect([chief, providerChief, checker, person('x', { organization: 'org-7' })].map((actor) => relationsToApplication(state, actor as never))).toEqual([['applicant'], ['provider'], ['operator'], []]); // prettier-ignore
    expect(relationsToApplication(state, heirOf(operator) as never)).toEqual(['operator']);
  });
});

describe('what it reads and in which matter', () => {
  const command = (type: string, data: object = {}) => ({ type, data: { resource, pack: 'nc-2019', ...data } }) as never;
  const none: ApplicationState = { status: 'none' };
  const { state } = given(received);
  const wanted = streamFact(resourceDecider, resource);

  it('reads the resource, then the seat of its area', () => {
    expect(application.reads?.(command('SubmitApplication'), none, factsOf({}))).toEqual([wanted]);
    const seats = application.reads?.(command('SubmitApplication'), none, facts());
    expect(seats).toEqual([wanted, streamFact(operatorSeat, 'city-360100')]);
    const unknown = facts({ 'resource-resource-1': { status: 'none' } });
    expect(application.reads?.(command('SubmitApplication'), none, unknown)).toEqual([wanted]);
    for (const type of ['SupplementApplication', 'ReplyToApplication'])
      expect(application.reads?.(command(type), state, facts())).toEqual([wanted]);
    expect(application.reads?.(command('ReplyToApplication'), none, facts())).toEqual([]);
    expect(application.reads?.(command('ExtendReply', { application: 'a-1' }), state, facts())).toEqual([
      streamFact(policyDecider, 'nc-2019'),
      { set: 'reply-clocks', key: 'a-1' },
    ]);
    expect(application.reads?.(command('CheckFormality'), state, facts())).toEqual([]);
    expect(application.reads?.(command('EndorseApplication'), state, facts())).toEqual([]);
    expect(application.reads?.(command('EndorseApplication'), given(drafted).state, facts())).toEqual([wanted]);
  });

  it('names the matter in which a delegate acts for the chief', () => {
    const matters = (of: ApplicationState) =>
      ['SubmitApplication', 'SupplementApplication', 'EndorseApplication', 'ReplyToApplication', 'CheckFormality'].map((type) => application.matter?.(command(type), of)); // prettier-ignore
    expect(matters(state)).toEqual(['applications', 'applications', 'applications', 'replies', null]);
    expect(matters(given(drafted).state)[2]).toBe('replies');
  });
});

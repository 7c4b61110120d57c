import { describe, expect, it } from 'vitest';
import type { ChangeGround, ChangeKind, ResourceEvent } from '../../src/domain/events/resource.ts';
import type { CatalogEntry } from '../../src/domain/catalog-entry.ts';
import { resource } from '../../src/domain/resource.ts';
import { NO_FACTS, person, specOf } from '../support/decider-spec.ts';
import { entryOf } from '../support/entries.ts';
import { factsOf, policyStream } from '../support/facts.ts';
import { area, changeRequested, drafted, EFFECT, inCatalog, lawAndUsers, mounted, operator, recipient, RESOURCE, userOf, withdrawn, writer } from '../support/resources.ts'; // prettier-ignore

const { given } = specOf(resource);
const change = 'change-1';
const granted = { organization: 'org-user', via: 'grant', id: 'grant-1' } as const;
const withUsers = lawAndUsers([granted]);
const nobody = lawAndUsers();
const abstract = '新增列入日期。';
const suspended = { type: 'ResourceSupplySuspended', data: { change, reason: '业务调整' } } as const;
const approved = (takesEffectAt = '2026-02-09T16:00:00.000Z') =>
  ({ type: 'ResourceChangeApproved', data: { change, comment: null, takesEffectAt } }) as const;

type Asked = {
  readonly kind?: ChangeKind;
  readonly ground?: ChangeGround;
  readonly effectiveOn?: string;
  readonly patch?: Partial<CatalogEntry> | null;
};
const request = ({ kind = 'update', ground = 'ordinary', effectiveOn = '2026-02-07', patch = { abstract } }: Asked = {}) =>
  ({
    type: 'RequestChange',
    data: { resource: RESOURCE, change, kind, ground, effectiveOn, patch, reason: '业务调整' },
    actor: writer,
    at: '2026-01-06T01:00:00.000Z',
  }) as const;
type Requested = Extract<ResourceEvent, { type: 'ResourceChangeRequested' }>['data'];
const requested = (part: Partial<Requested> = {}): ResourceEvent => ({
  type: 'ResourceChangeRequested',
  data: {
    ...area,
    change,
    kind: 'update',
    ground: 'ordinary',
    effectiveOn: '2026-02-07',
    earliestEffective: '2026-02-07',
    yielded: null,
    entry: entryOf({ abstract }),
    reason: '业务调整',
    recipients: [recipient('org-user')],
    ...part,
  },
});

describe('asking for an ordinary change (R9.1)', () => {
  it('tells the users a month before, on the first lawful day at the earliest', () => {
    given(inCatalog(), withUsers).when(request()).then([requested()]);
  });

  it('is refused on an earlier day, with the first lawful one', () => {
    given(inCatalog(), withUsers)
      .when(request({ effectiveOn: '2026-02-06' }))
      .refused('resource.change-too-early', { earliest: '2026-02-07', effectiveOn: '2026-02-06' });
  });

  it('counts the month from the civil date of the notice', () => {
    given(inCatalog(), withUsers)
      .when({ ...request(), at: '2026-01-06T16:00:00.000Z' })
      .refused('resource.change-too-early', { earliest: '2026-02-08', effectiveOn: '2026-02-07' });
  });

  it('waits for nobody where there is nobody to tell, but lies not in the past', () => {
    given(inCatalog(), nobody)
      .when(request({ effectiveOn: '2026-01-06' }))
      .then([requested({ effectiveOn: '2026-01-06', earliestEffective: '2026-01-06', recipients: [] })]);
    given(inCatalog(), nobody)
      .when(request({ effectiveOn: '2026-01-05' }))
      .refused('resource.change-too-early', { earliest: '2026-01-06', effectiveOn: '2026-01-05' });
  });

  it('waits for no month before a pack asks for one', () => {
    const lawless = factsOf({
      streams: { 'policy-nc-2019': policyStream() },
      sets: { 'resource-users': { [RESOURCE]: [granted] } },
    });
    given(inCatalog(), lawless)
      .when(request({ effectiveOn: '2026-01-06' }))
      .then([requested({ effectiveOn: '2026-01-06', earliestEffective: '2026-01-06' })]);
  });

  it('tells by events of their own those who do not fit beside the entry', () => {
    const users = Array.from({ length: 300 }, (_, n) => ({ organization: `org-${String(n).padStart(3, '0')}`, via: 'grant' as const, id: `grant-${String(n)}` })); // prettier-ignore
    const { state } = given(inCatalog());
    const [first, ...more] = resource.decide({ ...request(), id: 'c' }, state, lawAndUsers(users));
    expect((first?.data as Requested).recipients).toHaveLength(120);
    expect(more.map(({ type }) => type)).toStrictEqual(Array.from({ length: 180 }, () => 'ResourceChangeRecipientAdded'));
    const told = [...(first?.data as Requested).recipients, ...more.map(({ data }) => (data as { recipient: unknown }).recipient)];
    expect(told).toStrictEqual(users);
  });

  it('tells each organization once for each way in which it is a user, in a fixed order', () => {
    const users = lawAndUsers([
      { organization: 'org-b', via: 'grant', id: 'grant-9' },
      { organization: 'org-a', via: 'grant', id: 'grant-3' },
      { organization: 'org-b', via: 'application', id: 'application-1' },
      { organization: 'org-a', via: 'grant', id: 'grant-2' },
      { organization: 'org-b', via: 'grant', id: 'grant-8' },
    ]);
    const recipients = [
      recipient('org-a', 'grant', 'grant-2'),
      recipient('org-b', 'application', 'application-1'),
      recipient('org-b', 'grant', 'grant-8'),
    ];
    given(inCatalog(), users)
      .when(request())
      .then([requested({ recipients })]);
  });

  it('may withdraw the entry, with the same notice', () => {
    given(inCatalog(), withUsers)
      .when(request({ kind: 'withdrawal', patch: null }))
      .then([requested({ kind: 'withdrawal', entry: null })]);
    given(inCatalog(), withUsers)
      .when(request({ kind: 'withdrawal', patch: null, effectiveOn: '2026-02-06' }))
      .refused('resource.change-too-early', { earliest: '2026-02-07', effectiveOn: '2026-02-06' });
  });

  it('is refused while another change is pending', () => {
    given([...inCatalog(), changeRequested()], withUsers)
      .when(request())
      .refused('resource.change-pending', { change });
  });

  it('is possible again once the other has been returned', () => {
    const returned = { type: 'ResourceChangeReturned', data: { change, comment: '不妥' } } as const;
    given([...inCatalog(), changeRequested(), returned], withUsers)
      .when(request())
      .then([requested()]);
  });

  it('is refused when it changes nothing', () => {
    given(inCatalog(), withUsers)
      .when(request({ patch: null }))
      .refused('resource.change-empty');
    given(inCatalog(), withUsers)
      .when(request({ patch: { abstract: entryOf().abstract, category: { ...entryOf().category } } }))
      .refused('resource.change-empty');
  });

  it('is refused when it moves the entry to another category', () => {
    given(inCatalog(), withUsers)
      .when(request({ patch: { category: { class: '1', item: '04', section: '032', detail: '02' } } }))
      .refused('resource.category-fixed', { category: '10403201' });
  });

  it('is refused when the entry would be wrong', () => {
    given(inCatalog(), withUsers)
      .when(request({ patch: { open: true } }))
      .refused('resource.invalid-entry', { errors: [{ path: 'openCondition', message: 'open-condition-required' }] });
  });

  it('is refused when a withdrawal would change the entry too', () => {
    given(inCatalog(), withUsers)
      .when(request({ kind: 'withdrawal' }))
      .refused('resource.withdrawal-with-patch');
  });

  it('is refused before publication and after withdrawal', () => {
    given([drafted()], withUsers).when(request()).refused('resource.wrong-status', { status: 'draft' });
    given(withdrawn, withUsers).when(request()).refused('resource.wrong-status', { status: 'withdrawn' });
  });
});

describe('asking for a change on another ground (R9.1)', () => {
  const yielded = { pack: 'nc-2019', version: 1, rule: 'change-notice', article: '第九条' } as const;

  it.each(['superior-law', 'correction'] as const)('%s sets the month aside and names the rule that yielded', (ground) => {
    given(inCatalog(), withUsers)
      .when(request({ ground, effectiveOn: '2026-01-06' }))
      .then([requested({ ground, effectiveOn: '2026-01-06', earliestEffective: '2026-01-06', yielded })]);
    given(inCatalog(), withUsers)
      .when(request({ ground, effectiveOn: '2026-01-05' }))
      .refused('resource.change-too-early', { earliest: '2026-01-06', effectiveOn: '2026-01-05' });
  });

  it('names no rule where no law in force has one to yield', () => {
    const lawless = factsOf({
      streams: { 'policy-nc-2019': policyStream() },
      sets: { 'resource-users': { [RESOURCE]: [granted] } },
    });
    given(inCatalog(), lawless)
      .when(request({ ground: 'correction', effectiveOn: '2026-01-06' }))
      .then([requested({ ground: 'correction', effectiveOn: '2026-01-06', earliestEffective: '2026-01-06' })]);
  });

  it('security suspends the supply at once, and the deletion follows the ordinary way', () => {
    given(inCatalog(), withUsers)
      .when(request({ ground: 'security', kind: 'withdrawal', patch: null }))
      .then([requested({ ground: 'security', kind: 'withdrawal', entry: null }), suspended]);
    given(inCatalog(), withUsers)
      .when(request({ ground: 'security', kind: 'withdrawal', patch: null, effectiveOn: '2026-02-06' }))
      .refused('resource.change-too-early', { earliest: '2026-02-07', effectiveOn: '2026-02-06' });
  });

  it('security does not suspend a second time', () => {
    given([...inCatalog(), suspended], withUsers)
      .when(request({ ground: 'security' }))
      .then([requested({ ground: 'security' })]);
  });
});

describe("the operator's review of a change (R9.2)", () => {
  const pending = [...inCatalog(), changeRequested()];
  const review = (decision: 'approve' | 'return', comment: string | null, part: object = {}) =>
    ({ type: 'ReviewChange', data: { change, decision, comment, ...part }, actor: operator }) as const;

  it('approves it for its day', () => {
    given(pending)
      .when(review('approve', '同意'))
      .then([{ type: 'ResourceChangeApproved', data: { change, comment: '同意', takesEffectAt: '2026-02-09T16:00:00.000Z' } }]);
  });

  it.each(['2026-02-09T16:00:00.000Z', '2026-02-11T03:00:00.000Z'])('approves it at %s, and it takes effect with that', (at) => {
    given(pending)
      .when({ ...review('approve', null), at })
      .then([
        { type: 'ResourceChangeApproved', data: { change, comment: null, takesEffectAt: at } },
        {
          type: 'ResourceChangeTookEffect',
          data: { ...EFFECT, change, kind: 'update', instant: at, version: 2, entry: entryOf({ abstract }) },
        },
      ]);
  });

  it('says that the entry is to be mounted again where another share mode unbinds what was mounted (R12.1)', () => {
    const moved = entryOf({ shareMode: 'file' });
    const remounting = (before: readonly object[]): unknown => {
      const { state } = given([...inCatalog(), ...(before as []), changeRequested({ entry: moved })]);
      const [, effect] = resource.decide({ ...review('approve', null), id: 'c', at: '2026-02-11T03:00:00.000Z' }, state, NO_FACTS); // prettier-ignore
      return (effect?.data as { remounting: unknown }).remounting;
    };
    expect(remounting([mounted()])).toBe(2);
    expect(remounting([])).toBeNull();
    expect(remounting([mounted({ mode: 'file', fileName: 'a', mediaType: 'b' })])).toBeNull();
  });

  it('approves a withdrawal, which makes no new version', () => {
    given([...inCatalog(), changeRequested({ kind: 'withdrawal', entry: null })])
      .when({ ...review('approve', null), at: '2026-02-11T03:00:00.000Z' })
      .then([
        { type: 'ResourceChangeApproved', data: { change, comment: null, takesEffectAt: '2026-02-11T03:00:00.000Z' } },
        {
          type: 'ResourceChangeTookEffect',
          data: { ...EFFECT, change, kind: 'withdrawal', instant: '2026-02-11T03:00:00.000Z', version: 1, entry: null },
        },
      ]);
  });

  it('returns it with a comment', () => {
    given(pending)
      .when(review('return', '影响面过大'))
      .then([{ type: 'ResourceChangeReturned', data: { change, comment: '影响面过大' } }]);
  });

  it('is refused without a comment on a return', () => {
    given(pending).when(review('return', null)).refused('resource.comment-required');
  });

  it('is refused to the person who asked for the change', () => {
    given(pending)
      .when({ ...review('approve', null), actor: writer })
      .refused('resource.author-reviews');
  });

  it('is refused a second time', () => {
    given([...pending, approved()])
      .when(review('return', '不妥'))
      .refused('resource.change-already-approved', { takesEffectAt: '2026-02-09T16:00:00.000Z' });
  });

  it('is refused for a change that is not pending', () => {
    given(pending)
      .when(review('approve', null, { change: 'change-2' }))
      .refused('resource.change-unknown', { change: 'change-2' });
    given(inCatalog()).when(review('approve', null)).refused('resource.change-unknown', { change });
    given(withdrawn).when(review('approve', null)).refused('resource.wrong-status', { status: 'withdrawn' });
  });
});

describe('a change that takes effect by itself', () => {
  const instant = '2026-02-09T16:00:00.000Z';
  const waiting = [...inCatalog(), changeRequested(), approved()];
  const take = (at: string, part: object = {}) => ({ type: 'TakeEffect', data: { change, instant, ...part }, at }) as const;

  it('does so at its instant or after it, and keeps the instant', () => {
    const effect = { type: 'ResourceChangeTookEffect', data: { ...EFFECT, change, kind: 'update', instant, version: 2, entry: entryOf({ abstract }) } } as const; // prettier-ignore
    given(waiting).when(take(instant)).then([effect]);
    given(waiting).when(take('2026-02-12T00:00:00.000Z')).then([effect]);
  });

  it('is refused before its instant, for another instant, and before it is approved', () => {
    given(waiting).when(take('2026-02-09T15:59:59.999Z')).refused('resource.change-not-due', { takesEffectAt: instant });
    given(waiting)
      .when(take('2026-02-12T00:00:00.000Z', { instant: '2026-02-09T16:00:00.001Z' }))
      .refused('resource.change-not-due', { takesEffectAt: instant });
    given([...inCatalog(), changeRequested()])
      .when(take(instant))
      .refused('resource.change-not-due', { takesEffectAt: null });
  });

  it('is nothing to do once it is done, returned or another one', () => {
    given(inCatalog()).when(take(instant)).then([]);
    given(withdrawn).when(take(instant)).then([]);
    given(waiting)
      .when(take(instant, { change: 'change-2' }))
      .then([]);
  });
});

describe('those who are told of a change (R9.1, R9.2)', () => {
  const pending = [...inCatalog(), changeRequested()];
  const organization = recipient('org-user').organization;
  const add = (id: string, part: object = {}) =>
    ({ type: 'AddChangeRecipient', data: { change, recipient: recipient(id), until: null as string | null, ...part } }) as const;
  const acknowledge = (actor = userOf('org-user')) => ({ type: 'AcknowledgeChange', data: { change }, actor }) as const;
  const object = (actor = userOf('org-user')) =>
    ({ type: 'ObjectToChange', data: { change, reason: '系统未改造' }, actor }) as const;
  const acknowledged = { type: 'ResourceChangeAcknowledged', data: { change, organization } } as const;
  const objected = { type: 'ResourceChangeObjected', data: { change, organization, reason: '系统未改造' } } as const;

  it('are joined by those who become users meanwhile', () => {
    given(pending)
      .when(add('org-new'))
      .then([{ type: 'ResourceChangeRecipientAdded', data: { change, recipient: recipient('org-new') } }]);
  });

  it('are told once, and of nothing that is not pending', () => {
    given(pending).when(add('org-user')).then([]);
    given([...inCatalog(), changeRequested({ recipients: [recipient('org-1'), recipient('org-user')] })])
      .when(add('org-user'))
      .then([]);
    given(pending)
      .when(add('org-new', { change: 'change-2' }))
      .then([]);
    given(inCatalog()).when(add('org-new')).then([]);
    given(withdrawn).when(add('org-new')).then([]);
    // A repeat long after: whose right was over by then is no user any more.
    const until = (day: string) => ({ ...add('org-new', { until: day }), at: '2026-01-10T16:00:00.000Z' });
    given(pending).when(until('2026-01-10')).then([]);
    given(pending)
      .when(until('2026-01-11'))
      .then([{ type: 'ResourceChangeRecipientAdded', data: { change, recipient: recipient('org-new') } }]);
  });

  it('acknowledge once', () => {
    given(pending).when(acknowledge()).then([acknowledged]);
    given([...pending, acknowledged])
      .when(acknowledge())
      .then([]);
  });

  it('object once, also after they acknowledged', () => {
    given(pending).when(object()).then([objected]);
    given([...pending, acknowledged])
      .when(object())
      .then([objected]);
    given([...pending, objected])
      .when(object())
      .refused('resource.change-already-objected');
  });

  it('answer for every body that was told and merged into theirs (R2.1)', () => {
    const both = [...inCatalog(), changeRequested({ recipients: [recipient('org-user'), recipient('org-merged'), recipient('org-other')] })]; // prettier-ignore
    const heir = person('user', { organization: 'org-user', absorbed: ['org-merged'] });
    const merged = recipient('org-merged').organization;
    given(both)
      .when(acknowledge(heir))
      .then([acknowledged, { ...acknowledged, data: { change, organization: merged } }]);
    given([...both, acknowledged])
      .when(acknowledge(heir))
      .then([{ ...acknowledged, data: { change, organization: merged } }]);
    given([...both, objected])
      .when(object(heir))
      .then([{ ...objected, data: { ...objected.data, organization: merged } }]);
  });

  it('are the only ones to acknowledge or object', () => {
    given(pending)
      .when(acknowledge(userOf('org-other')))
      .refused('resource.change-not-recipient');
    given(pending)
      .when(object(userOf('org-other')))
      .refused('resource.change-not-recipient');
    given(pending).when({ type: 'AcknowledgeChange', data: { change } }).refused('resource.change-not-recipient');
  });

  it('answer a pending change of a published resource', () => {
    given(inCatalog()).when(acknowledge()).refused('resource.change-unknown', { change });
    given(inCatalog()).when(object()).refused('resource.change-unknown', { change });
    given(withdrawn).when(acknowledge()).refused('resource.wrong-status', { status: 'withdrawn' });
    given(withdrawn).when(object()).refused('resource.wrong-status', { status: 'withdrawn' });
  });
});

import { describe, expect, it } from 'vitest';
import type { Reply } from '../../src/domain/events/application.ts';
import { asId, type ApplicationId, type PolicyId, type ResourceId } from '../../src/domain/ids.ts';
import { applications, draftFor } from '../../src/projections/applications.ts';
import { all, eq } from '../../src/projections/filter.ts';
import { matches } from '../../src/projections/matches.ts';
import { eventIdAt, history, type History } from '../support/events.ts';
import { organizationId } from '../support/offices.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { expectServed } from '../support/query-plan.ts';

const at = (minute: string): string => `2026-01-05T01:${minute}:00.000Z`;
const parties = {
  resource: asId<ResourceId>('r-1'),
  provider: organizationId('org-p'),
  applicant: organizationId('org-a'),
  operator: organizationId('org-o'),
};
const request = {
  purpose: '核验救助资格',
  legalDuty: '《社会救助暂行办法》第五章',
  systemName: '医疗救助信息系统',
  items: ['姓名', '保障类别'],
  period: { from: '2026-03-02', to: '2027-03-01' },
  undertaking: { version: '2019-1', accepted: true },
} as const;
const reply = (outcome: Reply['outcome']): Reply => ({ outcome, items: [], conditions: null, reason: null });
const defects = [{ path: 'legalDuty', message: '请写明条款' }];

const submit = (log: History, stream: string): void => {
  log.recorded(stream, 'SharingApplicationSubmitted', { ...request, ...parties, resourceVersion: 2 });
};
const receive = (log: History, stream: string, round: number): void => {
  log.recorded(stream, 'SharingApplicationReceived', { ...parties, round, leg: '1' });
};
const pass = (log: History, stream: string, round: number): void => {
  log.recorded(stream, 'FormalityCheckPassed', { ...parties, round, leg: '1', comment: null });
};

/** Returned once, supplemented, drafted twice, extended, replied to and granted. */
const whole = history();
const STREAM = 'application-x-1';
submit(whole, STREAM);
whole.recorded(STREAM, 'SharingApplicationEndorsed', { comment: null }, { actor: 'chief-1' });
receive(whole, STREAM, 1);
const returned = { ...parties, round: 1, leg: '1', comment: '请补正', defects };
whole.recorded(STREAM, 'FormalityCheckReturned', returned);
const supplement = { ...request, ...parties, legalDuty: '第五章第二十七条', round: 2, comment: '已补正' };
whole.recorded(STREAM, 'SharingApplicationSupplemented', supplement);
receive(whole, STREAM, 2);
pass(whole, STREAM, 2);
const extension = { pack: asId<PolicyId>('sc-809-2025'), days: 5, consent: '同意延期函' };
whole.recorded(STREAM, 'ReplyExtended', { ...parties, ...extension, round: 2, rule: 'reply-conditional', reason: '需脱敏' });
whole.recorded(STREAM, 'ReplyDrafted', { round: 2, reply: reply('refused') });
whole.recorded(STREAM, 'ReplyDraftReturned', { round: 2, comment: '请重拟' });
whole.recorded(STREAM, 'ReplyDrafted', { round: 2, reply: reply('approved') });
whole.recorded(
  STREAM,
  'ReplyGiven',
  { ...parties, round: 2, reply: reply('approved') },
  { actor: 'deputy', onBehalfOf: 'chief-2' },
);
const granted = {
  ...parties,
  ...request,
  application: asId<ApplicationId>('x-1'),
  resourceVersion: 2,
  user: parties.applicant,
  origin: 'reply' as const,
  items: [{ item: '姓名', rows: null }],
  conditions: null,
};
whole.recorded('grant-g-1', 'GrantIssued', granted);

const stateAfter = (count: number) => project(applications, whole.events.slice(0, count)).get('x-1');

describe('applications', () => {
  it('show the request, its legs by round, the reply and the grant', () => {
    const leg = { leg: '1', operator: 'org-o' };
    expect(stateAfter(whole.events.length)).toEqual({
      ...request,
      ...parties,
      legalDuty: '第五章第二十七条',
      resourceVersion: 2,
      id: 'x-1',
      revision: 11,
      status: 'approved',
      submittedAt: at('00'),
      providerReceivedAt: at('06'),
      repliedAt: at('11'),
      legs: [
        { ...leg, round: 1, receivedAt: at('02'), checkedAt: at('03'), outcome: 'returned', comment: '请补正', defects },
        { ...leg, round: 2, receivedAt: at('05'), checkedAt: at('06'), outcome: 'passed', comment: null, defects: [] },
      ],
      draft: null,
      reply: reply('approved'),
      extensions: [{ ...extension, at: at('07') }],
      grant: 'g-1',
      timeline: expect.any(Array) as unknown,
    });
  });

  it('tell what happened, who did it and for whom', () => {
    const timeline = stateAfter(whole.events.length)?.timeline ?? [];
    expect(timeline.map(({ type }) => type)).toEqual(whole.events.slice(0, 12).map(({ type }) => type));
    expect(timeline[1]).toEqual({
      eventId: eventIdAt(1),
      position: 1,
      type: 'SharingApplicationEndorsed',
      at: at('01'),
      actor: 'chief-1',
      onBehalfOf: null,
    });
    expect(timeline[11]).toMatchObject({ actor: 'deputy', onBehalfOf: 'chief-2' });
  });

  it.each([
    [1, 'awaiting-endorsement'],
    [2, 'awaiting-endorsement'],
    [3, 'received'],
    [4, 'returned'],
    [5, 'awaiting-endorsement'],
    [6, 'received'],
    [7, 'awaiting-reply'],
    [8, 'awaiting-reply'],
    [9, 'reply-drafted'],
    [10, 'awaiting-reply'],
    [11, 'reply-drafted'],
    [12, 'approved'],
  ])('after %i events are %s', (count, status) => {
    expect(stateAfter(count)).toMatchObject({ status, revision: count - 1 });
  });

  it('keep a draft until it is sent back or given', () => {
    expect([9, 10, 11, 12].map((count) => stateAfter(count)?.draft)).toEqual([reply('refused'), null, reply('approved'), null]);
  });

  it('end in other ways', () => {
    const log = history();
    for (const stream of ['application-d', 'application-c', 'application-w']) submit(log, stream);
    log.recorded('application-d', 'SharingApplicationEndorsementDeclined', { comment: '不属本单位职责' });
    receive(log, 'application-c', 1);
    log.recorded('application-c', 'FormalityCheckRefused', { ...parties, round: 1, leg: '1', comment: '非本平台受理' });
    log.recorded('application-w', 'SharingApplicationWithdrawn', { ...parties, reason: '已取消' });
    const documents = project(applications, log.events);
    expect([...documents.values()].map(({ id, status }) => [id, status])).toEqual([
      ['d', 'declined'],
      ['c', 'check-refused'],
      ['w', 'withdrawn'],
    ]);
    expect(documents.get('c')?.legs).toMatchObject([{ outcome: 'refused', comment: '非本平台受理', defects: [] }]);
    const pending = (id: string): boolean => matches(eq('pending', true), applications, documents.get(id) as never);
    expect(['d', 'c', 'w'].map(pending)).toEqual([false, false, false]);
  });

  it('come out the same in every batch split', () => {
    assertSplitsAgree(applications, whole.events);
  });

  it('are found by who takes part, the resource and the status', () => {
    const document = stateAfter(11);
    for (const [field, value] of [
      ['applicant', 'org-a'],
      ['provider', 'org-p'],
      ['operator', 'org-o'],
      ['resource', 'r-1'],
      ['status', 'reply-drafted'],
      ['pending', true],
    ] as const)
      expect([field, matches(eq(field, value), applications, document as never)]).toEqual([field, true]);
    for (const party of ['applicant', 'provider', 'operator']) {
      expectServed(applications, { filter: all(eq(party, 'x')), limit: 50 });
      expectServed(applications, { filter: all(eq(party, 'x'), eq('status', 'received')), limit: 50 });
    }
    expectServed(applications, { filter: all(eq('resource', 'x'), eq('pending', true)), limit: 50 });
    expectServed(applications, { filter: all(eq('status', 'received')), limit: 50 });
  });

  it('hold nothing of a direct grant, of an application that was not submitted, nor of other events', () => {
    const log = history();
    log.recorded('grant-g-2', 'GrantIssued', { ...granted, application: null, origin: 'direct' });
    log.recorded('grant-g-3', 'GrantIssued', granted);
    receive(log, STREAM, 1);
    expect(project(applications, log.events).size).toBe(0);
    const other = log.recorded('account-a', 'AccountDisabled', { organization: organizationId('org-1'), reason: '离职' });
    expect(applications.project(other, undefined)).toEqual([]);
    expect([applications.name, applications.history]).toEqual(['applications', true]);
  });
});

describe('a drafted reply (R13.1)', () => {
  const [provider, applicant, operator] = [organizationId('org-1'), organizationId('org-2'), organizationId('org-9')];
  const draft = { outcome: 'approved', items: [], conditions: null, reason: null } as const;

  it('is read by its provider and by who supervises, by no other party', () => {
    const doc = { provider, applicant, operator, draft };
    expect([provider, organizationId('org-lead')].map((one) => draftFor(doc, [one]))).toEqual([draft, draft]);
    expect([applicant, operator].map((one) => draftFor(doc, [one]))).toEqual([null, null]);
    expect(draftFor({ ...doc, operator: provider }, [provider])).toEqual(draft);
    // After a merger: with the provider's part comes the right to read, with the applicant's or the operator's none.
    const lead = organizationId('org-lead');
    expect(draftFor(doc, [applicant, provider])).toEqual(draft);
    expect([draftFor(doc, [lead, applicant]), draftFor(doc, [lead, operator])]).toEqual([null, null]);
  });
});

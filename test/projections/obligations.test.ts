import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asId,
  type AccountId,
  type ApplicationId,
  type GrantId,
  type OrganizationId,
  type ResourceId,
} from '../../src/domain/ids.ts';
import type { PolicyPack } from '../../src/domain/policy-pack.ts';
import { matches } from '../../src/projections/matches.ts';
import {
  dueAfter,
  endedAs,
  explain,
  explainEarlier,
  lastDayBefore,
  movedDue,
  NEVER,
  OBLIGATION_STATES,
  stateFilter,
  stateOf,
  type ObligationDocument,
} from '../../src/projections/obligation-document.ts';
import { obligationInForce } from '../../src/projections/in-force.ts';
import { obligations } from '../../src/projections/obligations.ts';
import { violationFilter, violationOf, VIOLATION_STATES } from '../../src/projections/violations.ts';
import { entryOf } from '../support/entries.ts';
import { eventIdAt, history, type DataOf, type History } from '../support/events.ts';
import { EFFECT } from '../support/resources.ts';
import { assertSplitsAgree, project } from '../support/project.ts';
import { expectServed } from '../support/query-plan.ts';
import { nanchang, regulation809, shippedNotices } from '../support/shipped.ts';

const [operator, provider, applicant] = ['org-operator', 'org-1', 'org-2'].map((id) => asId<OrganizationId>(id)) as [OrganizationId, OrganizationId, OrganizationId]; // prettier-ignore
const resource = asId<ResourceId>('resource-1');
const parties = { resource, provider, applicant, operator };
const area = { provider, level: 'city', divisionCode: '360100' } as const;
const notices = shippedNotices;
const noticeOf = (id: string) => {
  const notice = notices.find((one) => one.id === id);
  if (notice === undefined) throw new Error(id);
  return notice;
};

const registration: DataOf<'OrganizationRegistered'> = {
  name: '市经济信息中心',
  shortName: null,
  aliases: [],
  level: 'city',
  kind: 'platform-operator',
  divisionCode: '360100',
  parent: null,
  functions: ['platform-operator'],
  receivesApplications: true,
  providerCode: null,
  validFrom: null,
};
/** Law and notices known on 2019-12-07, unless a test says otherwise; then whatever it records. */
const begun = (
  packs: readonly PolicyPack[] = [nanchang, regulation809],
  known: readonly string[] = notices.map(({ id }) => id),
): History => {
  const log = history('2019-12-07T01:00:00.000Z');
  for (const pack of packs) log.recorded(`policy-${pack.id}`, 'PolicyConfirmed', { version: 1, pack });
  for (const id of known) log.recorded(`notice-${id}`, 'CalendarNoticeConfirmed', { notice: noticeOf(id) });
  return log;
};
const received = (log: History, at: string, round = 1) =>
  log.recorded('application-a', 'SharingApplicationReceived', { round, leg: '1', ...parties }, { at });
const passed = (log: History, at: string, round = 1) =>
  log.recorded('application-a', 'FormalityCheckPassed', { round, leg: '1', ...parties, comment: null }, { at });
const replied = (log: History, at: string, outcome: 'approved' | 'refused' = 'approved') =>
  log.recorded(
    'application-a',
    'ReplyGiven',
    { round: 1, ...parties, reply: { outcome, items: [], conditions: null, reason: null } },
    { at },
  );
const published = (log: History, at: string, updateCycle: 'monthly' | 'realtime' = 'monthly') =>
  log.recorded('resource-resource-1', 'ResourcePublished', { ...area, code: '10403201/3', version: 1, entry: entryOf({ updateCycle }), publishedOn: at.slice(0, 10) }, { at }); // prettier-ignore
const refreshed = (log: History, at: string, round: number) =>
  log.recorded(
    'resource-resource-1',
    'ResourceRefreshed',
    { provider, updateCycle: 'monthly', round, occurredAt: at, note: null },
    { at },
  );

const rows = ({ events }: History): ReadonlyMap<string, ObligationDocument> => project(obligations, events);
const row = (log: History, id: string): ObligationDocument => {
  const found = rows(log).get(id);
  if (found === undefined) throw new Error(`no row ${id} among ${[...rows(log).keys()].join(', ')}`);
  return found;
};
const idsOf = (log: History): readonly string[] => [...rows(log).keys()];
const NOON = 'T04:00:00.000Z';

describe('the formality check (R14.1)', () => {
  it('is due at the end of the third working day after its receipt, explained day by day', () => {
    const log = begun();
    const event = received(log, `2026-02-11${NOON}`);
    const doc = row(log, 'nc-2019.normative-check.a.1');
    expect(doc).toEqual({
      id: 'nc-2019.normative-check.a.1',
      record: 'obligation',
      obligation: 'nc-2019.normative-check.a.1',
      kind: 'normative-check',
      article: '第十四条',
      pack: 'nc-2019',
      policyVersion: 1,
      violation: 7,
      debtor: 'org-operator',
      inherited: [],
      subject: { type: 'application', id: 'a' },
      resource: 'resource-1',
      round: 1,
      bornBy: { eventId: event.id, position: event.position, at: event.at },
      startsOn: '2026-02-11',
      term: { value: 3, unit: 'working-day', extension: 0, cycle: null },
      dueOn: '2026-02-14',
      dueEndsBefore: '2026-02-14T16:00:00.000Z',
      provisional: false,
      calendarVersions: ['cn-2026-v1'],
      earlierDues: [],
      extendedBy: null,
      dischargedBy: null,
      voidedBy: null,
    });
    expect(explain(doc, notices).map(({ date, counted, why }) => [date, counted, why])).toEqual([
      ['2026-02-11', false, 'receipt-day'],
      ['2026-02-12', true, 'working-day'],
      ['2026-02-13', true, 'working-day'],
      ['2026-02-14', true, 'make-up-workday'],
    ]);
  });

  it.each([
    ['FormalityCheckPassed', { round: 1, leg: '1', ...parties, comment: null }],
    ['FormalityCheckReturned', { round: 1, leg: '1', ...parties, comment: '补正', defects: [] }],
    ['FormalityCheckRefused', { round: 1, leg: '1', ...parties, comment: '不属于' }],
  ] as const)('is met by %s', (type, data) => {
    const log = begun();
    received(log, `2026-03-02${NOON}`);
    const event = log.recorded('application-a', type, data, { at: `2026-03-03${NOON}` });
    const doc = row(log, 'nc-2019.normative-check.a.1');
    expect(doc.dischargedBy).toEqual({ eventId: event.id, position: event.position, at: event.at });
    expect(stateOf(doc, '2026-12-01T00:00:00.000Z')).toBe('met');
  });

  it('runs anew for each receipt, and is void when the application is withdrawn', () => {
    const log = begun();
    received(log, `2026-03-02${NOON}`);
    log.recorded(
      'application-a',
      'FormalityCheckReturned',
      { round: 1, leg: '1', ...parties, comment: 'x', defects: [] },
      { at: `2026-03-03${NOON}` },
    );
    received(log, `2026-03-09${NOON}`, 2);
    const gone = log.recorded(
      'application-a',
      'SharingApplicationWithdrawn',
      { ...parties, reason: 'x' },
      { at: `2026-03-10${NOON}` },
    );
    expect(row(log, 'nc-2019.normative-check.a.2').dueOn).toBe('2026-03-12');
    expect(row(log, 'nc-2019.normative-check.a.2').voidedBy?.eventId).toBe(gone.id);
    expect(row(log, 'nc-2019.normative-check.a.1').voidedBy).toBeNull();
    expect(stateOf(row(log, 'nc-2019.normative-check.a.2'), `2026-12-01${NOON}`)).toBe('void');
  });

  it('is none under a pack that does not know it, nor before the packs are in force', () => {
    const early = history('2019-11-01T01:00:00.000Z');
    early.recorded('policy-nc-2019', 'PolicyConfirmed', { version: 1, pack: nanchang });
    received(early, `2019-12-05${NOON}`);
    expect(idsOf(early)).toEqual([]);
    const log = begun([regulation809]);
    received(log, `2026-03-02${NOON}`);
    expect(idsOf(log)).toEqual([]);
  });
});

describe('two packs side by side (decision 14)', () => {
  it('takes the packs of the day of birth: one on 2025-07-31, both on 2025-08-01', () => {
    const before = begun();
    passed(before, '2025-07-31T15:59:59.999Z');
    expect(idsOf(before)).toEqual(['nc-2019.provider-reply.a.1']);
    const after = begun();
    passed(after, '2025-07-31T16:00:00.000Z');
    expect(idsOf(after)).toEqual(['nc-2019.provider-reply.a.1', 'sc-809-2025.reply-conditional.a.1']);
    expect(row(after, 'nc-2019.provider-reply.a.1').dueOn).toBe('2025-08-08');
    expect(row(after, 'sc-809-2025.reply-conditional.a.1').dueOn).toBe('2025-08-15');
  });

  it('discharges both with one reply, and gives birth to the duty to provide', () => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    const reply = replied(log, `2026-03-10${NOON}`);
    expect(row(log, 'nc-2019.provider-reply.a.1').dischargedBy?.eventId).toBe(reply.id);
    expect(stateOf(row(log, 'nc-2019.provider-reply.a.1'), reply.at)).toBe('late');
    expect(stateOf(row(log, 'sc-809-2025.reply-conditional.a.1'), reply.at)).toBe('met');
    expect(row(log, 'nc-2019.provide-after-consent.a.1').dueEndsBefore).toBeNull();
    expect(row(log, 'sc-809-2025.provide-after-consent.a.1').dueOn).toBe('2026-04-08');
  });

  it('owes nothing more after a refusal', () => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    replied(log, `2026-03-03${NOON}`, 'refused');
    expect(idsOf(log)).toEqual(['nc-2019.provider-reply.a.1', 'sc-809-2025.reply-conditional.a.1']);
  });

  it("moves only its own pack's clock by an extension", () => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    log.recorded('application-a', 'ReplyExtended', { round: 1, ...parties, pack: asId('sc-809-2025'), rule: 'reply-conditional', days: 10, consent: 'x', reason: 'y' }, { at: `2026-03-04${NOON}` }); // prettier-ignore
    expect(row(log, 'nc-2019.provider-reply.a.1').dueOn).toBe('2026-03-09');
    const extended = row(log, 'sc-809-2025.reply-conditional.a.1');
    expect(extended.dueOn).toBe('2026-03-30');
    expect(extended.term.extension).toBe(10);
    expect(explain(extended, notices).filter(({ counted }) => counted)).toHaveLength(20);
  });

  it('takes no breach back by an extension that comes after the due end; what it did extend, it proves', () => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    const extend = (at: string) =>
      log.recorded('application-a', 'ReplyExtended', { round: 1, ...parties, pack: asId('sc-809-2025'), rule: 'reply-conditional', days: 10, consent: 'x', reason: 'y' }, { at }); // prettier-ignore
    extend(`2026-03-16T16:00:00.000Z`);
    const lapsed = row(log, 'sc-809-2025.reply-conditional.a.1');
    expect([lapsed.dueOn, lapsed.term.extension, lapsed.extendedBy]).toEqual(['2026-03-16', 0, null]);
    const timely = begun();
    const born = passed(timely, `2026-03-02${NOON}`);
    const more = timely.recorded('application-a', 'ReplyExtended', { round: 1, ...parties, pack: asId('sc-809-2025'), rule: 'reply-conditional', days: 10, consent: 'x', reason: 'y' }, { at: '2026-03-16T15:59:59.999Z' }); // prettier-ignore
    expect(violationOf(row(timely, 'sc-809-2025.reply-conditional.a.1')).evidence).toEqual([born.id, more.id]);
  });

  it('leaves a discharged row as it is, whatever comes later', () => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    const first = replied(log, `2026-03-03${NOON}`);
    replied(log, `2026-03-20${NOON}`);
    expect(row(log, 'nc-2019.provider-reply.a.1').dischargedBy?.eventId).toBe(first.id);
  });

  it("shows what breaks the city's own numbers as a city rule, never as a case of Art. 30", () => {
    const city: PolicyPack = {
      ...nanchang,
      id: 'city-setting',
      effectiveFrom: '2026-01-01',
      rules: [
        {
          id: 'mount',
          article: '第三条',
          value: 10,
          unit: 'working-day',
          bound: 'at-most',
          startEvent: null,
          endEvent: null,
          extension: null,
          wording: null,
        },
      ],
    };
    const log = begun([nanchang, city]);
    published(log, `2026-03-02${NOON}`);
    const doc = row(log, 'city-setting.mount.resource-1.1');
    expect([doc.violation, doc.dueOn, doc.pack]).toEqual([null, '2026-03-16', 'city-setting']);
    expect(violationOf(doc).kind).toBeNull();
    expect(matches(violationFilter(`2026-03-17${NOON}`), obligations, doc)).toBe(true);
    expect(row(log, 'nc-2019.mount.resource-1.1').dueEndsBefore).toBeNull();
  });
});

describe('what ends before it is done', () => {
  const withdraw = (log: History, at: string) =>
    log.recorded('application-a', 'SharingApplicationWithdrawn', { ...parties, reason: 'x' }, { at });
  const reply = 'nc-2019.provider-reply.a.1';
  const isViolation = (doc: ObligationDocument, state?: 'open' | 'late') =>
    matches(violationFilter(`2026-12-01${NOON}`, state), obligations, doc);

  it('is void and no breach where its due end had not passed', () => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    withdraw(log, '2026-03-09T15:59:59.999Z');
    expect(stateOf(row(log, reply), `2026-12-01${NOON}`)).toBe('void');
    expect(isViolation(row(log, reply))).toBe(false);
  });

  it('remains the breach that it was by then: a withdrawal takes none back', () => {
    const log = begun();
    const born = passed(log, `2026-03-02${NOON}`);
    const gone = withdraw(log, '2026-03-09T16:00:00.000Z');
    const doc = row(log, reply);
    expect(stateOf(doc, `2026-12-01${NOON}`)).toBe('void');
    expect([isViolation(doc), isViolation(doc, 'late'), isViolation(doc, 'open')]).toEqual([true, true, false]);
    expect(violationOf(doc)).toMatchObject({ state: 'late', actedAt: null, evidence: [born.id, gone.id] });
  });

  const consented = (): History => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    replied(log, `2026-03-03${NOON}`);
    return log;
  };
  const providing = 'sc-809-2025.provide-after-consent.a.1';

  it('is supply, when the grant is revoked or the entry withdrawn', () => {
    const revokedGrant = consented();
    const right = { application: asId<ApplicationId>('a'), resource, provider, user: applicant };
    const revoked = revokedGrant.recorded('grant-g', 'GrantRevoked', { ...right, reason: 'x' }, { at: `2026-03-04${NOON}` });
    expect(row(revokedGrant, providing).voidedBy?.eventId).toBe(revoked.id);
    const withdrawn = consented();
    const effect = { ...EFFECT, change: 'c', kind: 'withdrawal', instant: `2026-03-05${NOON}`, version: 1, entry: null } as const;
    const gone = withdrawn.recorded('resource-resource-1', 'ResourceChangeTookEffect', effect, { at: `2026-03-05${NOON}` });
    expect(row(withdrawn, providing).voidedBy?.eventId).toBe(gone.id);
    expect(row(withdrawn, 'nc-2019.provider-reply.a.1').voidedBy).toBeNull();
  });

  it('is not the reply to an application, when another entry is withdrawn', () => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    const effect = { ...EFFECT, change: 'c', kind: 'withdrawal', instant: `2026-03-05${NOON}`, version: 1, entry: null } as const;
    log.recorded('resource-resource-1', 'ResourceChangeTookEffect', effect, { at: `2026-03-05${NOON}` });
    expect(row(log, reply).voidedBy).toBeNull();
  });
});

describe('supply after consent (R14.3)', () => {
  const subject = { kind: 'grant', grant: asId<GrantId>('g'), application: asId<ApplicationId>('a'), grantRevision: 0, resource, provider, user: applicant, purpose: 'x', items: [] } as const; // prettier-ignore
  const agreed = (): History => {
    const log = begun();
    passed(log, `2026-03-02${NOON}`);
    replied(log, `2026-03-03${NOON}`);
    return log;
  };
  const providing = 'sc-809-2025.provide-after-consent.a.1';

  it('is met by the first completed access through the grant', () => {
    const log = agreed();
    log.recorded(
      'access-1',
      'AccessEnded',
      { operation: 'query', subject, count: 0, bytes: 0, outcome: 'failed' },
      { at: `2026-03-04${NOON}` },
    );
    log.recorded('access-2', 'AccessEnded', { operation: 'query', subject: { ...subject, application: null }, count: 1, bytes: 1, outcome: 'completed' }, { at: `2026-03-05${NOON}` }); // prettier-ignore
    log.recorded('access-3', 'AccessEnded', { operation: 'query', subject: { kind: 'log', filter: '', from: 0, to: 1 }, count: 1, bytes: 1, outcome: 'completed' }); // prettier-ignore
    expect(row(log, providing).dischargedBy).toBeNull();
    const done = log.recorded(
      'access-4',
      'AccessEnded',
      { operation: 'query', subject, count: 3, bytes: 1, outcome: 'completed' },
      { at: `2026-03-06${NOON}` },
    );
    expect(row(log, providing).dischargedBy?.eventId).toBe(done.id);
  });

  it('is met by what a gateway reports', () => {
    const log = agreed();
    const { grant, application } = subject;
    const record = { grant, application, resource, provider, user: applicant, operation: 'query', items: [], count: 1, outcome: 'completed', person: null, system: 's', occurredAt: `2026-03-04${NOON}` } as const; // prettier-ignore
    log.recorded('access-1', 'AccessesReported', { organization: operator, part: 0, records: [{ ...record, outcome: 'refused' }, { ...record, application: null }] }); // prettier-ignore
    expect(row(log, providing).dischargedBy).toBeNull();
    const done = log.recorded('access-2', 'AccessesReported', { organization: operator, part: 0, records: [record, record] });
    expect(row(log, providing).dischargedBy?.eventId).toBe(done.id);
  });

  it('is met at once for direct access, by the very event that begins it', () => {
    const log = begun();
    const issued: DataOf<'GrantIssued'> = {
      origin: 'direct',
      application: null,
      resource,
      resourceVersion: 1,
      provider,
      user: applicant,
      operator: null,
      purpose: 'x',
      systemName: 'y',
      items: [],
      conditions: null,
      period: { from: '2026-03-02', to: null },
      undertaking: { version: '1', accepted: true },
    };
    const event = log.recorded('grant-g', 'GrantIssued', issued, { at: `2026-03-02${NOON}` });
    log.recorded('grant-h', 'GrantIssued', { ...issued, origin: 'reply' }, { at: `2026-03-02${NOON}` });
    expect(idsOf(log)).toEqual(['sc-809-2025.reply-unconditional.g.1']);
    const doc = row(log, 'sc-809-2025.reply-unconditional.g.1');
    expect([doc.dischargedBy?.eventId, doc.bornBy.eventId, doc.dueOn]).toEqual([event.id, event.id, '2026-03-03']);
    expect(stateOf(doc, event.at)).toBe('met');
  });
});

describe('refreshing (R26.1)', () => {
  it('is due at the end of the period after the last refresh; each refresh begins the next round', () => {
    const log = begun([nanchang]);
    published(log, `2026-01-15${NOON}`);
    expect(row(log, 'nc-2019.refresh.resource-1.1').dueEndsBefore).toBe('2026-02-28T16:00:00.000Z');
    const first = refreshed(log, `2026-03-02${NOON}`, 1);
    expect(row(log, 'nc-2019.refresh.resource-1.1').dischargedBy?.eventId).toBe(first.id);
    expect(stateOf(row(log, 'nc-2019.refresh.resource-1.1'), first.at)).toBe('late');
    const next = row(log, 'nc-2019.refresh.resource-1.2');
    expect([next.dueOn, next.round, next.violation]).toEqual(['2026-04-30', 2, 4]);
    expect(explain(next, notices)).toEqual([
      { date: '2026-03-02', counted: false, why: 'receipt-day', notice: null },
      { date: '2026-04-30', counted: true, why: 'end-of-cycle' },
    ]);
  });

  it('has no due day on a cycle without a period', () => {
    const log = begun([nanchang]);
    published(log, `2026-01-15${NOON}`, 'realtime');
    const doc = row(log, 'nc-2019.refresh.resource-1.1');
    expect([doc.dueOn, doc.dueEndsBefore]).toEqual([null, null]);
    expect(stateOf(doc, NEVER.replace('9999', '9998'))).toBe('open');
    expect(explain(doc, notices)).toEqual([{ date: '2026-01-15', counted: false, why: 'receipt-day', notice: null }]);
  });

  it('ends with the withdrawal of the entry, as the open mount does; an update ends nothing', () => {
    const log = begun([nanchang]);
    published(log, `2026-01-15${NOON}`);
    const effect = { provider, remounting: null, change: 'c', instant: `2026-03-01${NOON}`, version: 2, entry: null };
    log.recorded(
      'resource-resource-1',
      'ResourceChangeTookEffect',
      { ...effect, kind: 'update', entry: entryOf() },
      { at: `2026-03-01${NOON}` },
    );
    expect(row(log, 'nc-2019.refresh.resource-1.1').voidedBy).toBeNull();
    const gone = log.recorded(
      'resource-resource-1',
      'ResourceChangeTookEffect',
      { ...effect, kind: 'withdrawal' },
      { at: `2026-03-02${NOON}` },
    );
    for (const kind of ['refresh', 'mount']) expect(row(log, `nc-2019.${kind}.resource-1.1`).voidedBy?.eventId).toBe(gone.id);
  });

  it('runs from the stated day of the last refresh, which may start a clock earlier but not stop one', () => {
    const log = begun([nanchang]);
    published(log, `2026-01-15${NOON}`);
    const data = { provider, updateCycle: 'monthly', round: 1, occurredAt: `2026-02-27${NOON}`, note: null } as const;
    log.recorded('resource-resource-1', 'ResourceRefreshed', data, { at: `2026-03-02${NOON}` });
    expect(stateOf(row(log, 'nc-2019.refresh.resource-1.1'), `2026-03-02${NOON}`)).toBe('late');
    const next = row(log, 'nc-2019.refresh.resource-1.2');
    expect([next.startsOn, next.dueOn]).toEqual(['2026-02-27', '2026-03-31']);
  });

  const changed = (log: History, at: string, updateCycle: 'daily' | 'monthly' | 'yearly' | 'irregular') =>
    log.recorded('resource-resource-1', 'ResourceChangeTookEffect', { ...EFFECT, change: 'c', kind: 'update', instant: at, version: 2, entry: entryOf({ updateCycle }) }, { at }); // prettier-ignore

  it('counts another cycle from the day on which the change takes effect', () => {
    const dueUnder = (cycle: 'daily' | 'yearly' | 'irregular') => {
      const log = begun([nanchang]);
      published(log, `2026-01-15${NOON}`);
      changed(log, `2026-02-10${NOON}`, cycle);
      return row(log, 'nc-2019.refresh.resource-1.1').dueOn;
    };
    expect([dueUnder('daily'), dueUnder('yearly'), dueUnder('irregular')]).toEqual(['2026-02-11', '2027-12-31', null]);
  });

  it('stays overdue under another cycle, and stays as it is under the same', () => {
    const log = begun([nanchang]);
    published(log, `2026-01-15${NOON}`);
    const before = row(log, 'nc-2019.refresh.resource-1.1');
    log.recorded('resource-resource-1', 'ResourceChangeTookEffect', { ...EFFECT, change: 'b', kind: 'update', instant: `2026-02-10${NOON}`, version: 2, entry: entryOf() }, { at: `2026-02-10${NOON}` }); // prettier-ignore
    changed(log, '2026-02-28T16:00:00.000Z', 'yearly');
    expect(row(log, 'nc-2019.refresh.resource-1.1')).toEqual(before);
  });

  it('takes a number of the city for cycles without a period only', () => {
    const rule = { ...nanchang.rules[0]!, id: 'refresh', article: '第五条', value: 20, unit: 'working-day' } as const;
    const city: PolicyPack = { ...nanchang, id: 'city-setting', effectiveFrom: '2025-01-01', rules: [rule] };
    const log = begun([nanchang, city]);
    published(log, `2026-03-02${NOON}`, 'realtime');
    expect(row(log, 'city-setting.refresh.resource-1.1').dueOn).toBe('2026-03-30');
    const monthly = begun([nanchang, city]);
    published(monthly, `2026-03-02${NOON}`);
    expect(idsOf(monthly)).toEqual(['nc-2019.refresh.resource-1.1', 'nc-2019.mount.resource-1.1']);
  });

  it('owes nothing by a number of the city under a cycle with a period, but for what was overdue by then', () => {
    const rule = { ...nanchang.rules[0]!, id: 'refresh', article: '第五条', value: 20, unit: 'working-day' } as const;
    const city: PolicyPack = { ...nanchang, id: 'city-setting', effectiveFrom: '2025-01-01', rules: [rule] };
    const under = (cycle: 'monthly' | 'irregular', at: string) => {
      const log = begun([nanchang, city]);
      published(log, `2026-03-02${NOON}`, 'realtime');
      changed(log, at, cycle);
      assertSplitsAgree(obligations, log.events);
      const owed = row(log, 'city-setting.refresh.resource-1.1');
      return [stateOf(owed, `2026-04-02${NOON}`), owed.dueOn, owed.term.cycle];
    };
    expect(under('monthly', `2026-03-16${NOON}`)).toEqual(['void', '2026-03-30', 'realtime']);
    expect(under('irregular', `2026-03-16${NOON}`)).toEqual(['overdue', '2026-03-30', 'irregular']);
    expect(under('monthly', '2026-03-30T16:00:00.000Z')).toEqual(['overdue', '2026-03-30', 'realtime']);
    const law = begun([nanchang, city]);
    published(law, `2026-03-02${NOON}`, 'realtime');
    changed(law, `2026-03-16${NOON}`, 'monthly');
    expect(row(law, 'nc-2019.refresh.resource-1.1').dueOn).toBe('2026-04-30');
  });

  it('is to be mounted again, in the round that the change began', () => {
    const log = begun([nanchang]);
    published(log, `2026-01-15${NOON}`);
    const mount = (round: number) =>
      log.recorded('resource-resource-1', 'ResourceMounted', { mount: { mode: 'table', table: 't' }, round });
    mount(1);
    const effect = { ...EFFECT, change: 'c', kind: 'update', instant: `2026-02-01${NOON}`, version: 2, entry: entryOf(), remounting: 2 } as const; // prettier-ignore
    log.recorded('resource-resource-1', 'ResourceChangeTookEffect', effect, { at: `2026-02-01${NOON}` });
    expect(row(log, 'nc-2019.mount.resource-1.2').dischargedBy).toBeNull();
    const again = mount(2);
    expect(row(log, 'nc-2019.mount.resource-1.2').dischargedBy?.eventId).toBe(again.id);
  });

  it('has a mount to do, met by mounting', () => {
    const log = begun([nanchang]);
    published(log, `2026-01-15${NOON}`);
    const event = log.recorded(
      'resource-resource-1',
      'ResourceMounted',
      { mount: { mode: 'table', table: 't' }, round: 1 },
      { at: `2026-01-20${NOON}` },
    );
    const doc = row(log, 'nc-2019.mount.resource-1.1');
    expect([doc.dischargedBy?.eventId, doc.dueOn, doc.violation]).toEqual([event.id, null, 2]);
  });
});

describe('changes of an entry (R9.1, R9.2)', () => {
  const asked: DataOf<'ResourceChangeRequested'> = { ...area, change: 'c', kind: 'update', ground: 'ordinary', effectiveOn: '2026-04-10', earliestEffective: '2026-04-03', yielded: null, entry: entryOf(), reason: 'x', recipients: [] }; // prettier-ignore

  it('owe a notice, which is a guard without a due day, and a review by the operator of the area', () => {
    const log = begun();
    log.recorded('organization-org-operator', 'OrganizationRegistered', registration);
    log.recorded('resource-resource-1', 'ResourceChangeRequested', asked, { at: `2026-03-02${NOON}` });
    const guard = row(log, 'nc-2019.change-notice.c.1');
    expect([guard.debtor, guard.dueEndsBefore, guard.violation]).toEqual(['org-1', null, null]);
    const review = row(log, 'sc-809-2025.catalog-review.c.1');
    expect([review.debtor, review.dueOn, review.violation]).toEqual(['org-operator', '2026-03-04', 4]);
    const approved = log.recorded('resource-resource-1', 'ResourceChangeApproved', { change: 'c', comment: null, takesEffectAt: `2026-04-10${NOON}` }, { at: `2026-03-05${NOON}` }); // prettier-ignore
    const effect = log.recorded('resource-resource-1', 'ResourceChangeTookEffect', { provider, remounting: null, change: 'c', kind: 'update', instant: `2026-04-10${NOON}`, version: 2, entry: entryOf() }, { at: `2026-04-10${NOON}` }); // prettier-ignore
    expect(row(log, 'sc-809-2025.catalog-review.c.1').dischargedBy?.eventId).toBe(approved.id);
    expect(row(log, 'nc-2019.change-notice.c.1').dischargedBy?.eventId).toBe(effect.id);
  });

  it('meet the review and void the notice when returned; without an operator the review has no debtor', () => {
    const log = begun();
    log.recorded('resource-resource-1', 'ResourceChangeRequested', asked, { at: `2026-03-02${NOON}` });
    const back = log.recorded(
      'resource-resource-1',
      'ResourceChangeReturned',
      { change: 'c', comment: 'x' },
      { at: `2026-03-03${NOON}` },
    );
    expect(row(log, 'sc-809-2025.catalog-review.c.1').debtor).toBeNull();
    expect(row(log, 'sc-809-2025.catalog-review.c.1').dischargedBy?.eventId).toBe(back.id);
    expect(row(log, 'nc-2019.change-notice.c.1').voidedBy?.eventId).toBe(back.id);
  });
});

describe('the data chief (R27.1)', () => {
  it('is owed from registration on, and again after each who leaves', () => {
    const log = begun([nanchang]);
    log.recorded('organization-org-1', 'OrganizationRegistered', { ...registration, kind: 'department', functions: [], receivesApplications: false }); // prettier-ignore
    const account = asId<AccountId>('account-9');
    const filed = log.recorded('organization-org-1', 'DataChiefFiled', { account, validFrom: `2026-01-01${NOON}`, document: null });
    log.recorded('organization-org-1', 'DataChiefLeft', { account, reason: 'x' });
    expect(row(log, 'nc-2019.yunzhang-change.org-1.1').dischargedBy?.eventId).toBe(filed.id);
    const again = row(log, 'nc-2019.yunzhang-change.org-1.3');
    expect([again.dischargedBy, again.dueEndsBefore, again.debtor, again.violation]).toEqual([null, null, 'org-1', null]);
  });

  it('is owed until a merger has effect, is void then, and goes over to nobody', () => {
    const log = begun([nanchang]);
    log.recorded('organization-org-1', 'OrganizationRegistered', { ...registration, kind: 'department', functions: [], receivesApplications: false }); // prettier-ignore
    const [id, into] = ['nc-2019.yunzhang-change.org-1.1', asId<OrganizationId>('org-heir')];
    log.recorded('organization-org-1', 'OrganizationMerged', { into, effectiveOn: '2026-12-31', document: null });
    expect(row(log, id)).toMatchObject({ voidedBy: null, debtor: 'org-1' });
    const from = asId<OrganizationId>('org-1');
    const taken = { from, effectiveOn: '2026-12-31', absorbed: [], functions: [], operates: [] };
    const merger = log.recorded('organization-org-heir', 'OrganizationAbsorbed', taken);
    expect(row(log, id)).toMatchObject({ voidedBy: { eventId: merger.id }, debtor: 'org-1', inherited: [] });
  });

  it('is owed until an announced closing has effect, and void from that instant on, however late it was told', () => {
    const numbered = { ...nanchang, id: 'city-setting' as const, rules: nanchang.rules.map((rule) => (rule.id === 'yunzhang-change' ? { ...rule, value: 3, unit: 'working-day' as const } : rule)) }; // prettier-ignore
    const log = begun([numbered]);
    log.recorded('organization-org-1', 'OrganizationRegistered', { ...registration, kind: 'department', functions: [], receivesApplications: false }, { at: `2026-03-02${NOON}` }); // prettier-ignore
    const id = 'city-setting.yunzhang-change.org-1.1';
    log.recorded('organization-org-1', 'OrganizationClosed', { effectiveOn: '2026-03-04', document: null, reason: '撤销' });
    expect([row(log, id).voidedBy, row(log, id).dueOn]).toEqual([null, '2026-03-05']);
    // The service stood still: the term would have ended before it told.
    const effect = log.recorded('organization-org-1', 'OrganizationClosingTookEffect', { effectiveOn: '2026-03-04' }, { at: `2026-03-09${NOON}` }); // prettier-ignore
    expect(row(log, id).voidedBy).toEqual({ eventId: effect.id, position: effect.position, at: '2026-03-03T16:00:00.000Z' });
    expect(matches(violationFilter(effect.at), obligations, row(log, id))).toBe(false);
    assertSplitsAgree(obligations, log.events);
  });

  it('is not owed by public enterprises, nor by the platform above', () => {
    const log = begun([nanchang]);
    log.recorded('organization-org-1', 'OrganizationRegistered', { ...registration, kind: 'public-enterprise' });
    log.recorded('organization-org-2', 'OrganizationRegistered', {
      ...registration,
      functions: ['platform-operator', 'upper-level-platform'],
    });
    expect(idsOf(log)).toEqual([]);
  });
});

describe('a merger (R2.1)', () => {
  const heir = asId<OrganizationId>('org-heir');
  const last = asId<OrganizationId>('org-last');
  const none = { absorbed: [], functions: [], operates: [] };
  const absorb = (log: History, from: OrganizationId, at: string, into = heir) =>
    log.recorded(`organization-${into}`, 'OrganizationAbsorbed', { from, effectiveOn: at.slice(0, 10), ...none }, { at });
  const stepOf = ({ id, position, at }: { readonly id: string; readonly position: number; readonly at: string }, from: string) => ({
    eventId: id,
    position,
    at,
    from,
  });
  const debtorsOf = (log: History) => [...rows(log).values()].map(({ kind, debtor }) => [kind, debtor]);

  it('passes on what is open, by the same clock, and says from whom', () => {
    const log = begun([nanchang]);
    received(log, `2026-03-02${NOON}`);
    passed(log, `2026-03-03${NOON}`);
    const before = row(log, 'nc-2019.provider-reply.a.1');
    const merger = absorb(log, provider, `2026-03-04${NOON}`);
    const after = row(log, 'nc-2019.provider-reply.a.1');
    expect(after).toEqual({ ...before, debtor: heir, inherited: [stepOf(merger, provider)] });
    // Discharged before: it was the operator's, and stays so.
    absorb(log, operator, `2026-03-04${NOON}`);
    expect(debtorsOf(log)).toEqual([
      ['normative-check', operator],
      ['provider-reply', heir],
    ]);
    const late = replied(log, `2026-03-20${NOON}`);
    const violation = violationOf(row(log, 'nc-2019.provider-reply.a.1'));
    expect([violation.state, violation.organization]).toEqual(['late', heir]);
    expect(violation.evidence).toEqual([before.bornBy.eventId, merger.id, late.id]);
  });

  it('leaves a breach with the body whose breach it was, also where the duty still stands', () => {
    const log = begun([nanchang]);
    passed(log, `2026-03-03${NOON}`);
    const due = row(log, 'nc-2019.provider-reply.a.1').dueEndsBefore ?? '';
    absorb(log, provider, due);
    expect(row(log, 'nc-2019.provider-reply.a.1')).toMatchObject({ debtor: provider, inherited: [] });
    const timely = begun([nanchang]);
    passed(timely, `2026-03-03${NOON}`);
    absorb(timely, provider, new Date(Date.parse(due) - 1).toISOString());
    expect(row(timely, 'nc-2019.provider-reply.a.1').debtor).toBe(heir);
  });

  it('is heard by what begins later, through every merger since', () => {
    const log = begun([nanchang]);
    const first = absorb(log, provider, `2026-03-02${NOON}`);
    const second = absorb(log, heir, `2026-03-03${NOON}`, last);
    passed(log, `2026-03-04${NOON}`);
    expect(row(log, 'nc-2019.provider-reply.a.1')).toMatchObject({
      debtor: last,
      inherited: [stepOf(first, provider), stepOf(second, heir)],
    });
  });

  it('gives the duties of a seat to who has it now', () => {
    const log = begun([regulation809]);
    log.recorded('organization-org-operator', 'OrganizationRegistered', registration);
    absorb(log, operator, `2026-03-02${NOON}`);
    const change = { ...area, change: 'c', kind: 'update', ground: 'ordinary', effectiveOn: '2026-06-30', earliestEffective: '2026-04-03', yielded: null, entry: null, reason: 'x', recipients: [] } as const; // prettier-ignore
    log.recorded('resource-resource-1', 'ResourceChangeRequested', change, { at: `2026-03-03${NOON}` });
    expect(row(log, 'sc-809-2025.catalog-review.c.1')).toMatchObject({ debtor: heir, inherited: [] });
  });

  it('is asked about as of a time before it', () => {
    const log = begun([nanchang]);
    passed(log, `2026-03-03${NOON}`);
    absorb(log, provider, `2026-03-04${NOON}`);
    absorb(log, heir, `2026-03-05${NOON}`, last);
    const doc = row(log, 'nc-2019.provider-reply.a.1');
    const asOf = (day: string) => obligationInForce(doc, `${day}${NOON}`);
    expect(['2026-03-03', '2026-03-04', '2026-03-05'].map((day) => asOf(day)?.debtor)).toEqual([provider, heir, last]);
    expect(['2026-03-03', '2026-03-04', '2026-03-05'].map((day) => asOf(day)?.inherited.length)).toEqual([0, 1, 2]);
  });

  it('comes out the same in every batch split', () => {
    const log = begun([nanchang]);
    passed(log, `2026-03-03${NOON}`);
    absorb(log, provider, `2026-03-04${NOON}`);
    absorb(log, heir, `2026-03-05${NOON}`, last);
    published(log, `2026-03-06${NOON}`);
    assertSplitsAgree(obligations, log.events);
  });
});

describe('a notice that comes late (requirements §4)', () => {
  const before2026 = notices.map(({ id }) => id).filter((id) => id !== 'cn-2026-v1');
  const late = (log: History, at: string) =>
    log.recorded('notice-cn-2026-v1', 'CalendarNoticeConfirmed', { notice: noticeOf('cn-2026-v1') }, { at });

  it('settles a provisional row, moves it later, and keeps the earlier due end visible', () => {
    const log = begun([nanchang], before2026);
    received(log, `2025-12-30${NOON}`);
    const provisional = row(log, 'nc-2019.normative-check.a.1');
    expect([provisional.provisional, provisional.dueOn]).toEqual([true, '2026-01-02']);
    const event = late(log, `2025-12-31${NOON}`);
    const moved = row(log, 'nc-2019.normative-check.a.1');
    expect([moved.provisional, moved.dueOn, moved.dueEndsBefore]).toEqual([false, '2026-01-05', '2026-01-05T16:00:00.000Z']);
    expect(moved.earlierDues).toEqual([
      {
        dueEndsBefore: '2026-01-02T16:00:00.000Z',
        calendarVersions: provisional.calendarVersions,
        extension: 0,
        movedTo: '2026-01-05T16:00:00.000Z',
        movedBy: { eventId: event.id, position: event.position, at: event.at, notice: 'cn-2026-v1' },
      },
    ]);
    expect(idsOf(log)).toEqual(['nc-2019.normative-check.a.1']);
  });

  it('annuls the violation that a row had been, and opens the row again', () => {
    const log = begun([nanchang], before2026);
    const born = received(log, `2025-12-30${NOON}`);
    const event = late(log, `2026-01-04${NOON}`);
    const id = 'nc-2019.normative-check.a.1@2026-01-02T16:00:00.000Z';
    expect(idsOf(log)).toEqual(['nc-2019.normative-check.a.1', id]);
    const again = row(log, 'nc-2019.normative-check.a.1');
    expect([stateOf(again, event.at), again.dueEndsBefore]).toEqual(['open', '2026-01-05T16:00:00.000Z']);
    const annulled = row(log, id);
    expect(violationOf(annulled)).toEqual({
      id,
      kind: 7,
      state: 'annulled',
      organization: 'org-operator',
      rule: 'normative-check',
      article: '第十四条',
      pack: 'nc-2019',
      policyVersion: 1,
      calendarVersion: again.earlierDues[0]?.calendarVersions,
      obligation: 'nc-2019.normative-check.a.1',
      subject: { type: 'application', id: 'a' },
      dueEndsBefore: '2026-01-02T16:00:00.000Z',
      actedAt: null,
      annulledBy: again.earlierDues[0],
      evidence: [born.id, event.id],
    });
    const counted = (doc: ObligationDocument, state: 'open' | 'late' | 'annulled') =>
      matches(violationFilter(event.at, state), obligations, doc);
    expect([counted(annulled, 'annulled'), counted(annulled, 'open'), counted(again, 'open')]).toEqual([true, false, false]);
    expect(obligations.fields['open']?.(annulled)).toBe(false);
    expect(obligations.fields['ended']?.(annulled)).toBeNull();
  });

  it('never ends a moved term before 24:00 of the day on which it was recorded', () => {
    const log = begun([nanchang], before2026);
    received(log, `2025-12-30${NOON}`);
    late(log, `2026-01-08${NOON}`);
    expect(row(log, 'nc-2019.normative-check.a.1').dueEndsBefore).toBe('2026-01-08T16:00:00.000Z');
    const doc = row(log, 'nc-2019.normative-check.a.1');
    expect(doc.dueOn).toBe('2026-01-08');
    expect(
      explain(doc, notices)
        .slice(-4)
        .map(({ date, counted, why }) => [date, counted, why]),
    ).toEqual([
      ['2026-01-05', true, 'working-day'],
      ['2026-01-06', false, 'late-notice'],
      ['2026-01-07', false, 'late-notice'],
      ['2026-01-08', false, 'late-notice'],
    ]);
  });

  it('keeps the computation that the earlier due end rested on', () => {
    const log = begun([nanchang], before2026);
    received(log, `2025-12-30${NOON}`);
    const before = explain(row(log, 'nc-2019.normative-check.a.1'), notices);
    late(log, `2026-01-04${NOON}`);
    const [earlier] = row(log, 'nc-2019.normative-check.a.1').earlierDues;
    expect(explainEarlier(row(log, 'nc-2019.normative-check.a.1'), earlier!, notices)).toEqual(before);
    expect(before.at(-1)).toEqual({ date: '2026-01-02', counted: true, why: 'unknown-year', notice: null });
  });

  it('proves a breach together with what moved its end; more time never shortens what it gave', () => {
    const log = begun([regulation809], before2026);
    const born = passed(log, `2025-12-24${NOON}`);
    const notice = late(log, `2026-01-06${NOON}`);
    const moved = row(log, 'sc-809-2025.reply-conditional.a.1');
    expect(violationOf(moved).evidence).toEqual([born.id, notice.id]);
    const given = begun([regulation809], before2026);
    passed(given, `2025-12-19${NOON}`);
    late(given, `2026-01-12${NOON}`);
    expect(row(given, 'sc-809-2025.reply-conditional.a.1').dueOn).toBe('2026-01-12');
    given.recorded('application-a', 'ReplyExtended', { round: 1, ...parties, pack: asId('sc-809-2025'), rule: 'reply-conditional', days: 1, consent: 'x', reason: 'y' }, { at: `2026-01-12T05:00:00.000Z` }); // prettier-ignore
    expect(row(given, 'sc-809-2025.reply-conditional.a.1').dueOn).toBe('2026-01-12');
  });

  it('leaves what is discharged or void, and what it does not touch, as it was', () => {
    const log = begun([nanchang], before2026);
    received(log, `2025-12-30${NOON}`);
    passed(log, `2026-01-05${NOON}`);
    log.recorded('application-a', 'SharingApplicationWithdrawn', { ...parties, reason: 'x' }, { at: `2026-01-05${NOON}` });
    const before = rows(log);
    late(log, `2026-01-06${NOON}`);
    expect(rows(log)).toEqual(before);
    const other = begun([nanchang], before2026);
    received(other, `2025-11-03${NOON}`);
    const untouched = rows(other);
    late(other, `2025-11-04${NOON}`);
    expect(rows(other)).toEqual(untouched);
  });

  it('may confirm what was provisional without moving it', () => {
    const log = begun([nanchang], before2026);
    received(log, `2026-03-02${NOON}`);
    late(log, `2026-03-03${NOON}`);
    const doc = row(log, 'nc-2019.normative-check.a.1');
    expect([doc.dueOn, doc.provisional, doc.calendarVersions, doc.earlierDues]).toEqual(['2026-03-05', false, ['cn-2026-v1'], []]);
  });
});

describe('the moved due end', () => {
  const noon = `2026-01-06${NOON}`;
  const [fifth, sixth, seventh, eighth] = [5, 6, 7, 8].map((day) => `2026-01-0${String(day)}T16:00:00.000Z`) as [
    string,
    string,
    string,
    string,
  ];
  it.each([
    ['later', seventh, eighth, eighth],
    ['later, but recorded after it', fifth, sixth, sixth],
    ['earlier', eighth, seventh, seventh],
    ['earlier than today: today', eighth, fifth, sixth],
    ['earlier, when it was over already: as it was', fifth, '2026-01-04T16:00:00.000Z', fifth],
    ['not at all', seventh, seventh, seventh],
  ])('%s', (_, before, computed, expected) => {
    expect(movedDue(before, computed, noon)).toBe(expected);
  });
  it('names the last day of the term', () => {
    expect(lastDayBefore('2026-01-05T16:00:00.000Z')).toBe('2026-01-05');
  });
});

describe('states (decision 9)', () => {
  const instant = fc.integer({ min: 0, max: 6 }).map((day) => `2026-03-0${String(day + 1)}T16:00:00.000Z`);
  const evidence = instant.map((at) => ({ eventId: eventIdAt(1), position: 1, at }));
  const log = begun();
  received(log, `2026-03-02${NOON}`);
  const base = row(log, 'nc-2019.normative-check.a.1');
  const anyDoc = fc
    .record({ dueEndsBefore: fc.option(instant), dischargedBy: fc.option(evidence), voidedBy: fc.option(evidence, { freq: 2 }) })
    .map((part): ObligationDocument => ({ ...base, ...part, voidedBy: part.dischargedBy === null ? part.voidedBy : null }));

  it('are one definition, in memory and as a filter', () => {
    fc.assert(
      fc.property(anyDoc, instant, (doc, clock) => {
        const state = stateOf(doc, clock);
        for (const other of OBLIGATION_STATES) expect(matches(stateFilter(other, clock), obligations, doc)).toBe(other === state);
      }),
    );
  });

  it('make a violation of what is overdue or late, at 00:00 of the day after, and of nothing else', () => {
    fc.assert(
      fc.property(anyDoc, instant, (doc, clock) => {
        const state = stateOf(doc, clock);
        // A late act is a violation from its due end on, whatever the clock says of the act.
        const due = doc.dueEndsBefore ?? NEVER;
        const brokenOff = state === 'void' && due <= (doc.voidedBy?.at ?? '');
        const breached = (state === 'overdue' || state === 'late' || brokenOff) && due <= clock;
        expect(matches(violationFilter(clock), obligations, doc)).toBe(breached);
        const states = VIOLATION_STATES.filter((one) => matches(violationFilter(clock, one), obligations, doc));
        expect(states).toEqual(breached ? [violationOf(doc).state] : []);
      }),
    );
  });

  it('tell what needs no clock', () => {
    expect(endedAs(base)).toBeNull();
  });

  it.each([
    [1, 'month', '2026-01-31', '2026-02-28'],
    [3, 'calendar-month', '2026-03-02', '2026-06-02'],
    [1, 'year', '2026-03-02', '2026-12-31'],
    [2, 'year', '2026-01-01', '2027-12-31'],
    [null, null, '2026-01-01', null],
  ] as const)('%s %s from %s ends with %s', (value, unit, startsOn, dueOn) => {
    expect(dueAfter(startsOn, { value, unit, extension: 0, cycle: null }, { bound: 'at-most' }, notices).dueOn).toBe(dueOn);
  });
});

describe('the projection', () => {
  const story = (): History => {
    const log = begun([nanchang, regulation809], ['cn-2025-v1']);
    log.recorded('organization-org-operator', 'OrganizationRegistered', registration);
    published(log, `2025-11-03${NOON}`);
    received(log, `2025-12-29${NOON}`);
    log.recorded('notice-cn-2026-v1', 'CalendarNoticeConfirmed', { notice: noticeOf('cn-2026-v1') }, { at: `2026-01-06${NOON}` });
    passed(log, `2026-01-07${NOON}`);
    replied(log, `2026-01-20${NOON}`);
    refreshed(log, `2026-01-21${NOON}`, 1);
    return log;
  };

  it('gives the same documents in every batch split', () => {
    assertSplitsAgree(obligations, story().events);
  });

  it('serves the queue and the violations by its indexes', () => {
    const clock = `2026-02-01${NOON}`;
    const due = [{ field: 'due' }] as const;
    const latest = [{ field: 'due', falling: true }] as const;
    const mine = { field: 'debtor', is: 'eq', value: 'org-1' } as const;
    const queue = { field: 'row', is: 'eq', value: true } as const;
    expectServed(obligations, { filter: { all: [queue] }, sort: due, limit: 50 });
    expectServed(obligations, { filter: { all: [mine, queue] }, sort: due, limit: 50 });
    for (const state of OBLIGATION_STATES)
      expectServed(obligations, { filter: { all: [mine, stateFilter(state, clock)] }, sort: due, limit: 50 });
    expectServed(obligations, { filter: violationFilter(clock), sort: latest, limit: 50 });
    expectServed(obligations, { filter: { all: [mine, violationFilter(clock)] }, sort: latest, limit: 50 });
  });
});

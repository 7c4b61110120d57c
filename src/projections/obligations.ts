import { DUTIES, type Birth, type Discharge, type Duty } from '../domain/duties.ts';
import { endOf, mayEnd } from '../domain/duty-ends.ts';
import { idOf } from '../domain/envelope.ts';
import { EVENT_SCHEMAS, type EventType } from '../domain/events.ts';
import type { LedgerEvent } from '../domain/ledger-event.ts';
import { PACK_IDS, packsInForce, ruleOf, type PolicyRule, type VersionedPack } from '../domain/policy-pack.ts';
import { hasPeriod } from '../domain/refresh-period.ts';
import { civilDateOf } from '../domain/time.ts';
import { all, eq, oneOf } from './filter.ts';
import {
  dueAfter,
  dueOf,
  endedAs,
  isBrokenOff,
  isOpen,
  lastDayBefore,
  movedDue,
  NEVER,
  type ObligationDocument,
} from './obligation-document.ts';
import type { Change, Projection } from './projection.ts';
import { debtorOf, evidenceOf, learn, type ObligationsShared } from './obligations-shared.ts';

type Handler = (event: LedgerEvent) => Birth | Discharge | null;

const idFor = (pack: string, kind: string, subject: string, round: number): string => `${pack}.${kind}.${subject}.${String(round)}`;

const born = (
  duty: Duty,
  birth: Birth,
  pack: VersionedPack,
  rule: PolicyRule,
  event: LedgerEvent,
  shared: ObligationsShared,
): ObligationDocument => {
  const { subject, round, resource, cycle } = birth;
  const startsOn = civilDateOf(birth.since ?? event.at);
  const term = { value: rule.value, unit: rule.unit, extension: 0, cycle };
  const id = idFor(pack.id, duty.kind, subject.id, round);
  return {
    id,
    record: 'obligation',
    obligation: id,
    kind: duty.kind,
    article: rule.article,
    pack: pack.id,
    policyVersion: pack.version,
    // What breaks the city's own numbers is a city rule, never a breach of Art. 30.
    violation: pack.id === 'city-setting' ? null : duty.violation,
    ...debtorOf(birth, shared),
    subject,
    resource,
    round,
    bornBy: evidenceOf(event),
    startsOn,
    term,
    ...dueAfter(startsOn, term, rule, shared.notices),
    earlierDues: [],
    extendedBy: null,
    dischargedBy: birth.met === true ? evidenceOf(event) : null,
    voidedBy: null,
  };
};

/** A number for refreshing is for cycles that have no period of their own: realtime, hourly, irregular (requirements §4). */
const applies = ({ value }: PolicyRule, { cycle }: Birth): boolean => value === null || cycle === null || !hasPeriod(cycle);

/** One row per pack in force on the day of birth that knows the duty. */
const births = (duty: Duty, birth: Birth, event: LedgerEvent, shared: ObligationsShared): readonly Change<ObligationDocument>[] =>
  packsInForce(shared.packs, civilDateOf(event.at)).flatMap((pack) => {
    const rule = ruleOf(pack, duty.kind);
    if (rule === undefined || !applies(rule, birth)) return [];
    const doc = born(duty, birth, pack, rule, event, shared);
    return [{ id: doc.id, apply: (before) => before ?? doc }];
  });

const change = (id: string, apply: (doc: ObligationDocument) => ObligationDocument): Change<ObligationDocument> => ({
  id,
  apply: (doc) => doc && (isOpen(doc) ? apply(doc) : doc),
});

const discharges = ({ kind }: Duty, { subject, round }: Discharge, event: LedgerEvent, { packs }: ObligationsShared) =>
  PACK_IDS.filter((pack) => packs.some((known) => known.id === pack && ruleOf(known, kind) !== undefined)).map((pack) =>
    change(idFor(pack, kind, subject, round), (doc) => ({ ...doc, dischargedBy: evidenceOf(event) })),
  );

/** An extension moves its own pack's clock and no other (R14.2), and none that has run out: a breach is not taken back. */
const extension = (
  event: Extract<LedgerEvent, { type: 'ReplyExtended' }>,
  { notices }: ObligationsShared,
): Change<ObligationDocument> => {
  const { pack, rule, round, days } = event.data;
  return change(idFor(pack, rule, idOf(event.stream), round), (doc) => {
    if (dueOf(doc) <= event.at) return doc;
    const term = { ...doc.term, extension: doc.term.extension + days };
    const due = dueAfter(doc.startsOn, term, { bound: 'at-most' }, notices);
    // What a late notice gave is not taken back by more time.
    const { dueOn, dueEndsBefore } = (due.dueEndsBefore ?? NEVER) < dueOf(doc) ? doc : due;
    return { ...doc, term, ...due, dueOn, dueEndsBefore, extendedBy: evidenceOf(event) };
  });
};

/** What a notice that came late makes of an open row, and the violation that the row had been, if it had. */
const recount = (
  doc: ObligationDocument,
  event: Extract<LedgerEvent, { type: 'CalendarNoticeConfirmed' }>,
  { notices }: ObligationsShared,
): readonly ObligationDocument[] => {
  const computed = dueAfter(doc.startsOn, doc.term, { bound: 'at-most' }, notices);
  const { dueEndsBefore: before } = doc;
  if (before === null || computed.dueEndsBefore === null) return [];
  const after = movedDue(before, computed.dueEndsBefore, event.at);
  const basis = { provisional: computed.provisional, calendarVersions: computed.calendarVersions };
  if (after === before) {
    const same = doc.provisional === basis.provisional && doc.calendarVersions.join() === basis.calendarVersions.join();
    return same ? [] : [{ ...doc, ...basis }];
  }
  const movedBy = { ...evidenceOf(event), notice: event.data.notice.id };
  const { calendarVersions, term } = doc;
  const earlier = { dueEndsBefore: before, calendarVersions, extension: term.extension, movedBy, movedTo: after };
  const moved = { ...doc, ...basis, dueEndsBefore: after, dueOn: lastDayBefore(after), earlierDues: [...doc.earlierDues, earlier] };
  const wasOverdue = before <= event.at && after > event.at;
  return wasOverdue
    ? [moved, { ...moved, id: violationId(doc), record: 'annulled-violation', dueEndsBefore: before, dueOn: doc.dueOn }]
    : [moved];
};

/** A violation's id includes its due end: one that a notice annulled is not the one that may come later. */
export const violationId = (doc: ObligationDocument): string => `${doc.obligation}@${dueOf(doc)}`;

const project = (event: LedgerEvent, shared: ObligationsShared): readonly Change<ObligationDocument>[] => {
  if (event.type === 'CalendarNoticeConfirmed') {
    const where = all(eq('open', true), eq('unit', 'working-day'));
    return [{ where, apply: (doc) => recount(doc, event, shared) }];
  }
  if (event.type === 'ReplyExtended') return [extension(event, shared)];
  if (event.type === 'AccessesReported') return reported(event, shared);
  const changes: Change<ObligationDocument>[] = [];
  if (event.type === 'OrganizationAbsorbed') changes.push(takenOver(event));
  if (event.type === 'ResourceChangeTookEffect') changes.push(...recycled(event));
  for (const duty of DUTIES) {
    const discharge = (duty.dischargedBy[event.type] as Handler | undefined)?.(event) as Discharge | null | undefined;
    if (discharge) changes.push(...discharges(duty, discharge, event, shared));
    const birth = (duty.bornBy[event.type] as Handler | undefined)?.(event) as Birth | null | undefined;
    if (birth) changes.push(...births(duty, birth, event, shared));
  }
  const end = endOf(event);
  if (end === null) return changes;
  const evidence = { ...evidenceOf(event), at: end.since ?? event.at };
  const ending = end.how === 'void' ? { voidedBy: evidence } : { dischargedBy: evidence };
  const where = all(eq(end.of, end.id), eq('open', true), oneOf('kind', end.kinds));
  return [...changes, { where, apply: (doc) => [{ ...doc, ...ending }] }];
};

/**
 * What is open with a body that is no more is owed by the one that absorbed it, by the same clock. What was overdue by then
 * is a breach of the body that it was, and stays with it; whoever acts for the absorbing body sees it all the same. A chief of its
 * own it owes no more (`endOf`).
 */
const takenOver = (event: Extract<LedgerEvent, { type: 'OrganizationAbsorbed' }>): Change<ObligationDocument> => {
  const { from } = event.data;
  const step = { ...evidenceOf(event), from };
  const apply = (doc: ObligationDocument): readonly ObligationDocument[] =>
    dueOf(doc) <= event.at || doc.kind === 'yunzhang-change'
      ? []
      : [{ ...doc, debtor: idOf(event.stream), inherited: [...doc.inherited, step] }];
  return { where: all(eq('debtor', from), eq('open', true)), apply };
};

/**
 * Another update cycle counts from the day on which it takes effect; a refresh that was overdue by then stays overdue. A
 * number of the city's is for cycles without a period (requirements §4): under one that has a period nothing is owed by it.
 */
const recycled = (event: Extract<LedgerEvent, { type: 'ResourceChangeTookEffect' }>): Change<ObligationDocument>[] => {
  const { entry } = event.data;
  if (entry === null) return [];
  const apply = (doc: ObligationDocument): readonly ObligationDocument[] => {
    if (doc.term.cycle === entry.updateCycle || dueOf(doc) <= event.at) return [];
    const term = { ...doc.term, cycle: entry.updateCycle };
    if (term.value !== null) return [hasPeriod(entry.updateCycle) ? { ...doc, voidedBy: evidenceOf(event) } : { ...doc, term }];
    const startsOn = civilDateOf(event.at);
    return [{ ...doc, term, startsOn, ...dueAfter(startsOn, term, { bound: 'at-most' }, []) }];
  };
  return [{ where: all(eq('subject', idOf(event.stream)), eq('open', true), eq('kind', 'refresh')), apply }];
};

const PROVIDED = DUTIES.filter(({ kind }) => kind === 'provide-after-consent');

/** What a gateway reports as supplied meets the duty to provide, once per application. */
const reported = (event: Extract<LedgerEvent, { type: 'AccessesReported' }>, shared: ObligationsShared) => {
  const supplied = event.data.records.filter(({ outcome, application }) => outcome === 'completed' && application !== null);
  const subjects = [...new Set(supplied.map(({ application }) => String(application)))];
  return subjects.flatMap((subject) => PROVIDED.flatMap((duty) => discharges(duty, { subject, round: 1 }, event, shared)));
};

const HANDLED = (Object.keys(EVENT_SCHEMAS) as EventType[]).filter(
  (type) =>
    DUTIES.some(({ bornBy, dischargedBy }) => type in bornBy || type in dischargedBy) ||
    mayEnd(type) ||
    ['PolicyConfirmed', 'CalendarNoticeConfirmed', 'ReplyExtended', 'AccessesReported'].includes(type),
);

/** Whether a row is, or with time will be, a breach: of Art. 30, or of a city rule. Nothing that comes later takes it back. */
const canBreach = (doc: ObligationDocument): boolean => {
  if (doc.violation === null && doc.pack !== 'city-setting') return false;
  if (doc.record === 'annulled-violation') return true;
  return doc.dueEndsBefore !== null && (isOpen(doc) || isBrokenOff(doc) || endedAs(doc) === 'late');
};

/** Duties with their clocks, born and discharged by events (decision 13). The work queue and the violations both read it. */
export const obligations: Projection<ObligationDocument, ObligationsShared> = {
  name: 'obligations',
  version: 4,
  history: true,
  fields: {
    row: ({ record }) => record === 'obligation',
    open: (doc) => doc.record === 'obligation' && isOpen(doc),
    ended: (doc) => (doc.record === 'obligation' ? endedAs(doc) : null),
    breach: canBreach,
    due: dueOf,
    debtor: ({ debtor }) => debtor,
    kind: ({ kind }) => kind,
    pack: ({ pack }) => pack,
    violation: ({ violation }) => violation,
    record: ({ record }) => record,
    subject: ({ subject }) => subject.id,
    resource: ({ resource }) => resource,
    unit: ({ term }) => term.unit,
  },
  indexes: [
    ['row', 'due'],
    ['debtor', 'row', 'due'],
    ['open', 'due'],
    ['debtor', 'open', 'due'],
    ['debtor', 'ended', 'due'],
    ['breach', 'due'],
    ['debtor', 'breach', 'due'],
    ['open', 'unit'],
    ['subject', 'open'],
    ['resource', 'open'],
  ],
  handles: HANDLED,
  shared: { initial: { packs: [], notices: [], operators: {}, successors: {} }, evolve: learn },
  project,
};

import { actsFor, type AccountActor } from './actor.ts';
import { streamFact, type Fact, type Facts } from './decider.ts';
import { ensure } from './domain-error.ts';
import type { Basis } from './envelope.ts';
import type { AccessEvent, AccessRecord } from './events/grant.ts';
import { grant } from './grant.ts';
import type { GrantId } from './ids.ts';
import type { Instant } from './time.ts';

/** An access as a gateway reports it; the ledger adds whose grant it was. */
export type ReportedAccess = Omit<AccessRecord, 'application' | 'resource' | 'provider' | 'user' | 'operator'>;

/** Bytes of records, with what they rest on, in one event, which holds 60,000, and in one append, which holds 900,000 (decision 4). */
const MOST_BYTES = { part: 50_000, report: 850_000 } as const;
/** What sealing adds to a person's name, beside a third of it: key, nonce, tag and commitment (decision 16). */
const SEAL = 200;
/** What naming a grant in an event's basis adds to the grant's id. */
const BASIS = 60;

/**
 * Each record names a person or a system, a grant of the gateway's own platform, and an instant that has been (R24.2,
 * requirements §2).
 */
export const report = (
  gateway: AccountActor,
  reported: readonly ReportedAccess[],
  at: Instant,
  facts: Facts,
): readonly AccessEvent[] => {
  const { organization } = gateway;
  const parts = partsOf(reported.map((record, index) => enriched(gateway, record, index, at, facts)));
  return parts.map((records, part) => ({ type: 'AccessesReported' as const, data: { organization, part, records } }));
};

/** What a report is decided by: each of its grants, once. */
export const grantsIn = (records: readonly ReportedAccess[]): readonly Fact[] =>
  [...new Set(records.map((record) => record.grant))].map((id) => streamFact(grant, id));

/** Of the grants of a report, a part rests on those of its own records: all of them together are more than an event holds. */
export const basisOf = (event: AccessEvent, basis: readonly Basis[]): readonly Basis[] => {
  if (event.type !== 'AccessesReported') return basis;
  const own = new Set(event.data.records.map((record) => `${grant.category}-${record.grant}`));
  return basis.filter((fact) => !('stream' in fact) || !fact.stream.startsWith(`${grant.category}-`) || own.has(fact.stream));
};

/** The name as it is sealed: base64 makes four characters of three bytes. */
const sealBytes = (person: AccessRecord['person']): number =>
  person === null ? 0 : SEAL + Math.ceil(Buffer.byteLength(JSON.stringify(person), 'utf8') / 3);
const bytesOf = (record: AccessRecord): number => Buffer.byteLength(JSON.stringify(record), 'utf8') + sealBytes(record.person);

/** The records in as many events as they need, in their order; the first record of a grant brings its basis with it. */
const partsOf = (records: readonly AccessRecord[]): readonly (readonly AccessRecord[])[] => {
  const parts: AccessRecord[][] = [];
  let named = new Set<GrantId>();
  let [total, room] = [0, 0];
  for (const record of records) {
    const own = bytesOf(record);
    const whole = own + record.grant.length + BASIS;
    let bytes = named.has(record.grant) ? own : whole;
    if (bytes > room) {
      parts.push([]);
      [named, room, bytes] = [new Set(), MOST_BYTES.part, whole];
    }
    parts.at(-1)?.push(record);
    named.add(record.grant);
    room -= bytes;
    total += bytes;
  }
  ensure(total <= MOST_BYTES.report, 'access.report-too-large', { most: MOST_BYTES.report });
  return parts;
};

/**
 * A grant of another platform is none that this gateway knows. What happened is told as it happened: an access to items beyond
 * the grant, or after its end, is what the trail is for, and evidence (R24.2, requirements §4 on 六).
 */
const enriched = (gateway: AccountActor, record: ReportedAccess, index: number, at: Instant, facts: Facts): AccessRecord => {
  const path = `records[${String(index)}]`;
  const used = facts.state(grant, record.grant);
  ensure('user' in used && actsFor(gateway, used.operator), 'access.record-without-grant', { path });
  ensure(record.person !== null || record.system !== null, 'access.record-without-user', { path });
  ensure(record.occurredAt <= at, 'access.record-in-future', { path });
  const { application, resource: of, provider, user, operator } = used;
  return { ...record, application, resource: of, provider, user, operator };
};

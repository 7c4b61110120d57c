import { canonicalJson } from './canonical-json.ts';
import { EVENT_SCHEMAS } from './events.ts';
import { isRecordableInstant, type Instant } from './time.ts';

/** Index of an event in the ledger: dense, from 0, the same in every store, the leaf index of the tree (decision 1). */
export type Position = number;

/** What a decision rested on: a stream at the revision read (-1: it had no event yet), or a view at a position. */
export type Basis = { readonly stream: string; readonly revision: number } | { readonly view: string; readonly position: Position };

/**
 * The evidence (decision 4). Its strict RFC 8785 bytes are stored as they are hashed; position and log id stay outside,
 * bound by the tree. Optional members are absent, never null.
 */
export type EventEnvelope<Type extends string = string, Data = unknown> = {
  readonly v: 1;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: Type;
  readonly schema: number;
  readonly at: Instant;
  /** An account id, or `system:<reaction>`. */
  readonly actor: string;
  /** The data chief for whom a delegate acted (R13.1). */
  readonly onBehalfOf?: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly commandId: string;
  readonly requestHash: string;
  readonly basis?: readonly Basis[];
  /** 16 random bytes: leaf hashes may be shown to people who may not read the event. */
  readonly nonce: string;
  readonly data: Data;
};

/** An event as it comes out of a store. */
export type RecordedEvent<Type extends string = string, Data = unknown> = EventEnvelope<Type, Data> & {
  readonly position: Position;
};

export const MAX_EVENT_BYTES = 60_000;
export const MAX_APPEND_BYTES = 900_000;
export const MAX_APPEND_EVENTS = 1_000;

/** The envelope breaks the contract of decision 4: a bug of the caller, never the client's fault. */
export class BadEnvelope extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'BadEnvelope';
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const STREAM = /^[a-z]+-[A-Za-z0-9_.-]{1,120}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const NONCE = /^[A-Za-z0-9_-]{22}$/;
const MEMBERS = new Set([
  'v', 'id', 'stream', 'revision', 'type', 'schema', 'at', 'actor', 'onBehalfOf', 'correlationId', 'causationId', 'commandId',
  'requestHash', 'basis', 'nonce', 'data',
]); // prettier-ignore

const refuseUnless = (condition: boolean, reason: string): void => {
  if (!condition) throw new BadEnvelope(reason);
};

/** The category of a stream: what stands before its first hyphen. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));

/** The id inside a stream's name. */
export const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

/**
 * Checks an envelope at the door of every store and gives the text whose UTF-8 bytes are stored and hashed.
 * Throws `BadEnvelope` or `NotJson`; a store that accepted anything else would make the proofs worthless.
 */
export const envelopeText = (envelope: EventEnvelope): { readonly text: string; readonly bytes: number } => {
  for (const member of Object.keys(envelope)) refuseUnless(MEMBERS.has(member), `unknown member ${member}`);
  refuseUnless((envelope.v as number) === 1, 'v must be 1');
  refuseUnless(UUID.test(envelope.id), 'id must be a lower-case uuid');
  refuseUnless(STREAM.test(envelope.stream), 'stream must be category-id');
  refuseUnless(Number.isSafeInteger(envelope.revision) && envelope.revision >= 0, 'revision must be a natural number');
  refuseUnless(EVENT_SCHEMAS[envelope.type] === envelope.schema, `no schema ${String(envelope.schema)} of ${envelope.type}`);
  refuseUnless(INSTANT.test(envelope.at) && !Number.isNaN(Date.parse(envelope.at)), 'at must be an instant with milliseconds');
  refuseUnless(isRecordableInstant(envelope.at), 'at must lie in the years 0001 to 9998');
  refuseUnless(UUID.test(envelope.commandId) && UUID.test(envelope.correlationId) && UUID.test(envelope.causationId), 'command, correlation and causation are uuids'); // prettier-ignore
  refuseUnless(typeof envelope.actor === 'string' && envelope.actor.length > 0, 'actor is missing');
  refuseUnless(typeof envelope.requestHash === 'string' && envelope.requestHash.length > 0, 'requestHash is missing');
  refuseUnless(NONCE.test(envelope.nonce), 'nonce must be 16 bytes in base64url');
  refuseUnless(typeof envelope.data === 'object' && envelope.data !== null && !Array.isArray(envelope.data), 'data must be an object'); // prettier-ignore
  const text = canonicalJson(envelope);
  const bytes = Buffer.byteLength(text, 'utf8');
  refuseUnless(bytes <= MAX_EVENT_BYTES, `event of ${String(bytes)} bytes, at most ${String(MAX_EVENT_BYTES)}`);
  return { text, bytes };
};

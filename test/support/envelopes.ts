import { createHash } from 'node:crypto';
import type { EventEnvelope } from '../../src/domain/envelope.ts';

/** A lower-case uuid that is the same for the same name. */
export const uuidOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** A well-formed envelope of a stream at a revision; `part` replaces what a test is about. */
export const envelopeOf = (stream: string, revision: number, part: Partial<EventEnvelope> = {}): EventEnvelope => ({
  v: 1,
  id: uuidOf(`${stream} ${String(revision)}`),
  stream,
  revision,
  type: 'LoginClaimed',
  schema: 1,
  at: '2026-01-05T01:00:00.000Z',
  actor: 'system:test',
  correlationId: uuidOf('correlation'),
  causationId: uuidOf('causation'),
  commandId: uuidOf('command'),
  requestHash: 'hash',
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  data: { account: stream, commandId: 'c' },
  ...part,
});

/** `count` events of a stream from a revision on. */
export const envelopesOf = (stream: string, from: number, count: number, part: Partial<EventEnvelope> = {}): EventEnvelope[] =>
  Array.from({ length: count }, (_, index) => envelopeOf(stream, from + index, part));

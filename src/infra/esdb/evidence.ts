import { canonicalJson } from '../../domain/canonical-json.ts';
import type { EventEnvelope } from '../../domain/envelope.ts';
import { leafHash } from '../../tlog/frontier.ts';
import type { Native } from './connection.ts';
import { LedgerBroken } from './fault.ts';

/** A hash as it stands in a link. */
export const hashText = (hash: Buffer): string => hash.toString('base64url');

/**
 * The envelope that an event carries, and its leaf. The client parses JSON and orders it anew, so that the bytes that were
 * hashed are made again by RFC 8785 (decision 6). The envelope has its keys in that order, as every store gives it: a
 * document that a projection makes of it is then the same, byte for byte. Throws `LedgerBroken` where the event is not the one its envelope names.
 */
export const evidenceOf = (event: Native): { readonly envelope: EventEnvelope; readonly text: string; readonly leaf: Buffer } => {
  const { id, stream, revision, type, data } = event;
  const where = `${stream}@${String(revision)}`;
  if (typeof data !== 'object' || data === null || Array.isArray(data) || data instanceof Uint8Array)
    throw new LedgerBroken(`${where} holds no envelope`);
  const envelope = data as EventEnvelope;
  if (envelope.id !== id || envelope.stream !== stream || envelope.revision !== revision || envelope.type !== type)
    throw new LedgerBroken(`${where} is not the event that its envelope names`);
  try {
    const text = canonicalJson(envelope);
    return { envelope: JSON.parse(text) as EventEnvelope, text, leaf: leafHash(Buffer.from(text, 'utf8')) };
  } catch (error) {
    throw new LedgerBroken(`${where} has no canonical form`, { cause: error });
  }
};

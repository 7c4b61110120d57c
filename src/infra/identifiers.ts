import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';

/** Namespace of this project's name-based ids: a random uuid, fixed for ever. */
const NAMESPACE = Buffer.from('8d1f7a524c3b4e0c9a6e2f51b7c0d394', 'hex');

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const hex = (bytes: Buffer, from: number, to: number): string => {
  let text = '';
  for (let index = from; index < to; index += 1) text += HEX[bytes[index] ?? 0] ?? '';
  return text;
};

/**
 * uuid v5 (RFC 9562 §5.5) of a name in this project's namespace; equal to the `uuid` package's (tested), without its
 * parsing of the namespace and its byte copies, which every command would pay several times.
 */
export const nameId = (name: string): string => {
  const digest = createHash('sha1').update(NAMESPACE).update(name).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return `${hex(digest, 0, 4)}-${hex(digest, 4, 6)}-${hex(digest, 6, 8)}-${hex(digest, 8, 10)}-${hex(digest, 10, 16)}`;
};

export const NAMESPACE_ID = `${hex(NAMESPACE, 0, 4)}-${hex(NAMESPACE, 4, 6)}-${hex(NAMESPACE, 6, 8)}-${hex(NAMESPACE, 8, 10)}-${hex(NAMESPACE, 10, 16)}`;

/** A unit separator between parts: no part can hold one, so no two lists of parts run together. */
const joined = (...parts: readonly string[]): string => parts.join('\u001f');

/** The command id of a request under an Idempotency-Key (decision 3). */
export const commandId = (account: string, method: string, path: string, key: string): string =>
  nameId(joined('command', account, method, path, key));
/** The id of a command's n-th event: the same at every repeat. */
export const eventId = (command: string, index: number): string => nameId(joined('event', command, String(index)));
/** The id of the thing that a command creates. */
export const thingId = (command: string): string => nameId(joined('thing', command));
/** The command id under which a command claims what it needs first (decision 7). */
export const claimId = (command: string): string => nameId(joined('claim', command));
/** The command id of a reaction: uuid v5(reaction, cause [, member]) (decision 8). */
export const reactionId = (reaction: string, cause: string, member: string): string =>
  nameId(joined('reaction', reaction, cause, member));

/** HMAC-SHA256 of a value's RFC 8785 bytes, in base64url: what a request said, unguessable without the key. */
export const requestHash = (key: Buffer, body: unknown): string =>
  createHmac('sha256', key).update(canonicalJson(body)).digest('base64url');

/** HMAC of a login as people write it: blanks at the ends, case and width do not tell people apart. */
export const loginHash = (key: Buffer, login: string): string =>
  createHmac('sha256', key).update(login.normalize('NFKC').trim().toLowerCase()).digest('base64url');

import { createHmac, hash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';

/** Namespace of this project's name-based ids: a random uuid, fixed for ever. */
export const NAMESPACE_ID = '8d1f7a52-4c3b-4e0c-9a6e-2f51b7c0d394';
const NAMESPACE = Buffer.from(NAMESPACE_ID.replaceAll('-', ''), 'hex');
/** RFC 9562 §4.1: the two bits that say which layout the rest has. */
const VARIANT: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 16 }, (_, digit) => [digit.toString(16), ((digit & 0x3) | 0x8).toString(16)]),
);

/**
 * uuid v5 (RFC 9562 §5.5) of a name in this project's namespace; equal to the `uuid` package's (tested), without its
 * parsing of the namespace and its byte copies, which every command would pay several times.
 */
export const nameId = (name: string): string => {
  const bytes = Buffer.allocUnsafe(NAMESPACE.length + Buffer.byteLength(name));
  NAMESPACE.copy(bytes);
  bytes.write(name, NAMESPACE.length, 'utf8');
  const digest = hash('sha1', bytes, 'hex');
  const variant = VARIANT[digest.charAt(16)] ?? '';
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
};

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

/**
 * What an error of the store means to the caller:
 *
 * - `conflict`: the stream stands elsewhere than expected, at `actual` (-1: it has no event)
 * - `absent`: there is no such stream
 * - `not-written`: the node does not lead; nothing was done, and the client turns to the leader
 * - `refused`: will not be done however often it is asked: no rights, too large, a stream that was deleted
 * - `unknown`: may have been done, or not
 */
export type FaultKind = 'conflict' | 'absent' | 'not-written' | 'refused' | 'unknown';

export class EsdbFault extends Error {
  readonly kind: FaultKind;
  readonly actual: number;
  constructor(kind: FaultKind, reason: string, options: ErrorOptions & { readonly actual?: number } = {}) {
    super(reason, options);
    this.name = 'EsdbFault';
    this.kind = kind;
    this.actual = options.actual ?? -1;
  }
}

/** The log in the store is not what this service writes: a stranger's event, a link to nothing, bytes that changed. */
export class LedgerBroken extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'LedgerBroken';
  }
}

const BY_TYPE: Readonly<Record<string, FaultKind>> = {
  'wrong-expected-version': 'conflict',
  'stream-not-found': 'absent',
  'not-leader': 'not-written',
  'stream-deleted': 'refused',
  'access-denied': 'refused',
  'maximum-append-size-exceeded': 'refused',
  'missing-required-metadata-property': 'refused',
  'invalid-argument': 'refused',
  unsupported: 'refused',
};
/** INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED. All others may come after the fact. */
const REFUSED_CODES: ReadonlySet<unknown> = new Set([3, 7, 12, 16]);

type ClientError = {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly actualVersion?: unknown;
};

/**
 * Tells errors of the client by `type` and `code`, never by class: the first call on a dead server rejects with a raw
 * gRPC error, which is none of the client's classes, and a lost race has no message.
 */
export const faultOf = (error: unknown): EsdbFault => {
  if (error instanceof EsdbFault) return error;
  const { type, code, message, actualVersion } = (error ?? {}) as ClientError;
  const kind = BY_TYPE[String(type)] ?? (REFUSED_CODES.has(code) ? 'refused' : 'unknown');
  const reason = [type, code, message].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
  return new EsdbFault(kind, reason, { cause: error, actual: typeof actualVersion === 'bigint' ? Number(actualVersion) : -1 });
};

/** A raw gRPC error out of an append: the look-up of the server's features failed, and the client remembers that for ever. */
export const isLookUpFailure = (error: unknown): boolean =>
  error instanceof Error && !('type' in error) && typeof (error as ClientError).code === 'number';

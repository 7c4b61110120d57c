/** A broken rule. `code` is `area.reason`; HTTP's table turns it into a problem answer (decision 19). */
export class DomainError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: string, details: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}

/** Throws `DomainError(code, details)` unless the condition holds. */
export function ensure(condition: boolean, code: string, details: Readonly<Record<string, unknown>> = {}): asserts condition {
  if (!condition) throw new DomainError(code, details);
}

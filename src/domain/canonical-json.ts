/**
 * Strict RFC 8785 (JCS). What is hashed must come back exactly as it was meant, so a value that JSON cannot carry
 * faithfully is refused, never coerced: `undefined`, functions, NaN, Date, Map, class instances, lone surrogates,
 * and integers that a double cannot hold.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Thrown for a value that has no faithful JSON form; `path` says where (`$.data.items[3]`). */
export class NotJson extends Error {
  readonly path: string;
  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.name = 'NotJson';
    this.path = path;
  }
}

const MAX_DEPTH = 64;

/** Text that is its own JSON: without quotation mark, backslash, control character or half of a surrogate pair. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]*$/;

/** The way down to a value, kept while writing, so that its text is made only where something is refused. */
type Trail = (string | number)[];

const refuse = (trail: Trail, reason: string): never => {
  throw new NotJson(`$${trail.map((step) => (typeof step === 'number' ? `[${String(step)}]` : `.${step}`)).join('')}`, reason);
};

const text = (value: string, trail: Trail): string => {
  if (PLAIN.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) refuse(trail, 'lone surrogate');
  return JSON.stringify(value);
};

const number = (value: number, trail: Trail): string => {
  if (!Number.isFinite(value)) refuse(trail, 'not a finite number');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) refuse(trail, 'integer beyond 2^53: use a string');
  return JSON.stringify(value);
};

/** RFC 8785 orders names by UTF-16 code units, which is JavaScript's own string order. */
const sortedNames = (value: object): readonly string[] => {
  const names = Object.keys(value);
  const inOrder = names.every((name, index) => index === 0 || (names[index - 1] as string) < name);
  return inOrder ? names : names.sort();
};

const object = (value: object, trail: Trail): string => {
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) refuse(trail, 'not a plain object');
  let out = '';
  for (const name of sortedNames(value)) {
    trail.push(name);
    out += `${out === '' ? '' : ','}${text(name, trail)}:${write((value as Record<string, unknown>)[name], trail)}`;
    trail.pop();
  }
  return `{${out}}`;
};

const array = (value: readonly unknown[], trail: Trail): string => {
  let out = '';
  for (let index = 0; index < value.length; index += 1) {
    trail.push(index);
    out += `${out === '' ? '' : ','}${write(value[index], trail)}`;
    trail.pop();
  }
  return `[${out}]`;
};

const write = (value: unknown, trail: Trail): string => {
  if (trail.length > MAX_DEPTH) refuse(trail, `deeper than ${String(MAX_DEPTH)} levels`);
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return text(value, trail);
    case 'number':
      return number(value, trail);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return Array.isArray(value) ? array(value, trail) : object(value, trail);
    default:
      return refuse(trail, `${typeof value} is not JSON`);
  }
};

/** The RFC 8785 text of a value. Throws `NotJson` where the value has none. */
export const canonicalJson = (value: unknown): string => write(value, []);

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

const text = (value: string, path: string): string => {
  if (!value.isWellFormed()) throw new NotJson(path, 'lone surrogate');
  return JSON.stringify(value);
};

const number = (value: number, path: string): string => {
  if (!Number.isFinite(value)) throw new NotJson(path, 'not a finite number');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new NotJson(path, 'integer beyond 2^53: use a string');
  return JSON.stringify(value);
};

const object = (value: object, path: string, depth: number): string => {
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) throw new NotJson(path, 'not a plain object');
  // RFC 8785 orders names by UTF-16 code units, which is JavaScript's own string order.
  const names = Object.keys(value).sort();
  let out = '{';
  for (const name of names) {
    if (out.length > 1) out += ',';
    out += `${text(name, `${path}.${name}`)}:${write((value as Record<string, unknown>)[name], `${path}.${name}`, depth + 1)}`;
  }
  return `${out}}`;
};

const write = (value: unknown, path: string, depth: number): string => {
  if (depth > MAX_DEPTH) throw new NotJson(path, `deeper than ${String(MAX_DEPTH)} levels`);
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return text(value, path);
    case 'number':
      return number(value, path);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (!Array.isArray(value)) return object(value, path, depth);
      return `[${Array.from(value, (item: unknown, index) => write(item, `${path}[${String(index)}]`, depth + 1)).join(',')}]`;
    default:
      throw new NotJson(path, `${typeof value} is not JSON`);
  }
};

/** The RFC 8785 text of a value. Throws `NotJson` where the value has none. */
export const canonicalJson = (value: unknown): string => write(value, '$', 0);

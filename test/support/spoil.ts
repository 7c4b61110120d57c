/** As much of JSON Schema as the service's OpenAPI uses. */
export type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maximum?: number;
  readonly minimum?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly example?: unknown;
};
/** A body with one thing wrong, and the field that the answer must name. */
export type Spoiled = {
  readonly how: 'missing' | 'wrong' | 'oversized' | 'unknown';
  readonly path: string;
  readonly body: unknown;
};

const STRINGS = ['x'.repeat(12), 'x', '1', '01', '001', '360100', '2026-01-01', '2026-01', '2026-01-01T00:00:00.000Z', 'A/1'];

const branchOf = (schema: Schema, value: unknown): Schema => {
  const branches = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null');
  if (branches === undefined) return schema;
  const isOfIt = ({ properties = {} }: Schema): boolean =>
    Object.entries(properties).every(
      ([name, { const: only }]) => only === undefined || (value as Record<string, unknown>)[name] === only,
    );
  const fitting = branches.find((branch) => typeof value !== 'object' || value === null || isOfIt(branch)) ?? branches[0];
  if (fitting === undefined) throw new Error('a union without branches');
  return fitting;
};

/** A value that the schema takes. */
const sample = (schema: Schema): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const plain = branchOf(schema, undefined);
  if (plain !== schema) return sample(plain);
  if (plain.type === 'object')
    return Object.fromEntries(Object.entries(plain.properties ?? {}).map(([name, property]) => [name, sample(property)]));
  if (plain.type === 'array') return plain.items === undefined ? [] : [sample(plain.items)];
  if (plain.type === 'boolean') return true;
  if (plain.type === 'integer' || plain.type === 'number') return plain.minimum ?? 1;
  const fits = STRINGS.find((text) => text.length >= (plain.minLength ?? 0) && text.length <= (plain.maxLength ?? 1_000) && new RegExp(plain.pattern ?? '', 'u').test(text)); // prettier-ignore
  if (fits === undefined) throw new Error(`no sample of ${JSON.stringify(plain)}`);
  return fits;
};

/** The example with every field that the schema knows. */
const whole = (schema: Schema, example: unknown): unknown => {
  const { type, properties = {} } = branchOf(schema, example);
  if (type !== 'object' || typeof example !== 'object' || example === null) return example;
  const given = example as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      given[name] === undefined || given[name] === null ? sample(property) : whole(property, given[name]),
    ]),
  );
};

const wrongFor = ({ type }: Schema): unknown => (type === 'object' || type === 'array' ? 'text' : { not: 'that' });

function* spoilt(schema: Schema, value: unknown, path: string, put: (part: unknown) => unknown): Generator<Spoiled> {
  const plain = branchOf(schema, value);
  if (path !== '') yield { how: 'wrong', path, body: put(wrongFor(plain)) };
  if (plain.maxLength !== undefined) yield { how: 'oversized', path, body: put('x'.repeat(plain.maxLength + 1)) };
  if (plain.type === 'integer' && plain.maximum !== undefined && plain.maximum < Number.MAX_SAFE_INTEGER)
    yield { how: 'oversized', path, body: put(plain.maximum + 1) };
  if (plain.type === 'array' && Array.isArray(value)) {
    if (plain.maxItems !== undefined) yield { how: 'oversized', path, body: put(Array(plain.maxItems + 1).fill(value[0])) };
    if (plain.items !== undefined && value.length > 0)
      yield* spoilt(plain.items, value[0], `${path}[0]`, (part) => put([part, ...(value.slice(1) as unknown[])]));
  }
  if (plain.type !== 'object' || typeof value !== 'object' || value === null) return;
  const given = value as Readonly<Record<string, unknown>>;
  const child = (name: string): string => (path === '' ? name : `${path}.${name}`);
  yield { how: 'unknown', path: child('unbekannt'), body: put({ ...given, unbekannt: 1 }) };
  for (const name of plain.required ?? []) {
    const { [name]: _, ...rest } = given;
    yield { how: 'missing', path: child(name), body: put(rest) };
  }
  for (const [name, property] of Object.entries(plain.properties ?? {}))
    yield* spoilt(property, given[name], child(name), (part) => put({ ...given, [name]: part }));
}

/** Every way to get one field of a body wrong. */
export const spoil = (schema: Schema, example: unknown): readonly Spoiled[] => [
  ...spoilt(schema, whole(schema, example), '', (body) => body),
];

/** Every path of a text in a value, with a way to put another text there. */
export const texts = (
  schema: Schema,
  example: unknown,
): readonly { readonly path: string; readonly put: (text: string) => unknown }[] => {
  const found: { path: string; put: (text: string) => unknown }[] = [];
  const walk = (value: unknown, path: string, put: (part: unknown) => unknown): void => {
    if (typeof value === 'string') found.push({ path, put });
    if (Array.isArray(value) && value.length > 0)
      walk(value[0], `${path}[0]`, (part) => put([part, ...(value.slice(1) as unknown[])]));
    else if (typeof value === 'object' && value !== null)
      for (const [name, part] of Object.entries(value))
        walk(part, path === '' ? name : `${path}.${name}`, (other) => put({ ...value, [name]: other }));
  };
  walk(whole(schema, example), '', (part) => part);
  return found;
};

/** A field that holds a date or an instant, with a way to put another there. */
export type Moment = {
  readonly of: 'date' | 'instant';
  readonly path: string;
  readonly put: (text: string) => unknown;
};

/** By its pattern: one that takes a date or an instant, and not just any text. */
const momentOf = ({ type, pattern }: Schema): Moment['of'] | null => {
  const takes = (text: string): boolean => new RegExp(pattern ?? '', 'u').test(text);
  if (type !== 'string' || takes('x')) return null;
  if (takes('2026-01-01')) return 'date';
  return takes('2026-01-01T00:00:00.000Z') ? 'instant' : null;
};

function* momentsIn(schema: Schema, value: unknown, path: string, put: (part: unknown) => unknown): Generator<Moment> {
  const plain = branchOf(schema, value);
  const of = momentOf(plain);
  if (of !== null) yield { of, path, put };
  if (plain.type === 'array' && plain.items !== undefined) {
    const [first = sample(plain.items), ...rest] = Array.isArray(value) ? (value as unknown[]) : [];
    yield* momentsIn(plain.items, whole(plain.items, first), `${path}[0]`, (part) => put([part, ...rest]));
  }
  if (plain.type !== 'object' || typeof value !== 'object' || value === null) return;
  const given = value as Readonly<Record<string, unknown>>;
  for (const [name, property] of Object.entries(plain.properties ?? {}))
    yield* momentsIn(property, given[name], path === '' ? name : `${path}.${name}`, (part) => put({ ...given, [name]: part }));
}

/** Every date and instant of a body. */
export const moments = (schema: Schema, example: unknown): readonly Moment[] => [
  ...momentsIn(schema, whole(schema, example), '', (body) => body),
];

import type { Projection } from '../../src/projections/projection.ts';
import type { AtPosition, Query, ReadStore, ReadView } from '../../src/projections/read-store.ts';
import type { City } from './city.ts';

/** One page that a route asked a read model for. */
export type AskedQuery = { readonly projection: Projection; readonly query: Query; readonly at: AtPosition; readonly url: string };

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly enum?: readonly string[]; readonly type?: string; readonly example?: string };
};
type Value = readonly [name: string, value: string];
type Described = Record<string, Record<string, { readonly parameters?: readonly Parameter[] }>>;

/** Values to try where a schema names none; the first that is accepted is as good as any other. */
const SAMPLES = ['1', 'x', '2026-03-02T01:00:00.000Z', '2026-03-02', '2026-03', '2026', 'a1b2c3d4-0000-4000-8000-000000000001'];
/** So many values of one parameter are put beside those of others; with more, one stands for all. */
const MANY = 6;
/** They say how much of an answer is sent, not what is looked for. */
const QUICK: readonly Value[] = [['limit', '1'], ['total', 'false'], ['facets', 'false']]; // prettier-ignore
const APART = ['cursor', ...QUICK.map(([name]) => name)];

/** What two questions have in common that differ in what is looked for, not in how. */
const shapeOf = ({ projection, query, at }: AskedQuery): string =>
  JSON.stringify([projection.name, { ...query, after: query.after?.length }, at === undefined], (key, value: unknown) =>
    key === 'value' || key === 'search' ? (Array.isArray(value) ? value.length : typeof value) : value,
  );

/**
 * Every query of a read model that the lists of HTTP offer to these readers, found from the routes' own declarations:
 * each parameter with each of its values, alone and beside each other one, now and as of a time, first page and second.
 * Throws where a parameter has no value that any reader's request is accepted with.
 */
export const queriesOfHttp = async (city: City, readers: readonly string[]): Promise<readonly AskedQuery[]> => {
  const deps = city.service.deps as { readStore: ReadStore };
  const real = deps.readStore;
  const asked = new Map<string, AskedQuery>();
  let url = '';
  const recording = (projection: Projection, view: ReadView): ReadView => ({
    ...view,
    find: (query, at) => {
      const one = { projection, query, at, url };
      asked.set(shapeOf(one), one);
      return view.find(query, at);
    },
  });
  deps.readStore = {
    ...real,
    snapshot: (projection, use) => real.snapshot(projection, (view) => use(recording(projection, view))),
  };
  const quick = new Map<string, readonly Value[]>();
  const headers = new Map<string, Record<string, string>>();
  for (const reader of readers) headers.set(reader, await city.authorization(reader));

  const ask = async (path: string, values: readonly Value[]): Promise<boolean> => {
    let accepted = false;
    for (const reader of readers) {
      const sent = [...values, ...(quick.get(path) ?? [])];
      url = `${path}?${new URLSearchParams(sent.map(([name, value]): [string, string] => [name, value])).toString()}`;
      const { status, body, text } = await city.ask('GET', url, headers.get(reader));
      // What keeps no history declares the question all the same, and refuses it.
      accepted ||= status === 200 || text.includes('query.no-history');
      const cursor = body['nextCursor'];
      if (typeof cursor === 'string' && values.length < 2)
        await city.ask('GET', `${url}&cursor=${encodeURIComponent(cursor)}`, headers.get(reader));
    }
    return accepted;
  };
  const candidatesOf = ({ name, schema }: Parameter): readonly Value[] =>
    (schema.enum ?? [...(schema.example === undefined ? [] : [schema.example]), ...SAMPLES]).map((value) => [name, value]);
  /** What the path needs before it answers at all. */
  const neededBy = async (path: string, needed: readonly Parameter[]): Promise<readonly Value[]> => {
    const ways = needed.reduce<readonly (readonly Value[])[]>(
      (before, parameter) => before.flatMap((values) => candidatesOf(parameter).map((value) => [...values, value])),
      [[]],
    );
    for (const way of ways) if (await ask(path, way)) return way;
    throw new Error(`GET ${path} answers nobody`);
  };
  const valuesOf = async (path: string, needed: readonly Value[], parameter: Parameter): Promise<readonly Value[]> => {
    const candidates = candidatesOf(parameter);
    if (parameter.schema.enum !== undefined) return candidates;
    for (const value of candidates) if (await ask(path, [...needed, value])) return [value];
    throw new Error(`GET ${path}: no value for ${parameter.name}`);
  };

  try {
    const { paths } = JSON.parse((await city.ask('GET', '/openapi.json')).text) as { paths: Described };
    for (const [path, { get }] of Object.entries(paths)) {
      quick.set(
        path,
        QUICK.filter(([name]) => get?.parameters?.some((parameter) => parameter.name === name)),
      );
      const parameters = get?.parameters?.filter(({ in: place, name }) => place === 'query' && !APART.includes(name)) ?? [];
      if (get === undefined || parameters.length === 0 || path.includes('{')) continue;
      const needed = await neededBy(path, parameters.filter(({ required = false }) => required)); // prettier-ignore
      const values: Value[] = [];
      const paired: Value[] = [];
      for (const parameter of parameters.filter(({ required = false }) => !required)) {
        const found = await valuesOf(path, needed, parameter);
        values.push(...found);
        paired.push(...(found.length > MANY ? found.slice(0, 1) : found));
      }
      for (const value of values) await ask(path, [...needed, value]);
      for (const [at, value] of paired.entries())
        for (const other of paired.slice(at + 1)) if (other[0] !== value[0]) await ask(path, [...needed, value, other]);
    }
  } finally {
    deps.readStore = real;
  }
  return [...asked.values()];
};

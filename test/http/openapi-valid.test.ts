import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';

type Media = { readonly schema?: { readonly example?: unknown; readonly examples?: unknown } };
type Described = {
  readonly operationId?: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
};

let city: City;
let document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>> };
beforeAll(async () => {
  city = await openCity();
  document = JSON.parse((await city.ask('GET', '/openapi.json')).text) as typeof document;
}, 60_000);
afterAll(() => city.close());
const described = (): readonly (readonly [route: string, Described])[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => [`${method} ${path}`, one] as const),
  );

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1, with every reference resolved', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect([valid, errors ?? []]).toEqual([true, []]);
    expect(validator.version).toBe('3.1');
    expect(() => validator.resolveRefs()).not.toThrow();
  });
  it('gives every route an operationId of its own', () => {
    const ids = described().map(([, { operationId }]) => operationId);
    expect(ids).not.toContain(undefined);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
  it('shows an example of every answer with a body', () => {
    const without = described().flatMap(([route, { responses }]) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        Object.values(content ?? {}).some(({ schema }) => schema?.example === undefined) && status !== '204'
          ? [`${route} ${status}`]
          : [],
      ),
    );
    expect(without).toEqual([]);
  });
});

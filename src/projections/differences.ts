import { canonicalJson } from '../domain/canonical-json.ts';
import type { Json } from '../domain/canonical-json.ts';
import type { CatalogEntry } from '../domain/catalog-entry.ts';

/** One field that two versions of an entry have differently; null where one of them has none. */
export type Difference = { readonly path: string; readonly before: Json; readonly after: Json };

type Named = { readonly [field: string]: Json; readonly name: string };

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const compare = (path: string, before: Json, after: Json): readonly Difference[] => {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ path, before, after }];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.flatMap((field) => compare(path === '' ? field : `${path}.${field}`, before[field] ?? null, after[field] ?? null));
};

/** Items go by their names, so that one inserted in front does not make every other differ; a new order is told as such. */
const compareItems = (before: readonly Named[], after: readonly Named[]): readonly Difference[] => {
  const named = (items: readonly Named[]): ReadonlyMap<string, Named> => new Map(items.map((item) => [item.name, item]));
  const [old, young] = [named(before), named(after)];
  const names = [...new Set([...old.keys(), ...young.keys()])];
  const kept = (items: readonly Named[]): readonly string[] =>
    items.map(({ name }) => name).filter((name) => old.has(name) && young.has(name));
  return [
    ...names.flatMap((name) => compare(`items[${name}]`, old.get(name) ?? null, young.get(name) ?? null)),
    ...compare('items', kept(before), kept(after)),
  ];
};

/** Field by field what changed from one version of an entry to the next, items by name (`items[姓名].shareType`). */
export const differences = (before: CatalogEntry, after: CatalogEntry): readonly Difference[] => {
  const { items: oldItems, ...oldRest } = before;
  const { items: newItems, ...newRest } = after;
  return [...compare('', oldRest, newRest), ...compareItems(oldItems, newItems)];
};

import { categoryCode } from './catalog-entry.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import type { Claim } from './command-port.ts';
import type { Command, Decider } from './decider.ts';
import type { CodeEvent } from './events/resource.ts';
import { asId } from './ids.ts';
import type { ResourceId } from './ids.ts';
import type { ResourceState } from './resource-state.ts';

export type CodeCommand = Command<'DrawCode', { readonly resource: ResourceId }>;

/** The sequence numbers that were drawn in one category, by resource. */
export type CodeState = { readonly last: number; readonly drawn: Readonly<Record<string, number | undefined>> };

/**
 * Sequence numbers of resource codes: gaps allowed, never reused (requirements §5). Stream `code-<category code>`. A
 * resource that drew here before keeps its number, so that a retry adopts it (decision 7).
 */
export const resourceCode: Decider<CodeState, CodeCommand, CodeEvent> = {
  category: 'code',
  initialState: () => ({ last: 0, drawn: {} }),
  decide: ({ id, data: { resource } }, { last, drawn }) =>
    drawn[resource] === undefined ? [{ type: 'CodeDrawn', data: { resource, sequence: last + 1, commandId: id } }] : [],
  evolve: ({ last, drawn }, { data: { resource, sequence } }) => ({
    last: Math.max(last, sequence),
    drawn: { ...drawn, [resource]: sequence },
  }),
};

/** The code that a resource drew in a category, e.g. `10403201/3`; null where it drew none. */
export const drawnCode = ({ drawn }: CodeState, resource: string, category: string): string | null => {
  const sequence = drawn[resource];
  return sequence === undefined ? null : `${category}/${String(sequence)}`;
};

/** Is this a code of the entry's category? */
export const fitsCategory = (code: string | null, { category }: CatalogEntry): code is string =>
  code !== null && code.startsWith(`${categoryCode(category)}/`);

/** What a submission must claim first: a code, unless the resource has one of its category from an earlier submission. */
export const resourceCodeClaim = (state: ResourceState, resource: string): Claim | null => {
  if ((state.status !== 'draft' && state.status !== 'returned') || fitsCategory(state.code, state.entry)) return null;
  const id = categoryCode(state.entry.category);
  return {
    decider: resourceCode,
    id,
    command: () => ({ type: 'DrawCode', data: { resource: asId<ResourceId>(resource) } }),
    // Numbers are for all to draw: nobody holds the stream, so nobody has to be closed before another draws.
    holder: () => null,
    complete: (claimed) => ({ code: drawnCode(claimed as CodeState, resource, id) }),
  };
};

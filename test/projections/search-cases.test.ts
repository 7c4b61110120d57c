import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asId } from '../../src/domain/ids.ts';
import type { OrganizationId } from '../../src/domain/ids.ts';
import { readOrganizations, readResources } from '../../src/infra/shipped-city.ts';
import { catalog } from '../../src/projections/catalog.ts';
import { matches } from '../../src/projections/matches.ts';
import { history } from '../support/events.ts';
import { project } from '../support/project.ts';

type Case = { readonly id: string; readonly query: string; readonly mustHit: readonly string[]; readonly mustNotHit: readonly string[]; readonly optional: boolean }; // prettier-ignore

const folder = new URL('../../../shared/data/nanchang/', import.meta.url);
const isThere = existsSync(folder);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
const cases = isThere ? (read('search-cases.json') as { readonly cases: readonly Case[] }).cases : [];
/** The cases know the resources by these codes; the shipped ones carry none, since a code is drawn at submission. */
const codes = new Map(
  isThere
    ? (
        read('resources.json') as { readonly resources: readonly { readonly id: string; readonly resourceCode: string }[] }
      ).resources.map(({ id, resourceCode }) => [id, resourceCode])
    : [],
);

const documents = () => {
  const log = history();
  for (const { slug, parent: _, ...organization } of readOrganizations())
    log.recorded(`organization-${slug}`, 'OrganizationRegistered', { ...organization, parent: null });
  for (const { slug, provider, entry } of readResources()) {
    const area = { provider: asId<OrganizationId>(provider), level: 'city', divisionCode: '360100' } as const;
    log.recorded(`resource-${slug}`, 'ResourceDrafted', { ...area, entry });
    log.recorded(`resource-${slug}`, 'ResourceSubmitted', { code: codes.get(slug) ?? '', round: 1 });
  }
  return [...project(catalog, log.events).values()];
};

describe.skipIf(!isThere)('the required search cases over what ships', () => {
  const all = isThere ? documents() : [];
  const required = cases.filter(({ optional }) => !optional);

  it('are there, over all resources', () => {
    expect([required.length, all.length]).toEqual([42, 130]);
  });

  it.each(required)('$id: $query', ({ query, mustHit, mustNotHit }) => {
    const hits = all.filter((document) => matches({ search: query }, catalog, document)).map(({ id }) => id);
    expect(mustHit.filter((slug) => !hits.includes(slug))).toEqual([]);
    expect(mustNotHit.filter((slug) => hits.includes(slug))).toEqual([]);
  });
});

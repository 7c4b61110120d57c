import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { actsFor, type AccountActor } from '../../domain/actor.ts';
import { SHARE_MODES, SHARE_TYPES, UPDATE_CYCLES } from '../../domain/catalog-entry.ts';
import { LEVELS } from '../../domain/events/organization.ts';
import type { OrganizationId } from '../../domain/ids.ts';
import { allows, scopeOfOne } from '../../domain/permissions.ts';
import { relationsToResource } from '../../domain/resource.ts';
import { civilDateOf } from '../../domain/time.ts';
import { catalog } from '../../projections/catalog.ts';
import { namedOn, type CatalogDocument } from '../../projections/catalog-document.ts';
import { differences } from '../../projections/differences.ts';
import { all, eq, type Filter, type Scalar } from '../../projections/filter.ts';
import { matches } from '../../projections/matches.ts';
import { scopeFilter } from '../../projections/scope.ts';
import { MAX_QUERY_LENGTH } from '../../projections/search.ts';
import { actorOf } from '../authentication.ts';
import type { HttpDeps } from '../deps.ts';
import { answersWith, describe, queryHeaders } from '../documentation.ts';
import { queryRoutes, readOne, type Context } from '../query-routes.ts';
import { id, idParams, NO_FIELDS, text } from '../schemas.ts';

const SORTS = ['newest', 'title', 'published'] as const;
const FACETS = ['provider', 'level', 'domain', 'shareType', 'shareMode', 'open', 'updateCycle'] as const;

const search = {
  q: text(MAX_QUERY_LENGTH)
    .optional()
    .meta({ description: 'Words, separated by blanks; an entry holds each of them', example: '低保 医疗' }),
  provider: id.optional(),
  level: z.enum(LEVELS).optional(),
  domain: text(60).optional(),
  shareType: z.enum(SHARE_TYPES).optional(),
  shareMode: z.enum(SHARE_MODES).optional(),
  open: z.enum(['true', 'false']).optional(),
  updateCycle: z.enum(UPDATE_CYCLES).optional(),
  sort: z.enum(SORTS).default('newest'),
};
type Search = { readonly [K in (typeof FACETS)[number]]?: string | undefined } & { readonly q?: string | undefined };

const filterOf = (query: Search): Filter => {
  const chosen = FACETS.flatMap((field) => {
    const value = query[field];
    const scalar: Scalar | undefined = field === 'open' && value !== undefined ? value === 'true' : value;
    return scalar === undefined ? [] : [eq(field, scalar)];
  });
  return all(eq('listed', true), ...(query.q === undefined ? [] : [{ search: query.q }]), ...chosen);
};

/**
 * An announced change as the reader may see it. Who was told, and what they said, tells who holds grants and has applied: all
 * of it is for those who read these by `read-applications` as provider, operator or supervisor; of the others each reads the
 * rows of the bodies that it applies for (decision 17).
 */
const changeView = (doc: CatalogDocument, actor: AccountActor): CatalogDocument['change'] => {
  if (doc.change === null || allows('read-applications', actor, relationsToResource(doc, actor))) return doc.change;
  const applies = allows('read-applications', actor, ['applicant']);
  const own = ({ organization }: { readonly organization: OrganizationId }) => applies && actsFor(actor, organization);
  const { recipients, acknowledged, objections, ...change } = doc.change;
  return {
    ...change,
    recipients: recipients.filter(own),
    acknowledged: acknowledged.filter(own),
    objections: objections.filter(own),
  };
};

/** An entry as readers get it. The hash of its content stays inside: whoever guesses the data could prove the guess by it. */
const entryView = ({ content, ...doc }: CatalogDocument, actor: AccountActor) => {
  const change = changeView({ content, ...doc }, actor);
  if (content === null) return { ...doc, change, content };
  const { sha256: _, ...shown } = content;
  return { ...doc, change, content: shown };
};

/** With the names that the provider bears on the day asked for (decision 9). */
const item = (doc: CatalogDocument, { when, actor }: Pick<Context, 'when' | 'actor'>) =>
  namedOn(entryView(doc, actor), civilDateOf(when.clock));

const version = z.looseObject({ position: z.int(), revision: z.int(), version: z.int(), status: z.string() });

const HISTORY = z.strictObject({ items: z.array(version) }).meta({
  example: { items: [{ position: 86, revision: 0, version: 1, status: 'published', differences: [] }] },
});

const SORTED = { newest: undefined, title: [{ field: 'title' }], published: [{ field: 'publishedOn', falling: true }] };

/** The catalog: search with facets, one entry, its versions with their differences (R7.3, R10.1). */
export const catalogRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const { list, one } = queryRoutes(app, deps);
  list<CatalogDocument, typeof search>({
    operation: 'read-catalog',
    summary: 'Search the catalog',
    article: 'R10.1',
    projection: catalog,
    query: search,
    filter: filterOf,
    sort: ({ sort }) => SORTED[sort] ?? [],
    facets: FACETS,
    item,
  });
  one<CatalogDocument>({
    operation: 'read-resource',
    summary: 'One catalog entry, with its announced change',
    article: 'R7.3',
    projection: catalog,
    item,
  });
  app.get('/resources/:id/history', {
    schema: {
      ...describe(
        'read-resource',
        'The versions of an entry, each with its differences from the one before',
        'R7.3',
        'read-resource-history',
      ),
      params: idParams,
      querystring: NO_FIELDS,
      headers: queryHeaders,
      response: answersWith('Its versions, oldest first', HISTORY),
    },
    handler: async (request, reply) => {
      const actor = await actorOf(deps, request);
      const entry = { operation: 'read-resource', projection: catalog } as const;
      const { versions, at } = await readOne(deps, entry, request, actor, async ({ id: of }: CatalogDocument, { view }) => ({
        versions: await view.versions<CatalogDocument>(of),
        at: view.position,
      }));
      // A version is for those to whom it would have been shown as of then: whoever sees what is listed sees no drafts.
      const scope = scopeFilter(scopeOfOne('read-resource', actor));
      const told = versions.filter(({ document }) => document !== null && matches(scope, catalog, document));
      const items = told.flatMap(({ position, document }, index) => {
        const before = told[index - 1]?.document ?? null;
        if (document === null) return [];
        const changed = before === null ? [] : differences(before.entry, document.entry);
        if (before !== null && changed.length === 0 && before.status === document.status) return [];
        return [
          { position, revision: document.revision, version: document.version, status: document.status, differences: changed },
        ];
      });
      return reply.header('ledger-position', String(at)).send({ items });
    },
  });
};

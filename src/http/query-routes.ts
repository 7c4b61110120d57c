import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AccountActor } from '../domain/actor.ts';
import { DomainError } from '../domain/domain-error.ts';
import { PERMISSIONS, type Operation } from '../domain/permission-table.ts';
import { scopeOf, scopeOfOne } from '../domain/permissions.ts';
import { instantOf } from '../domain/time.ts';
import { all, EVERYTHING, type Filter } from '../projections/filter.ts';
import type { InForce } from '../projections/in-force.ts';
import { matches } from '../projections/matches.ts';
import type { Document, Projection } from '../projections/projection.ts';
import type { Query, ReadView } from '../projections/read-store.ts';
import { scopeFilter } from '../projections/scope.ts';
import { actorOf } from './authentication.ts';
import { readCursor, writeCursor, type Place } from './cursor.ts';
import type { HttpDeps } from './deps.ts';
import { describe, listAnswers, oneAnswers, pathOf, queryHeaders } from './documentation.ts';
import { idParams, pageQuery } from './schemas.ts';
import { inForceQuery, whenOf, whenQuery, type When } from './when.ts';

type Times = typeof whenQuery & typeof inForceQuery;
type PageQuery = z.output<z.ZodObject<typeof pageQuery & Times>>;
const ONE = z.strictObject({ ...whenQuery, ...inForceQuery });

/** What a route may use while it turns documents into an answer: the reader, the time, and the view they came from. */
export type Context = { readonly actor: AccountActor; readonly when: When; readonly view: ReadView };

type Viewed<Doc extends Document> = {
  readonly operation: Operation;
  /** Where one permission serves several reads; otherwise the path of its row. */
  readonly path?: string;
  readonly summary: string;
  readonly article: string;
  readonly projection: Projection<Doc>;
  readonly item: (doc: Doc, context: Context) => unknown;
  /** For a view whose documents say themselves from when on what they tell holds. */
  readonly inForce?: InForce<Doc>;
};

type OneRoute<Doc extends Document> = Viewed<Doc> & {
  /** Runs before anything is answered: records the reading of a person (decision 15). */
  readonly record?: (doc: Doc, actor: AccountActor, request: FastifyRequest) => Promise<void>;
};

export type ListRoute<Doc extends Document, Q extends z.ZodRawShape> = Viewed<Doc> & {
  readonly query: Q;
  readonly filter: (query: z.output<z.ZodObject<Q>>, when: When, actor: AccountActor) => Filter;
  readonly sort?: (query: z.output<z.ZodObject<Q>>) => NonNullable<Query['sort']>;
  readonly facets?: readonly string[];
  /** False for a list whose filters tell of today only. */
  readonly takesInForceAt?: false;
};

const pathFor = (route: Viewed<Document>): string =>
  pathOf(route.path === undefined ? PERMISSIONS[route.operation].route : `GET ${route.path}`);

/** Unique, as OpenAPI wants it: a permission that serves several paths gives its name to the first. */
const operationIdOf = ({ operation, path }: Pick<Viewed<Document>, 'operation' | 'path'>): string =>
  path === undefined ? operation : `read${path.replace('/{id}', '').replaceAll('/', '-')}${path.endsWith('{id}') ? '-one' : ''}`;

type Asked = { readonly asOf?: string; readonly atPosition?: number; readonly inForceAt?: string };
const refuseHistory = (projection: Projection, { asOf, atPosition, inForceAt }: z.output<z.ZodObject<Times>>): void => {
  if (!projection.history && [asOf, atPosition, inForceAt].some((time) => time !== undefined))
    throw new DomainError('query.no-history');
};

/** Registers lists and single reads of read models. Scope is part of the filter and of every cursor's MAC (decision 17). */
export const queryRoutes = (app: FastifyInstance, deps: HttpDeps) => {
  const list = <Doc extends Document, Q extends z.ZodRawShape>(route: ListRoute<Doc, Q>): void => {
    app.get(pathFor(route as unknown as Viewed<Document>), {
      schema: {
        ...describe(route.operation, route.summary, route.article, operationIdOf(route)),
        querystring: z.strictObject({
          ...pageQuery,
          ...whenQuery,
          ...(route.takesInForceAt === false ? {} : inForceQuery),
          ...route.query,
        }),
        headers: queryHeaders,
        response: listAnswers,
      },
      handler: (request, reply) => answerList(deps, route, request, reply),
    });
  };

  const one = <Doc extends Document & { readonly revision: number }>(route: OneRoute<Doc>): void => {
    app.get(pathFor(route as unknown as Viewed<Document>), {
      // A HEAD shows nothing, and must not be recorded as a reading (decision 15).
      exposeHeadRoute: route.record === undefined,
      schema: {
        ...describe(route.operation, route.summary, route.article, operationIdOf(route)),
        params: idParams,
        querystring: ONE,
        headers: queryHeaders,
        response: oneAnswers,
      },
      handler: async (request, reply) => {
        const actor = await actorOf(deps, request);
        const { doc, item, position } = await readOne(deps, route, request, actor, async (found, context) => ({
          doc: found,
          item: await route.item(found, context),
          position: context.view.position,
        }));
        await route.record?.(doc, actor, request);
        return reply
          .header('etag', `"${String(doc.revision)}"`)
          .header('ledger-position', String(position))
          .send(item);
      },
    });
  };
  return { list, one };
};

/** Stands for a clock in what tells two questions apart. */
const NO_CLOCK = instantOf(0);

const answerList = async <Doc extends Document, Q extends z.ZodRawShape>(
  deps: HttpDeps,
  route: ListRoute<Doc, Q>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const actor = await actorOf(deps, request);
  const query = request.query as PageQuery & z.output<z.ZodObject<Q>>;
  refuseHistory(route.projection, query);
  const when = await whenOf(deps, request, route.projection.name, query, route.inForce !== undefined);
  const filtersOf = (clock: When): Filter =>
    all(scopeFilter(scopeOf(route.operation, actor)), route.filter(query, clock, actor), thenThere(route, when));
  const sort = route.sort?.(query);
  // The question leaves the clock out: a list's states move on from page to page, unless it is as of a fixed time.
  const question = JSON.stringify([
    route.operation,
    actor.account,
    filtersOf({ ...when, clock: query.asOf ?? query.inForceAt ?? NO_CLOCK }),
    sort,
    when.at,
  ]);
  const place: Place | null = query.cursor === undefined ? null : readCursor(deps.cursorMac, question, query.cursor);
  const clock = place?.clock ?? when.clock;
  const filter = filtersOf({ ...when, clock });
  return deps.readStore.snapshot(route.projection, async (view) => {
    const found = await view.find<Doc>(
      { filter, limit: query.limit, ...(sort === undefined ? {} : { sort }), ...(place === null ? {} : { after: place.after }) },
      when.at,
    );
    const context: Context = { actor, when: { ...when, clock }, view };
    const items: unknown[] = [];
    for (const doc of found.items) items.push(await route.item(asThen(route, doc, when), context));
    const nextCursor =
      found.more && found.last !== null
        ? writeCursor(deps.cursorMac, question, { after: found.last, at: when.at ?? null, clock })
        : null;
    const total = query.total === 'false' ? undefined : await view.count(filter, when.at);
    const facets =
      route.facets === undefined || query.facets === 'false' ? undefined : await view.facets(filter, route.facets, when.at);
    return reply.send({
      items,
      nextCursor,
      ...(total === undefined ? {} : { total }),
      ...(facets === undefined ? {} : { facets }),
      position: when.at ?? view.position,
    });
  });
};

type Dated<Doc extends Document> = Pick<Viewed<Doc>, 'inForce'>;
const thenThere = <Doc extends Document>({ inForce }: Dated<Doc>, { inForceAt }: When): Filter =>
  inForce === undefined || inForceAt === undefined ? EVERYTHING : inForce.where(inForceAt);
const asThen = <Doc extends Document>({ inForce }: Dated<Doc>, doc: Doc, { inForceAt }: When): Doc =>
  inForce === undefined || inForceAt === undefined ? doc : inForce.as(doc, inForceAt);

/**
 * What `use` makes of one document within the reader's scope, or 404. The document and all that `use` reads beside it are of
 * one snapshot: what is said of the view's position holds for them.
 */
export const readOne = async <Doc extends Document, T>(
  deps: HttpDeps,
  route: Pick<Viewed<Doc>, 'operation' | 'projection' | 'inForce'>,
  request: FastifyRequest,
  actor: AccountActor,
  use: (doc: Doc, context: Context) => Promise<T> | T,
): Promise<T> => {
  const query = request.query as Asked;
  const { id } = request.params as { id: string };
  refuseHistory(route.projection, query);
  const when = await whenOf(deps, request, route.projection.name, query, route.inForce !== undefined);
  const scope = all(scopeFilter(scopeOfOne(route.operation, actor)), thenThere(route, when));
  return deps.readStore.snapshot(route.projection, async (view) => {
    const doc = await view.get<Doc>(id, when.at);
    if (doc === undefined || !matches(scope, route.projection, doc)) throw new DomainError('thing.not-found');
    return use(asThen(route, doc, when), { actor, when, view });
  });
};

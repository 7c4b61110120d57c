import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CalendarNotice } from '../../domain/calendar.ts';
import type { Position } from '../../domain/envelope.ts';
import { DomainError } from '../../domain/domain-error.ts';
import { OBLIGATION_KINDS, PACK_IDS } from '../../domain/policy-pack.ts';
import { scopeOfOne } from '../../domain/permissions.ts';
import { calendarNotices } from '../../projections/calendar-notices.ts';
import { all, eq, lt, type Filter, type Scalar } from '../../projections/filter.ts';
import { obligationInForce } from '../../projections/in-force.ts';
import { matches } from '../../projections/matches.ts';
import {
  explain,
  explainEarlier,
  lastDayBefore,
  OBLIGATION_STATES,
  stateFilter,
  stateOf,
  type ObligationDocument,
} from '../../projections/obligation-document.ts';
import { obligations } from '../../projections/obligations.ts';
import type { ReadView } from '../../projections/read-store.ts';
import { scopeFilter } from '../../projections/scope.ts';
import { VIOLATION_STATES, violationFilter, violationOf } from '../../projections/violations.ts';
import { actorOf } from '../authentication.ts';
import { confirmedNotices } from '../confirmed-notices.ts';
import type { HttpDeps } from '../deps.ts';
import { describe, oneAnswers, queryHeaders } from '../documentation.ts';
import { queryRoutes, type Context } from '../query-routes.ts';
import { id, idParams, instant, wholeNumber } from '../schemas.ts';
import { inForceQuery, reach, whenOf, whenQuery, type When } from '../when.ts';

const queue = {
  debtor: id.optional(),
  kind: z.enum(OBLIGATION_KINDS).optional(),
  pack: z.enum(PACK_IDS).optional(),
  state: z.enum(OBLIGATION_STATES).optional(),
  dueBefore: instant.optional(),
};
const breaches = {
  organization: id.optional(),
  kind: wholeNumber(1, 9).optional().meta({ description: 'Case of Art. 30' }),
  pack: z.enum(PACK_IDS).optional(),
  state: z.enum(VIOLATION_STATES).optional(),
};

const chosen = (fields: Readonly<Record<string, Scalar | undefined>>): readonly Filter[] =>
  Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [eq(field, value)]));

const withState = (doc: ObligationDocument, { when }: Pick<Context, 'when'>) => ({ ...doc, state: stateOf(doc, when.clock) });

/** The due ends that late notices moved away from, each with the computation that it rested on. */
const explained = (doc: ObligationDocument, notices: readonly CalendarNotice[]) =>
  doc.earlierDues.map((earlier) => ({ ...earlier, computation: explainEarlier(doc, earlier, notices) }));

/** The work queue and the violations: one projection, two filters (R30.1). */
export const obligationRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  const { list } = queryRoutes(app, deps);
  list<ObligationDocument, typeof queue>({
    operation: 'read-obligations',
    summary: 'Duties with their clocks; soonest due first',
    article: 'requirements §4',
    projection: obligations,
    takesInForceAt: false,
    query: queue,
    filter: ({ debtor, kind, pack, state, dueBefore }, when) =>
      all(
        // What is open is a row, and has an index of its own in the order of the due end.
        ...(state === 'open' || state === 'overdue' ? [] : [eq('row', true)]),
        ...chosen({ debtor, kind, pack }),
        ...(state === undefined ? [] : [stateFilter(state, when.clock)]),
        ...(dueBefore === undefined ? [] : [lt('due', dueBefore)]),
      ),
    sort: () => [{ field: 'due' }],
    facets: ['kind', 'pack', 'debtor'],
    item: withState,
  });
  list<ObligationDocument, typeof breaches>({
    operation: 'read-violations',
    summary: 'Breaches that nobody typed in; newest first',
    article: 'R30.1',
    projection: obligations,
    takesInForceAt: false,
    query: breaches,
    filter: ({ organization, kind, pack, state }, when) =>
      all(violationFilter(when.clock, state), ...chosen({ debtor: organization, violation: kind, pack })),
    sort: () => [{ field: 'due', falling: true }],
    facets: ['violation', 'pack', 'debtor'],
    item: (doc) => violationOf(doc),
  });
  single(app, deps);
};

type Read = {
  readonly doc: ObligationDocument;
  readonly when: When;
  readonly notices: readonly CalendarNotice[];
  readonly headers: Readonly<Record<string, string>>;
};

/** A duty has no stream of its own: its revision is how often this view has retold it. */
const readHeaders = async (view: ReadView, id: string, at: Position | undefined): Promise<Readonly<Record<string, string>>> => {
  const told = (await view.versions(id)).filter(({ position }) => at === undefined || position <= at);
  return { etag: `"${String(told.length - 1)}"`, 'ledger-position': String(view.position) };
};

/** One document in the reader's scope, as of a time. */
const single = (app: FastifyInstance, deps: HttpDeps): void => {
  const read = async (request: Parameters<typeof whenOf>[1], operation: 'read-obligations' | 'read-violations'): Promise<Read> => {
    const actor = await actorOf(deps, request);
    const when = await whenOf(deps, request, obligations.name, request.query as object, true);
    const { id: wanted } = request.params as { id: string };
    const [row, due] = wanted.split('@');
    const {
      doc: known,
      headers,
      position,
    } = await deps.readStore.snapshot(obligations, async (view) => {
      const annulled = due === undefined ? undefined : await view.get<ObligationDocument>(wanted, when.at);
      const found = annulled ?? (await view.get<ObligationDocument>(row ?? wanted, when.at));
      const told = found === undefined ? {} : await readHeaders(view, found.id, when.at);
      return { doc: found, headers: told, position: view.position };
    });
    const doc = known === undefined || when.inForceAt === undefined ? known : obligationInForce(known, when.inForceAt);
    const scope = scopeFilter(scopeOfOne(operation, actor));
    if (doc === undefined || !matches(scope, obligations, doc)) throw new DomainError('thing.not-found');
    // Views go forward each by itself: what explains a due end is a notice that the duties have seen already.
    await reach(deps, calendarNotices.name, position);
    return { doc, when, notices: await confirmedNotices(deps), headers };
  };
  const documented = {
    params: idParams,
    querystring: z.strictObject({ ...whenQuery, ...inForceQuery }),
    headers: queryHeaders,
    response: oneAnswers,
  };

  app.get('/obligations/:id', {
    schema: {
      ...describe('read-obligations', 'One duty, with its day-by-day computation', 'requirements §4', 'read-obligations-one'),
      ...documented,
    },
    handler: async (request, reply) => {
      const { doc, when, notices, headers } = await read(request, 'read-obligations');
      if (doc.record !== 'obligation') throw new DomainError('thing.not-found');
      const earlierDues = explained(doc, notices);
      return reply.headers(headers).send({ ...withState(doc, { when }), earlierDues, computation: explain(doc, notices) });
    },
  });
  app.get('/violations/:id', {
    schema: {
      ...describe('read-violations', 'One violation, with its evidence and computation', 'R30.1', 'read-violations-one'),
      ...documented,
    },
    handler: async (request, reply) => {
      const { doc, when, notices, headers } = await read(request, 'read-violations');
      const violation = violationOf(doc);
      const { id: wanted } = request.params as { id: string };
      if (violation.id !== wanted || !matches(violationFilter(when.clock), obligations, doc))
        throw new DomainError('thing.not-found');
      void reply.headers(headers);
      const moved = doc.earlierDues.at(-1);
      const { annulledBy } = violation;
      if (annulledBy === null || moved === undefined) return reply.send({ ...violation, computation: explain(doc, notices) });
      // Both dates and both computations: what it was a breach of, and what the notice made of it (requirements §4).
      const after = explain({ ...doc, dueOn: lastDayBefore(annulledBy.movedTo) }, notices);
      return reply.send({
        ...violation,
        annulledBy: { ...annulledBy, computation: after },
        computation: explainEarlier(doc, moved, notices),
      });
    },
  });
};

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../domain/domain-error.ts';
import type { RecordedEvent } from '../../domain/envelope.ts';
import { EVENT_SCHEMAS } from '../../domain/events.ts';
import { permit } from '../../domain/permissions.ts';
import { auditTrail, type AuditDocument } from '../../projections/audit-trail.ts';
import { all, eq, gt, gte, lt, lte, type Filter } from '../../projections/filter.ts';
import { actorOf } from '../authentication.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { HttpDeps } from '../deps.ts';
import { describe, listAnswers, queryHeaders } from '../documentation.ts';
import { recordRead } from '../recorded-read.ts';
import { id, instant, pageQuery, text, wholeNumber } from '../schemas.ts';
import { whenOf } from '../when.ts';

const query = z.strictObject({
  ...pageQuery,
  after: wholeNumber(-1).optional().meta({ description: 'Position after which to begin' }),
  stream: text(160).optional(),
  type: z.enum(Object.keys(EVENT_SCHEMAS) as [string, ...string[]]).optional(),
  actor: id.optional(),
  organization: id.optional(),
  from: instant.optional(),
  to: instant.optional(),
  correlationId: z.uuid().optional(),
  commandId: z.uuid().optional(),
});
type Query = z.output<typeof query>;

const NAMED = ['type', 'actor', 'organization', 'correlationId', 'commandId', 'stream'] as const;

const filterOf = (asked: Query, after: number, end: number): Filter =>
  all(
    gt('position', after),
    lte('position', end),
    ...NAMED.flatMap((field) => (asked[field] === undefined ? [] : [eq(field, asked[field])])),
    ...(asked.from === undefined ? [] : [gte('at', asked.from)]),
    ...(asked.to === undefined ? [] : [lt('at', asked.to)]),
  );

/** The log itself, for auditors. Every page is recorded before it is sent; the first fixes the end (decision 15). */
export const eventRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  app.get('/events', {
    // A HEAD shows nothing of the log and would be recorded as a reading of it (decision 15).
    exposeHeadRoute: false,
    schema: {
      ...describe('read-events', 'The log, with every reading of it recorded', 'R24.2'),
      querystring: query,
      headers: queryHeaders,
      response: listAnswers,
    },
    handler: async (request, reply) => {
      const asked = request.query as Query;
      const actor = await actorOf(deps, request);
      permit('read-events', actor, []);
      await whenOf(deps, request, auditTrail.name, {});
      const { cursor: _, limit, total: __, facets: ___, ...rest } = asked;
      const question = JSON.stringify(['read-events', actor.account, rest]);
      const place = asked.cursor === undefined ? null : readCursor(deps.cursorMac, question, asked.cursor);
      const end = place?.at ?? (await deps.store.head()).position;
      const after = place === null ? (asked.after ?? -1) : Number(place.after[0]);
      if (!(await deps.waitFor(auditTrail.name, end, 5_000)))
        throw new DomainError('view.behind', { view: auditTrail.name, position: end });
      const found = await deps.readStore.snapshot(auditTrail, (view) =>
        view.find<AuditDocument>({ filter: filterOf(asked, after, end), sort: [{ field: 'position' }], limit }),
      );
      const items: RecordedEvent[] = [];
      for (const { id: eventId } of found.items) {
        const event = await deps.store.eventById(eventId);
        if (event !== undefined) items.push(event);
      }
      const last = items.at(-1)?.position ?? end;
      await recordRead(deps, request, actor, 'read-events', {
        type: 'RecordLogRead',
        data: { filter: JSON.stringify(rest), from: after + 1, to: last },
      });
      const nextCursor = found.more ? writeCursor(deps.cursorMac, question, { after: [last], at: end, clock: '' }) : null;
      return reply.send({ items, nextCursor, position: end });
    },
  });
};

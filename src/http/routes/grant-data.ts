import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { access } from '../../domain/access.ts';
import type { AccountActor } from '../../domain/actor.ts';
import { isOffered, type CatalogEntry } from '../../domain/catalog-entry.ts';
import type { CommandRequest } from '../../domain/command-port.ts';
import { DomainError } from '../../domain/decider.ts';
import type { AccessOutcome, DataOperation } from '../../domain/events/grant.ts';
import { permit } from '../../domain/permissions.ts';
import { tableQuery, type TableFilter } from '../../domain/table-query.ts';
import { catalog } from '../../projections/catalog.ts';
import type { CatalogDocument } from '../../projections/catalog-document.ts';
import { grants, type GrantDocument } from '../../projections/grants.ts';
import { actorOf } from '../authentication.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { HttpDeps } from '../deps.ts';
import { answersWith, describe } from '../documentation.ts';
import { readOne } from '../query-routes.ts';
import { idParams } from '../schemas.ts';
import { upToDate } from '../when.ts';

const CONDITION = /^([^\s:]{1,100}):(eq|ne|lt|lte|gt|gte):(.{0,200})$/u;
const listed = z.union([z.string().max(400), z.array(z.string().max(400)).max(20)]).optional();
const query = z.strictObject({
  items: listed.meta({ description: 'Granted items, one parameter each; all of them without' }),
  filter: listed.meta({ description: '`item:eq|ne|lt|lte|gt|gte:value`, one parameter each', example: '保障类别:eq:城市低保' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(4_000).optional(),
});
const asList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** Of items that are shown masked, only whether they equal a value: anything more would tell what the mask hides (R23.1). */
const filtersOf = (conditions: readonly string[], granted: readonly string[], entry: CatalogEntry): readonly TableFilter[] =>
  conditions.map((text) => {
    const [, item = '', is = '', value = ''] = CONDITION.exec(text) ?? [];
    if (!granted.includes(item)) throw new DomainError('access.filter-beyond-grant', { item });
    const isMasked = entry.items.some(({ name, mask }) => name === item && mask !== 'none');
    if (isMasked && is !== 'eq') throw new DomainError('access.filter-beyond-mask', { item });
    return { item, is: is as TableFilter['is'], value };
  });

type Reading = { readonly commandId: string; readonly actor: AccountActor; readonly request: FastifyRequest };

/** The access's own commands: all on one stream, under one correlation. */
const commandOf = (deps: HttpDeps, { commandId, actor, request }: Reading, type: string, data: unknown): CommandRequest => ({
  decider: access,
  id: commandId,
  type,
  data,
  commandId: type === 'EndAccess' ? deps.ids.thing(commandId) : commandId,
  mayRepeat: false,
  requestHash: deps.requestHash(data),
  correlationId: request.id,
  actor: { account: actor.account },
  operation: type === 'StartAccess' ? 'read-grant-data' : null,
  relations: () => ['user'],
  creates: type !== 'EndAccess',
});

/** Recorded before the first byte; a refused attempt too (R24.2). */
const begin = async (
  deps: HttpDeps,
  reading: Reading,
  data: { grant: string; grantRevision: number; operation: DataOperation; items: readonly string[] },
  filters: () => readonly TableFilter[],
): Promise<readonly TableFilter[]> => {
  try {
    const conditions = filters();
    await deps.execute(commandOf(deps, reading, 'StartAccess', data));
    return conditions;
  } catch (error) {
    if (error instanceof DomainError && error.code.startsWith('access.'))
      await deps.execute(commandOf(deps, reading, 'RefuseAccess', { ...data, code: error.code }));
    throw error;
  }
};

/** `GET /grants/{id}/data`: a file as it is, with ranges; a table by granted items and filters, paged and masked. */
export const grantDataRoute = (app: FastifyInstance, deps: HttpDeps): void => {
  app.get('/grants/:id/data', {
    schema: {
      ...describe('read-grant-data', 'The data of a grant', 'R14.3, R24.2'),
      params: idParams,
      querystring: query,
      response: answersWith('A file as it is (Range), or a page of a table', z.looseObject({})),
    },
    handler: async (request, reply) => {
      const actor = await actorOf(deps, request);
      await upToDate(deps, grants.name, catalog.name);
      const { limit, cursor, ...asked } = request.query as z.output<typeof query>;
      const { doc } = await readOne<GrantDocument>(deps, { operation: 'read-grants', projection: grants }, request, actor);
      permit('read-grant-data', actor, doc.user === actor.organization ? ['user'] : []);
      const entry = await deps.readStore.snapshot(catalog, (view) => view.get<CatalogDocument>(doc.resource));
      if (entry?.mount === null || entry?.mount === undefined || entry.content === null) throw new DomainError('access.no-content');
      const { mode } = entry.mount.mount;
      const reading = { commandId: deps.ids.fresh(), actor, request };
      const items = asList(asked.items);
      const shared = doc.items.map(({ item }) => item).filter((item) => isOffered(entry.entry, item));
      const operation = mode === 'file' ? 'download' : 'query';
      const attempt = { grant: doc.id, grantRevision: doc.revision, operation, items } as const;
      const filters = await begin(deps, reading, attempt, () =>
        mode === 'file' ? [] : filtersOf(asList(asked.filter), shared, entry.entry),
      );
      if (mode === 'file') return sendFile(deps, reading, reply, entry);
      const wanted = tableQuery(entry.entry, doc.items, items.length === 0 ? shared : items, filters);
      const { sha256 } = entry.content;
      const question = JSON.stringify(['read-grant-data', actor.account, doc.id, sha256, asked]);
      const after = cursor === undefined ? null : Number(readCursor(deps.cursorMac, question, cursor).after[0]);
      const page = await deps.tables.page(sha256, wanted, limit, after);
      const body = JSON.stringify({
        items: page.items,
        nextCursor: page.next === null ? null : writeCursor(deps.cursorMac, question, { after: [page.next], at: null, clock: '' }),
      });
      await end(deps, reading, page.items.length, Buffer.byteLength(body), 'completed');
      return reply.type('application/json; charset=utf-8').send(body);
    },
  });
};

const end = (deps: HttpDeps, reading: Reading, count: number, bytes: number, outcome: AccessOutcome) =>
  deps.execute(commandOf(deps, reading, 'EndAccess', { count, bytes, outcome }));

const RANGE = /^bytes=(\d{0,12})-(\d{0,12})$/;

/** First and last byte of one range; the whole file without one. Throws 416 for a range outside the file. */
const rangeOf = (header: string | undefined, size: number): { start: number; end: number; partial: boolean } => {
  const [, from, to] = RANGE.exec(header ?? '') ?? [];
  const isRange = from !== undefined && to !== undefined && from + to !== '';
  // One that ends before it begins is no range at all (RFC 9110 §14.1.1).
  if (!isRange || (from !== '' && to !== '' && Number(from) > Number(to))) return { start: 0, end: size - 1, partial: false };
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > last) throw new DomainError('content.range-not-satisfiable', { size });
  return { start, end: last, partial: true };
};

const sendFile = async (
  deps: HttpDeps,
  reading: Reading,
  reply: FastifyReply,
  { mount, content }: CatalogDocument,
): Promise<FastifyReply> => {
  const sha256 = content?.sha256 ?? '';
  const size = deps.contents.size(sha256);
  const { start, end: last, partial } = rangeOf(reading.request.headers.range, size);
  const stream = deps.contents.open(sha256, start, last);
  let sent = 0;
  stream.on('data', (part: Buffer | string) => {
    sent += part.length;
  });
  stream.once('close', () => {
    const outcome = sent === last - start + 1 ? 'completed' : 'aborted';
    end(deps, reading, 1, sent, outcome).catch((error: unknown) => {
      reading.request.log.error({ err: error }, 'the end of an access could not be recorded');
    });
  });
  const file = mount?.mount.mode === 'file' ? mount.mount : { fileName: 'data', mediaType: 'application/octet-stream' };
  void reply
    .status(partial ? 206 : 200)
    .header('accept-ranges', 'bytes')
    .header('etag', `"${sha256}"`)
    .header('content-length', String(last - start + 1))
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`)
    .type(file.mediaType);
  if (partial) void reply.header('content-range', `bytes ${String(start)}-${String(last)}/${String(size)}`);
  return reply.send(stream);
};

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { access } from '../../domain/access.ts';
import type { AccountActor } from '../../domain/actor.ts';
import type { CommandRequest } from '../../domain/command-port.ts';
import { DomainError } from '../../domain/domain-error.ts';
import type { AccessOutcome, DataOperation } from '../../domain/events/grant.ts';
import { gives, relationsToGrant } from '../../domain/grant.ts';
import { permit } from '../../domain/permissions.ts';
import { tableQuery, type TableFilter } from '../../domain/table-query.ts';
import { catalog } from '../../projections/catalog.ts';
import type { CatalogDocument } from '../../projections/catalog-document.ts';
import { grants, type GrantDocument } from '../../projections/grants.ts';
import { actorOf } from '../authentication.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { HttpDeps } from '../deps.ts';
import { describe, queryHeaders, readProblems } from '../documentation.ts';
import { idParams, pageQuery } from '../schemas.ts';
import { upToDate, whenOf } from '../when.ts';
import { openFile, type DataAnswer } from './grant-file.ts';

const CONDITION = /^([^\s:]{1,100}):(eq|ne|lt|lte|gt|gte):(.{0,200})$/u;
const listed = (text: z.ZodString) => z.union([text, z.array(text).max(20)]).optional();
const query = z.strictObject({
  items: listed(z.string().max(400)).meta({ description: 'Granted items, one parameter each; all of them without' }),
  filter: listed(z.string().max(400).regex(CONDITION, 'filter-malformed')).meta({
    description: '`item:eq|ne|lt|lte|gt|gte:value`, one parameter each, on granted items that are not masked',
    example: '保障类别:eq:城市低保',
  }),
  ...pageQuery,
});
const headers = queryHeaders.extend({
  range: z.string().optional().meta({ description: 'One range of a file', example: 'bytes=0-1048575' }),
  'if-range': z.string().optional().meta({ description: 'The ETag of the file that the range continues' }),
});
/** Granted items by their names, masked as the entry says. */
const tablePage = z
  .strictObject({ items: z.array(z.record(z.string(), z.string())), nextCursor: z.string().nullable() })
  .meta({ example: { items: [{ 姓名: '张**', 保障类别: '城市低保' }], nextCursor: null } });
const fileBytes = z.any().meta({
  type: 'string',
  format: 'binary',
  description: 'Bytes, under the media type that the mount gives',
  example: 'a,b\r\n1,2',
});
type Asked = z.output<typeof query>;
const asList = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

const filtersOf = (conditions: readonly string[]): readonly TableFilter[] =>
  conditions.map((text) => {
    const [, item = '', is = '', value = ''] = CONDITION.exec(text) ?? [];
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

const end = (deps: HttpDeps, reading: Reading, count: number, bytes: number, outcome: AccessOutcome) =>
  deps.execute(commandOf(deps, reading, 'EndAccess', { count, bytes, outcome }));

/** Does `work`; what a rule refuses is recorded by `record` before it is answered (R24.2: refused attempts too). */
const recordingRefusal = async <T>(work: () => Promise<T>, record: (error: unknown) => Promise<unknown>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    await record(error);
    throw error;
  }
};

const operationOf = (entry: CatalogDocument | undefined): DataOperation => {
  if (entry?.mount === null || entry?.mount === undefined) return 'access';
  return entry.mount.mount.mode === 'file' ? 'download' : 'query';
};

type Opened = { readonly doc: GrantDocument; readonly entry: CatalogDocument };

/**
 * The grant and the entry whose data it lets the reader have, once the access is begun: durable before the first byte. An
 * attempt on a grant that is not there is one too, with no subject that anybody knows.
 */
const begin = async (
  deps: HttpDeps,
  reading: Reading,
  id: string,
  doc: GrantDocument | undefined,
  asked: Asked,
): Promise<Opened> => {
  const { actor } = reading;
  const entry = doc && (await deps.readStore.snapshot(catalog, (view) => view.get<CatalogDocument>(doc.resource)));
  const operation = operationOf(entry);
  const attempt = { grant: id, grantRevision: doc?.revision ?? 0, operation, items: asList(asked.items) };
  const start = async (): Promise<Opened> => {
    if (doc === undefined) throw new DomainError('thing.not-found');
    permit('read-grant-data', actor, relationsToGrant(doc, actor));
    if (entry === undefined || operation === 'access' || entry.content === null) throw new DomainError('access.no-content');
    const filteredBy = operation === 'query' ? filtersOf(asList(asked.filter)).map(({ item }) => item) : [];
    await deps.execute(commandOf(deps, reading, 'StartAccess', { ...attempt, entryVersion: entry.version, filteredBy }));
    return { doc, entry };
  };
  return recordingRefusal(start, async (error) => {
    if (error instanceof DomainError)
      await deps.execute(commandOf(deps, reading, 'RefuseAccess', { ...attempt, code: error.code }));
  });
};

/** `GET /grants/{id}/data`: a file as it is, with ranges; a table by granted items and filters, paged and masked. */
export const grantDataRoute = (app: FastifyInstance, deps: HttpDeps): void => {
  app.get('/grants/:id/data', {
    // A HEAD gives no data, and what is recorded here is that data was given (R24.2): it is not offered.
    exposeHeadRoute: false,
    schema: {
      ...describe('read-grant-data', 'The data of a grant', 'R14.3, R24.2'),
      params: idParams,
      querystring: query,
      headers,
      response: {
        200: {
          description: 'A page of a table; a file as it is, with its SHA-256 as ETag',
          content: { 'application/json': { schema: tablePage }, 'application/octet-stream': { schema: fileBytes } },
        },
        206: {
          description: 'The part of the file that `Range` names',
          content: { 'application/octet-stream': { schema: fileBytes } },
        },
        ...readProblems,
      },
    },
    handler: async (request, reply) => {
      const actor = await actorOf(deps, request);
      await whenOf(deps, request, grants.name, {});
      await upToDate(deps, grants.name, catalog.name);
      const { id } = request.params as z.output<typeof idParams>;
      const asked = request.query as Asked;
      // Past the reader's scope, so that an attempt on another department's grant is recorded too; it is told nothing of it.
      const known = await deps.readStore.snapshot(grants, (view) => view.get<GrantDocument>(id));
      const reading = { commandId: deps.ids.fresh(), actor, request };
      const { doc, entry } = await begin(deps, reading, id, known, asked);
      const { status, headers, payload } = await recordingRefusal(
        () => (operationOf(entry) === 'download' ? file(deps, reading, entry) : table(deps, reading, doc, entry)),
        (error) => end(deps, reading, 0, 0, error instanceof DomainError ? 'refused' : 'failed'),
      );
      return (reply as FastifyReply).status(status).headers(headers).send(payload);
    },
  });
};

/**
 * The entry as it was when a grant with row conditions was issued: the reply was about that one (R14.3). The position is that
 * of the grant's first version; without conditions nothing rests on it.
 */
const entryAsGranted = async (deps: HttpDeps, { id, resource, items }: GrantDocument, now: CatalogDocument) => {
  if (items.every(({ rows }) => rows === null)) return now.entry;
  const [issued] = await deps.readStore.snapshot(grants, (view) => view.versions(id));
  const then = await deps.readStore.snapshot(catalog, (view) => view.get<CatalogDocument>(resource, issued?.position));
  return (then ?? now).entry;
};

const table = async (deps: HttpDeps, reading: Reading, doc: GrantDocument, entry: CatalogDocument): Promise<DataAnswer> => {
  const { limit, cursor, total: _, facets: __, ...asked } = reading.request.query as Asked;
  const shared = doc.items.map(({ item }) => item).filter((item) => gives(doc, entry.entry, item));
  const items = asked.items === undefined ? shared : asList(asked.items);
  const asGranted = await entryAsGranted(deps, doc, entry);
  const wanted = tableQuery(entry.entry, asGranted, doc.items, items, filtersOf(asList(asked.filter)));
  const sha256 = entry.content?.sha256 ?? '';
  const question = JSON.stringify(['read-grant-data', reading.actor.account, doc.id, sha256, asked]);
  const after = cursor === undefined ? null : Number(readCursor(deps.cursorMac, question, cursor).after[0]);
  const page = await deps.tables.page(sha256, wanted, limit, after);
  const nextCursor = page.next === null ? null : writeCursor(deps.cursorMac, question, { after: [page.next], at: null, clock: '' });
  const payload = JSON.stringify({ items: page.items, nextCursor });
  await end(deps, reading, page.items.length, Buffer.byteLength(payload), 'completed');
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, payload };
};

const file = (deps: HttpDeps, reading: Reading, entry: CatalogDocument): Promise<DataAnswer> =>
  openFile(deps.contents, reading.request, entry, (sent, outcome) => {
    end(deps, reading, 1, sent, outcome).catch((error: unknown) => {
      reading.request.log.error({ err: error }, 'the end of an access could not be recorded');
    });
  });

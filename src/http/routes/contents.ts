import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { DomainError } from '../../domain/domain-error.ts';
import { permit } from '../../domain/permissions.ts';
import { relationsToResource, resource } from '../../domain/resource.ts';
import type { ResourceState } from '../../domain/resource-state.ts';
import { catalog } from '../../projections/catalog.ts';
import type { CatalogDocument } from '../../projections/catalog-document.ts';
import { actorOf } from '../authentication.ts';
import { answerBody, answerHeaders, commandIdOf } from '../command-routes.ts';
import type { HttpDeps } from '../deps.ts';
import { commandHeaders, describe, problemAnswers } from '../documentation.ts';
import { ifMatchOf } from '../if-match.ts';
import { readOne } from '../query-routes.ts';
import { commandAnswer, idParams, NO_FIELDS } from '../schemas.ts';
import { upToDate } from '../when.ts';

/** Data comes as bytes, or as the CSV that a table is. */
const BYTES = ['application/octet-stream', 'text/csv'] as const;
const RANGE = /^bytes (\d{1,12})-(\d{1,12})\/(\d{1,12})$/;

const chunkOf = (header: string | undefined): { start: number; end: number; total: number } => {
  const [, start, end, total] = RANGE.exec(header ?? '') ?? [];
  const chunk = { start: Number(start), end: Number(end), total: Number(total) };
  if (total === undefined || chunk.start > chunk.end || chunk.end >= chunk.total) throw new DomainError('content.bad-range');
  return chunk;
};

const NO_TABLE = { columns: null, rows: null } as const;

/**
 * What a table mount must know of its content. A repeat has its first answer whatever the entry is mounted as by now, so that
 * where there may be one a broken table is told of only if the decider asks for the table.
 */
const inspected = async (deps: HttpDeps, { mount }: CatalogDocument, sha256: string, mayRepeat: boolean) => {
  if (mount?.mount.mode !== 'table') return { table: NO_TABLE, broken: null };
  try {
    return { table: await deps.tables.inspect(sha256), broken: null };
  } catch (error) {
    if (mayRepeat && error instanceof DomainError) return { table: NO_TABLE, broken: error };
    throw error;
  }
};

/**
 * Uploads the data of a file or table mount in chunks (api.md: ≤ 1 GB). A chunk answers 202 with the next offset; the
 * last one answers like a command, once the content is durable and, for a table, read through as CSV.
 */
export const contentRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  void app.register((area, _options, done) => {
    area.removeAllContentTypeParsers();
    area.addContentTypeParser([...BYTES], (_request, payload, parsed) => {
      parsed(null, payload);
    });
    area.put('/resources/:id/content', {
      schema: {
        ...describe('store-content', 'Upload the data of a file or table mount, in chunks', 'R12.1'),
        consumes: [...BYTES],
        params: idParams,
        querystring: NO_FIELDS,
        body: z.any().meta({ type: 'string', format: 'binary', description: 'The bytes of the chunk' }),
        headers: commandHeaders('optional').extend({
          'content-range': z.string().meta({ example: 'bytes 0-8388607/20971520' }).optional(),
        }),
        response: {
          200: { description: 'All of it is stored', content: { 'application/json': { schema: commandAnswer } } },
          202: {
            description: 'Go on from byte `next`',
            content: { 'application/json': { schema: z.strictObject({ next: z.int() }).meta({ example: { next: 8_388_608 } }) } },
          },
          ...problemAnswers(false),
        },
      },
      handler: async (request, reply) => {
        const actor = await actorOf(deps, request);
        const { id } = request.params as { id: string };
        await upToDate(deps, catalog.name);
        const entry = { operation: 'read-resource', projection: catalog } as const;
        const doc = await readOne(deps, entry, request, actor, (found: CatalogDocument) => found);
        permit('store-content', actor, relationsToResource(doc, actor));
        const chunk = chunkOf(request.headers['content-range']);
        const ifMatch = ifMatchOf(request);
        const { id: commandId, mayRepeat } = commandIdOf(deps, request, actor.account);
        // Without a content type there is no parser, and so no stream.
        if (!(request.body instanceof Readable)) throw new DomainError('request.media-type');
        const uploaded = await deps.contents.put(`${id} ${actor.account}`, { ...chunk, bytes: request.body });
        if (!uploaded.done)
          return reply
            .status(202)
            .header('range', `bytes=0-${String(uploaded.next - 1)}`)
            .send({ next: uploaded.next });
        const { sha256, bytes } = uploaded;
        const { table, broken } = await inspected(deps, doc, sha256, mayRepeat);
        const data = { sha256, bytes, ...table };
        const execution = deps.execute({
          decider: resource,
          id,
          type: 'StoreContent',
          data,
          commandId,
          mayRepeat,
          requestHash: deps.requestHash({ sha256, bytes }),
          correlationId: request.id,
          actor: { account: actor.account },
          operation: 'store-content',
          relations: (state, who) => relationsToResource(state as ResourceState, who),
          creates: false,
          ...(ifMatch === undefined ? {} : { ifMatch }),
        });
        const result = await execution.catch((error: unknown): never => {
          // Where the decider misses the table: what is wrong with it. All else that it, or the log, refuses comes first.
          const misses = error instanceof DomainError && error.code === 'resource.content-shape';
          throw misses && broken !== null ? broken : error;
        });
        return reply.status(200).headers(answerHeaders(result)).send(answerBody(result));
      },
    });
    done();
  });
};

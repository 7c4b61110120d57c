import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { CommandRequest, CommandResult } from '../domain/command-port.ts';
import { DomainError } from '../domain/domain-error.ts';
import type { AccountId } from '../domain/ids.ts';
import { PERMISSIONS, type Operation } from '../domain/permission-table.ts';
import { accountOf } from './authentication.ts';
import type { HttpDeps } from './deps.ts';
import { commandHeaders, describe, problemAnswers, pathOf, methodOf } from './documentation.ts';
import { ifMatchOf } from './if-match.ts';
import { commandAnswer, NO_FIELDS } from './schemas.ts';

/** What a route makes of a checked request: the command and the stream it is for. */
export type Directed = Pick<CommandRequest, 'decider' | 'id' | 'type' | 'data' | 'relations'> &
  Partial<Pick<CommandRequest, 'claim' | 'prepare'>>;

export type Given<P, B> = {
  readonly params: P;
  readonly body: B;
  readonly account: AccountId;
  readonly commandId: string;
  /** The id of the thing this command creates. */
  readonly newId: string;
};

/** One command of the contract: everything HTTP knows about it. Rules live in its decider. */
export type CommandRoute<P extends z.ZodObject, B extends z.ZodType> = {
  /** Row of the permission table; method and path are its `route`. */
  readonly operation: Operation;
  readonly summary: string;
  /** The article it carries out, as requirements.md names it. */
  readonly article: string;
  readonly params: P;
  readonly body: B;
  readonly example: z.input<B>;
  /** `required`: it decides about what a person read (decision 2). `none`: it begins a thing. */
  readonly ifMatch: 'required' | 'optional' | 'none';
  readonly location?: (id: string) => string;
  readonly direct: (given: Given<z.output<P>, z.output<B>>) => Directed | Promise<Directed>;
};

const KEY = /^[\x21-\x7e]{1,200}$/;

const keyOf = (request: FastifyRequest): string | null => {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  if (typeof header !== 'string' || !KEY.test(header)) throw new DomainError('idempotency.malformed');
  return header;
};

/** The concrete path: the key's scope is account, method and path, whatever the query says. */
const concretePath = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? request.url;

/** Gives the request its command id: the same for a repeat under the same key, fresh without one. */
export const commandIdOf = (deps: HttpDeps, request: FastifyRequest, account: AccountId): { id: string; mayRepeat: boolean } => {
  const key = keyOf(request);
  return key === null
    ? { id: deps.ids.fresh(), mayRepeat: false }
    : { id: deps.ids.command(account, request.method, concretePath(request), key), mayRepeat: true };
};

/** Registers command routes of one area. */
export const commandRoutes = (app: FastifyInstance, deps: HttpDeps) => {
  return <P extends z.ZodObject, B extends z.ZodType>(route: CommandRoute<P, B>): void => {
    const creates = route.ifMatch === 'none';
    const { route: name } = PERMISSIONS[route.operation];
    app.route({
      method: methodOf(name),
      url: pathOf(name),
      schema: {
        ...describe(route.operation, route.summary, route.article),
        params: route.params,
        querystring: NO_FIELDS,
        body: route.body.meta({ example: route.example }),
        headers: commandHeaders(route.ifMatch),
        response: {
          [creates ? 201 : 200]: {
            description: 'Recorded; the same again under the same key',
            content: { 'application/json': { schema: commandAnswer } },
          },
          ...problemAnswers(route.ifMatch === 'required'),
        },
      },
      handler: async (request, reply) => {
        const account = accountOf(request);
        const ifMatch = creates ? undefined : ifMatchOf(request);
        if (ifMatch === undefined && route.ifMatch === 'required') throw new DomainError('precondition.missing');
        const { id: commandId, mayRepeat } = commandIdOf(deps, request, account);
        const body = request.body as z.output<B>;
        const params = request.params as z.output<P>;
        const directed = await route.direct({ params, body, account, commandId, newId: deps.ids.thing(commandId) });
        const result = await deps.execute({
          ...directed,
          commandId,
          mayRepeat,
          requestHash: deps.requestHash(body),
          correlationId: request.id,
          actor: { account },
          operation: route.operation,
          creates,
          ...(ifMatch === undefined ? {} : { ifMatch }),
        });
        if (creates)
          void reply.header('location', `/api/v1${route.location?.(result.id) ?? `${name.split(' ')[1] ?? ''}/${result.id}`}`);
        return reply
          .status(creates ? 201 : 200)
          .headers(answerHeaders(result))
          .send(answerBody(result));
      },
    });
  };
};

/** `ETag`, `Ledger-Position` and, for a repeat, `Idempotency-Replayed` (api.md, conventions). */
export const answerHeaders = (result: CommandResult): Record<string, string> => ({
  etag: `"${String(result.revision)}"`,
  'ledger-position': String(result.highest),
  ...(result.replayed ? { 'idempotency-replayed': 'true' } : {}),
});

export const answerBody = ({ id, revision, position, events }: CommandResult) => ({ id, revision, position, events });

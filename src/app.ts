import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { DomainError } from './domain/domain-error.ts';
import { authentication } from './http/authentication.ts';
import { answerClientError } from './http/client-error.ts';
import type { HttpDeps } from './http/deps.ts';
import { InvalidInput, sendProblem } from './http/errors.ts';
import { metrics } from './http/metrics.ts';
import { problemPage } from './http/problem-page.ts';
import { ROUTES } from './http/routes/index.ts';
import { healthRoutes } from './http/routes/health.ts';
import { securityHeaders } from './http/security-headers.ts';

export type AppOptions = {
  readonly logger: FastifyBaseLogger | false;
  /** Bytes of a JSON body. */
  readonly bodyLimit?: number;
  /** Names each request; injected where a run must be the same twice. */
  readonly requestId?: () => string;
  /** Whose `X-Forwarded-For` is believed; without any, a client is whoever is at the other end of the connection. */
  readonly trustedProxies?: readonly string[];
  /** A worker answers for its health and nothing else. */
  readonly isWorker?: boolean;
};

const PUBLIC = ['/api/v1/session', '/api/v1/working-days'];

/**
 * What the schemas refuse becomes one error that names every field; nothing is coerced in a body, nothing dropped. Headers
 * are texts to begin with, and a route checks those it reads, each with a refusal of its own: their schemas only document.
 */
const validate = ({ schema, httpPart }: { schema: unknown; httpPart?: string }) => {
  const part = httpPart ?? 'body';
  if (part === 'headers') return (data: unknown): { value: unknown } => ({ value: data });
  return (data: unknown): { value: unknown } | { error: Error } => {
    const checked = (schema as z.ZodType).safeParse(data === undefined ? {} : data, { reportInput: true });
    return checked.success ? { value: checked.data } : { error: new InvalidInput(part, checked.error.issues) };
  };
};

/** The documentation, which must come before the routes that it documents. */
const documented = async (app: FastifyInstance, deps: HttpDeps): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '洪账 Hongzhang',
        version: '1',
        description: deps.banner ?? 'Event-sourced ledger for government data sharing and opening',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
};

/** What a client may ask: the contract under `/api/v1`, and the pages about it. */
const registerApi = async (app: FastifyInstance, deps: HttpDeps): Promise<void> => {
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'));
  problemPage(app);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.register(
    (api, _options, done) => {
      api.setValidatorCompiler(validate);
      api.setSerializerCompiler(() => JSON.stringify);
      authentication(api, deps, (request) => PUBLIC.includes(request.routeOptions.url ?? ''));
      for (const area of ROUTES) area(api, deps);
      done();
    },
    { prefix: '/api/v1' },
  );
};

/** The application, without environment and without listening (design.md, the house). */
export const buildApp = async (deps: HttpDeps, options: AppOptions): Promise<FastifyInstance> => {
  const { requestId = randomUUID } = options;
  const app = Fastify({
    ...(options.logger === false ? { logger: false } : { loggerInstance: options.logger }),
    genReqId: () => requestId(),
    requestIdHeader: false,
    trustProxy: options.trustedProxies === undefined || options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    bodyLimit: options.bodyLimit ?? 1_048_576,
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    // What still comes over an open connection while the service ends is answered, and is the last of its connection.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      answerClientError(error, socket, requestId());
    },
    logController: new LogController({ disableRequestLogging: true }),
    // A path that cannot be decoded never reaches a route; it gets its answer all the same.
    frameworkErrors: (error, request, reply) => {
      sendProblem(error, request, reply);
    },
  });
  app.setErrorHandler<Error>((error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(new DomainError('route.not-found'), request, reply));
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders(request.url)).header('request-id', request.id);
    if (deps.banner !== null) void reply.header('demo', deps.banner);
    done();
  });
  if (options.isWorker !== true) await documented(app, deps);
  metrics(app, deps);
  healthRoutes(app, deps);
  if (options.isWorker !== true) await registerApi(app, deps);
  return app;
};

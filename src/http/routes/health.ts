import type { FastifyInstance } from 'fastify';
import type { HttpDeps, ProjectionStatus } from '../deps.ts';

/** More events than this behind the log, and a view no longer answers for the present. */
const READY_LAG = 5_000;

/** The versions that queries read; of a view whose version nobody feeds here any more, those that are to take over. */
const readOf = (projections: readonly ProjectionStatus[]): readonly ProjectionStatus[] =>
  projections.filter((one) => one.active || !projections.some(({ name, active }) => active && name === one.name));

/** Liveness and readiness, at the root (api.md). A process that starts is alive, but not for a proxy yet. Readiness names every projection with its lag, and what is missing. */
export const healthRoutes = (app: FastifyInstance, deps: HttpDeps): void => {
  app.get('/healthz', { schema: { hide: true } }, () => ({ status: deps.isStarting() ? 'starting' : 'alive' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const projections = deps.projections();
    const [ledger, parts] = await Promise.all([deps.ledger(), deps.missing()]);
    const behind = readOf(projections)
      .filter(({ lag, stopped }) => lag > READY_LAG || stopped !== null)
      .map(({ name }) => name);
    const missing = [...(ledger.reachable ? [] : ['event-log']), ...parts, ...behind];
    const ready = missing.length === 0;
    return reply.status(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not-ready',
      ledger,
      missing,
      warnings: deps.warnings(),
      projections,
      ...(deps.banner === null ? {} : { banner: deps.banner }),
    });
  });
};

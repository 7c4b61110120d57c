import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { HttpDeps } from './deps.ts';

/** Prometheus metrics at `/metrics`, and one log line a request: who, what, how long, never a body or a personal field. */
export const metrics = (app: FastifyInstance, deps: HttpDeps): void => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'hongzhang_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const problems = new Counter({
    name: 'hongzhang_server_errors_total',
    help: 'Answers with a 5xx status',
    labelNames: ['route'],
    registers: [registry],
  });
  const lag = new Gauge({
    name: 'hongzhang_projection_lag_events',
    help: 'Events between the end of the log and a projection',
    labelNames: ['projection', 'version'],
    registers: [registry],
  });
  const stopped = new Gauge({
    name: 'hongzhang_projection_stopped',
    help: '1 where a projection met an error and stands still',
    labelNames: ['projection', 'version'],
    registers: [registry],
  });
  const head = new Gauge({ name: 'hongzhang_ledger_position', help: 'Position of the last event', registers: [registry] });

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    if (reply.statusCode >= 500) problems.inc({ route });
    request.log.info(
      { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 },
      'request',
    );
    done();
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const ledger = await deps.ledger();
    // The rest is worth knowing most of all while the log is away.
    if (ledger.reachable) head.set(ledger.position);
    // A version that was dropped, or that another took over from, has no figures any more.
    for (const gauge of [lag, stopped]) gauge.reset();
    for (const { name, version, lag: behind, stopped: error } of deps.projections()) {
      lag.set({ projection: name, version }, behind);
      stopped.set({ projection: name, version }, error === null ? 0 : 1);
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
};

import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import type { HttpDeps, ProjectionStatus } from '../../src/http/deps.ts';
import { metrics } from '../../src/http/metrics.ts';
import { healthRoutes } from '../../src/http/routes/health.ts';

const status = (version: number, active: boolean, lag: number, stopped = false): ProjectionStatus => ({
  name: 'catalog',
  version,
  active,
  position: 9_999 - lag,
  head: 9_999,
  lag,
  stopped: stopped ? { position: 5, eventId: 'e', error: 'a bug' } : null,
});

const appOf = (projections: () => readonly ProjectionStatus[]) => {
  const app = Fastify();
  const deps = {
    projections,
    ledger: () => Promise.resolve({ reachable: true, position: 9_999 }),
    missing: () => Promise.resolve([]),
    warnings: () => [],
    banner: null,
  } as unknown as HttpDeps;
  healthRoutes(app, deps);
  metrics(app, deps);
  return app;
};
const missing = async (...projections: readonly ProjectionStatus[]): Promise<unknown> =>
  (await appOf(() => projections).inject({ url: '/readyz' })).json<{ missing: unknown }>().missing;

describe('readiness, with two versions of a view', () => {
  it('asks of the one that queries read, whatever has become of the other', async () => {
    expect(await missing(status(1, true, 0), status(2, false, 9_000))).toEqual([]);
    expect(await missing(status(1, true, 0), status(2, false, 9_000, true))).toEqual([]);
    expect(await missing(status(1, false, 9_000, true), status(2, true, 0))).toEqual([]);
    expect(await missing(status(1, true, 9_000), status(2, false, 0))).toEqual(['catalog']);
    expect(await missing(status(1, false, 0), status(2, true, 0, true))).toEqual(['catalog']);
  });

  it('asks of the one that is to take over where nobody feeds the one that queries read', async () => {
    expect(await missing(status(2, false, 9_000))).toEqual(['catalog']);
  });

  it('has metrics of both, and none of one that is gone', async () => {
    let known = [status(1, true, 3), status(2, false, 9_000, true)];
    const app = appOf(() => known);
    const shown = async (): Promise<readonly string[]> =>
      (await app.inject({ url: '/metrics' })).payload.match(/^hongzhang_projection_\w+\{.*$/gm) ?? [];
    const line = (figure: string, version: number, value: number): string =>
      `hongzhang_projection_${figure}{projection="catalog",version="${String(version)}"} ${String(value)}`;
    expect(await shown()).toEqual([line('lag_events', 1, 3), line('lag_events', 2, 9_000), line('stopped', 1, 0), line('stopped', 2, 1)]); // prettier-ignore
    known = [status(2, true, 0)];
    expect(await shown()).toEqual([line('lag_events', 2, 0), line('stopped', 2, 0)]);
  });
});

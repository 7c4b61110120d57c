import type { FastifyRequest } from 'fastify';
import { DomainError } from '../domain/domain-error.ts';
import type { Instant } from '../domain/time.ts';
import type { AtPosition } from '../projections/read-store.ts';
import type { HttpDeps } from './deps.ts';
import { instant, wholeNumber } from './schemas.ts';

/** How long a query waits for its view to reach a position before it answers 503 (decision 18). */
const WAIT = 5_000;

export const whenQuery = {
  asOf: instant.optional().meta({ description: 'What this service would have answered then' }),
  atPosition: wholeNumber(0).optional().meta({ description: 'The same, by ledger position' }),
};
/** For what is valid in time: by today's knowledge, and so never together with the other two. */
export const inForceQuery = {
  inForceAt: instant.optional().meta({ description: "What was in force in the world then, by today's knowledge" }),
};

/** `at`: the ledger position to answer from (undefined: now); `clock`: the instant at which states are judged (decision 9). */
export type When = {
  readonly at: AtPosition;
  readonly clock: Instant;
  /** Set where validity in the world was asked for, and the view's own dates say what it is. */
  readonly inForceAt?: Instant;
};
type Times = {
  readonly asOf?: string | undefined;
  readonly atPosition?: number | undefined;
  readonly inForceAt?: string | undefined;
};

const waitHeader = (request: FastifyRequest): number | null => {
  const header = request.headers['ledger-position'];
  if (header === undefined) return null;
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) throw new DomainError('query.malformed-position');
  return Number(header);
};

/** Waits for read-your-writes: the view has reached the position, or 503 with `Retry-After`. */
export const reach = async (deps: HttpDeps, view: string, position: number): Promise<void> => {
  const { position: head } = await deps.store.head();
  if (position > head) throw new DomainError('query.position-ahead', { head });
  if (!(await deps.waitFor(view, position, WAIT))) throw new DomainError('view.behind', { view, position, retryAfter: 1 });
};

/** Waits until the views tell all that the log knew when this was asked: for routes that act on what they read. */
export const upToDate = async (deps: HttpDeps, ...views: readonly string[]): Promise<void> => {
  const { position } = await deps.store.head();
  for (const view of views) await reach(deps, view, position);
};

/**
 * A view with dates of its own is read as it is today and judged by them. In any other, validity begins with the record, so
 * that what was in force is what was recorded until then; what the future holds is what holds now, at that clock.
 */
const inForce = async (deps: HttpDeps, view: string, clock: Instant, isDated: boolean): Promise<When> => {
  if (isDated) return { at: undefined, clock, inForceAt: clock };
  if (clock > deps.clock.now()) return { at: undefined, clock };
  const at = await deps.store.positionAt(clock);
  if (at >= 0) await reach(deps, view, at);
  return { at, clock };
};

/** Turns `asOf`, `atPosition`, `inForceAt` and the `Ledger-Position` header into a when, waiting for the view where they ask for it. */
export const whenOf = async (
  deps: HttpDeps,
  request: FastifyRequest,
  view: string,
  query: Times,
  isDated = false,
): Promise<When> => {
  const wait = waitHeader(request);
  if (wait !== null) await reach(deps, view, wait);
  const now = deps.clock.now();
  if ([query.asOf, query.atPosition, query.inForceAt].filter((time) => time !== undefined).length > 1)
    throw new DomainError('query.two-times');
  if (query.inForceAt !== undefined) return inForce(deps, view, query.inForceAt, isDated);
  if (query.asOf !== undefined) {
    if (query.asOf > now) throw new DomainError('query.in-future', { now });
    const at = await deps.store.positionAt(query.asOf);
    if (at >= 0) await reach(deps, view, at);
    return { at, clock: query.asOf };
  }
  if (query.atPosition !== undefined) {
    await reach(deps, view, query.atPosition);
    return { at: query.atPosition, clock: (await deps.store.clockAt(query.atPosition)) ?? now };
  }
  return { at: undefined, clock: now };
};

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StoreUnavailable } from '../../src/domain/event-store.ts';
import type { HttpDeps } from '../../src/http/deps.ts';
import { answeringInTime } from '../../src/in-time.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const asked: number[] = [];
const mute = {
  execute: never,
  verifyToken: never,
  actorOf: never,
  signIn: never,
  tokens: { revoke: never },
  openPersonal: never,
  readStore: { snapshot: never },
  waitFor: (_view: string, _position: number, timeoutMs: number) => {
    asked.push(timeoutMs);
    return Promise.resolve(false);
  },
} as unknown as HttpDeps;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const deps = answeringInTime(mute);
it.each<[string, () => Promise<unknown>, number]>([
  ['a token that nobody can look at', () => deps.verifyToken('token'), 1_000],
  ['an account', () => deps.actorOf('a' as never), 3_900],
  ['a command', () => deps.execute({} as never), 3_900],
  ['a sign-in', () => deps.signIn?.('a', 'b', 'c') ?? Promise.resolve(), 3_900],
  ['a name', () => deps.openPersonal({} as never), 3_900],
  ['a view', () => deps.readStore.snapshot({} as never, () => 0), 10_000],
  ['a sign-out', () => deps.tokens?.revoke('jti', 0) ?? Promise.resolve(), 3_900],
])('waits no longer than this for %s', async (_, ask, limit) => {
  const outcome = vi.fn();
  ask().catch(outcome);
  await vi.advanceTimersByTimeAsync(limit - 1);
  expect(outcome).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(outcome).toHaveBeenCalledWith(expect.any(StoreUnavailable));
});

it('lets a view catch up for so long as a route asks, within the same bound', async () => {
  await deps.waitFor('catalog', 1, 5_000);
  await deps.waitFor('catalog', 1, 500);
  expect(asked).toEqual([3_900, 500]);
});

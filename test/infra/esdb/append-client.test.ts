import { EventStoreDBClient } from '@eventstore/db-client';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { appendClientOf, type AppendClient } from '../../../src/infra/esdb/append-client.ts';

/** As the client rejects where the look-up of the server's features fails: a raw gRPC error. */
const lookUpFailure = (): Error => Object.assign(new Error('13 INTERNAL: no features'), { code: 13 });

const held = () => {
  let resolve = (): void => undefined;
  let reject = (_: Error): void => undefined;
  const promise = new Promise<void>((done, failed) => { [resolve, reject] = [done, failed]; }); // prettier-ignore
  return { promise, resolve: () => { resolve(); }, reject: (error: Error) => { reject(error); } }; // prettier-ignore
};

let appends: AppendClient;
// Nothing is sent: the appends here are promises of the test.
const open = (): AppendClient => appendClientOf('esdb://127.0.0.1:1?tls=false');
beforeEach(() => {
  appends = open();
});
afterEach(async () => {
  await appends.release();
  vi.restoreAllMocks();
});

// A8.10: an answer that is under way on the old client would meet the promises of the new one.
it('begins no append on a new client before what was under way on the old one has ended', async () => {
  const [looked, slow] = [held(), held()];
  const order: string[] = [];
  const failing = appends.run(() => looked.promise);
  failing.catch(() => undefined);
  const waiting = appends.run(() => slow.promise).then(() => order.push('answered on the old'));
  await new Promise((resolve) => setImmediate(resolve));
  // The next append has found its client ready when the other's failure replaces that client.
  looked.reject(lookUpFailure());
  const next = appends.run(() => {
    order.push('began on the new');
    return Promise.resolve();
  });
  await new Promise((resolve) => setImmediate(resolve));
  slow.resolve();
  await Promise.all([waiting, next]);
  await expect(failing).rejects.toThrow('no features');
  expect(order).toEqual(['answered on the old', 'began on the new']);
});

// A8.10: the same where the client before it was not replaced but released.
it('begins no append on a new client before what was under way on one that was released has ended', async () => {
  const slow = held();
  const order: string[] = [];
  const waiting = appends.run(() => slow.promise).then(() => order.push('answered on the old'));
  await new Promise((resolve) => setImmediate(resolve));
  const released = appends.release();
  appends = open();
  const next = appends.run(() => {
    order.push('began on the new');
    return Promise.resolve();
  });
  await new Promise((resolve) => setImmediate(resolve));
  slow.resolve();
  await Promise.all([waiting, released, next]);
  expect(order).toEqual(['answered on the old', 'began on the new']);
});

it('begins no append on a new client before one has ended that was replaced, and whose successor was released', async () => {
  await appends.release();
  const [looked, end] = [held(), held()];
  const ended: (() => Promise<void>)[] = [() => end.promise, () => Promise.resolve(), () => Promise.resolve()];
  const dispose = vi.fn(() => ended.shift()?.());
  vi.spyOn(EventStoreDBClient, 'connectionString').mockReturnValue({ dispose } as unknown as EventStoreDBClient);
  const first = open();
  const failing = first.run(() => looked.promise);
  failing.catch(() => undefined);
  looked.reject(lookUpFailure());
  await vi.waitFor(() => { expect(dispose).toHaveBeenCalledTimes(1); }); // prettier-ignore
  const released = first.release();
  await vi.waitFor(() => { expect(dispose).toHaveBeenCalledTimes(2); }); // prettier-ignore
  appends = open();
  const order: string[] = [];
  const next = appends.run(() => {
    order.push('began on the new');
    return Promise.resolve();
  });
  await pause(20);
  order.push('ended the first');
  end.resolve();
  await expect(failing).rejects.toThrow('no features');
  await Promise.all([released, next]);
  expect(order).toEqual(['ended the first', 'began on the new']);
});

// A8.10: a stream opened after the end of its client is ended by nobody, and its error meets the promises of later ones.
it('begins no append that was still waiting when all had released the client', async () => {
  let began = false;
  const waiting = appends.run(() => {
    began = true;
    return Promise.resolve();
  });
  await Promise.all([appends.release(), expect(waiting).rejects.toThrow('has ended')]);
  expect(began).toBe(false);
  appends = open();
});

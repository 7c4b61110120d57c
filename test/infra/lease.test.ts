import { describe, expect, it } from 'vitest';
import { createLeases, type Lease, type LeaseRegister } from '../../src/infra/lease.ts';
import { memoryRegister } from '../support/memory-leases.ts';

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => { resolve(); }, { once: true }); // prettier-ignore
  });

/** One worker; `leases` are those it came to hold, in order. */
const worker = (register: LeaseRegister, owner: string, now?: () => number) => {
  const stopping = new AbortController();
  const held: Lease[] = [];
  const errors: unknown[] = [];
  let heard = (): void => undefined;
  const leases = createLeases(register, { owner, durationMs: 200, pollMs: 10, ...(now === undefined ? {} : { now }) });
  const running = leases.run(
    'work',
    async (lease) => {
      held.push(lease);
      heard();
      await ended(lease.signal);
    },
    { signal: stopping.signal, onError: (error) => { errors.push(error); } }, // prettier-ignore
  );
  return {
    held,
    errors,
    holds: async (count = 1): Promise<Lease> => {
      while (held.length < count) await new Promise<void>((resolve) => { heard = resolve; }); // prettier-ignore
      return held[count - 1]!;
    },
    stop: async (): Promise<void> => {
      stopping.abort();
      await running;
    },
  };
};

describe('a lease', () => {
  it('is held by one at a time, and passes on at once when given back', async () => {
    const { register } = memoryRegister();
    const one = worker(register, 'one');
    const first = await one.holds();
    const two = worker(register, 'two');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([first.held(), two.held.length]).toEqual([true, 0]);
    const began = performance.now();
    await one.stop();
    const second = await two.holds();
    expect(performance.now() - began).toBeLessThan(150);
    expect([first.held(), second.held(), second.token > first.token]).toEqual([false, true, true]);
    await two.stop();
  });

  it('passes on after its duration when its holder has died, and not before', async () => {
    const { register, records } = memoryRegister();
    const record = { owner: 'dead', token: 7, durationMs: 200, released: false };
    records.set('work', { version: 3, record });
    const began = performance.now();
    const two = worker(register, 'two');
    const lease = await two.holds();
    const waited = performance.now() - began;
    expect(waited).toBeGreaterThanOrEqual(195);
    expect(waited).toBeLessThan(400);
    expect(lease.token).toBe(8);
    await two.stop();
  });

  it('is lost by a holder that slept through it, before that does anything more', async () => {
    const { register } = memoryRegister();
    let slept = 0;
    const one = worker(register, 'one', () => performance.now() + slept);
    const lease = await one.holds();
    slept = 1_000;
    expect(lease.held()).toBe(false);
    await ended(lease.signal);
    await one.stop();
  });

  it('is lost by a holder that cannot renew it, and taken again when the register is back', async () => {
    const { register, down } = memoryRegister();
    const one = worker(register, 'one');
    const lease = await one.holds();
    down(true);
    await ended(lease.signal);
    expect(lease.held()).toBe(false);
    down(false);
    expect((await one.holds(2)).held()).toBe(true);
    await one.stop();
  });

  it('is taken again at once by who lost it, where nobody else has it', async () => {
    const { register, records } = memoryRegister();
    records.set('work', { version: 0, record: { owner: 'one', token: 1, durationMs: 60_000, released: false } });
    const one = worker(register, 'one');
    expect((await one.holds()).token).toBe(2);
    await one.stop();
  });

  it('is lost by a holder over whom another wrote', async () => {
    const { register, records } = memoryRegister();
    const one = worker(register, 'one');
    const lease = await one.holds();
    const { version, record } = records.get('work')!;
    records.set('work', { version: version + 1, record: { ...record, owner: 'two', token: record.token + 1 } });
    await ended(lease.signal);
    expect(lease.held()).toBe(false);
    await one.stop();
  });

  it('is given back by work that throws, and tried again', async () => {
    const { register, records } = memoryRegister();
    const leases = createLeases(register, { owner: 'one', durationMs: 200, pollMs: 10 });
    const stopping = new AbortController();
    const errors: unknown[] = [];
    let runs = 0;
    await leases.run(
      'work',
      () => {
        runs += 1;
        if (runs === 3) stopping.abort();
        return Promise.reject(new Error('failed'));
      },
      { signal: stopping.signal, onError: (error) => { errors.push(error); } }, // prettier-ignore
    );
    expect(errors).toHaveLength(3);
    expect(records.get('work')?.record.released).toBe(true);
  });
});

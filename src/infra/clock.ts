import type { Clock } from '../domain/command-port.ts';
import type { Instant } from '../domain/time.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

/** A clock that stands where it was put and never goes back: the demonstration's days. */
export type SimulatedClock = Clock & { readonly set: (instant: Instant) => void };

export const createSimulatedClock = (start: Instant): SimulatedClock => {
  let current = start;
  return {
    now: () => current,
    set: (instant) => {
      if (instant < current) throw new Error(`the clock stands at ${current} and cannot go back to ${instant}`);
      current = instant;
    },
  };
};

/** Goes on from an instant at the machine's pace: how a demonstration serves after its last simulated day. */
export const continuingClock = (from: Instant): Clock => {
  const offset = Date.parse(from) - Date.now();
  return { now: () => new Date(Date.now() + offset).toISOString() };
};

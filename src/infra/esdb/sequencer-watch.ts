import { openConnection } from './connection.ts';
import { monotonic, pauseFor } from './deadline.ts';
import { createLeaseRegister } from './lease-register.ts';
import { SEQUENCER } from './sequencer.ts';

const LOOK_MS = 500;
/** A look is late, a renewal is late, and nothing is wrong: so much longer than its lease may a sequencer be quiet. */
const SLACK_MS = 2_000;

export type SequencerWatch = { readonly alive: () => boolean; readonly close: () => Promise<void> };

/** Tells, on any node, whether some process seals: its lease is held, was renewed within its duration, and its holder does not say that it seals in vain. Throws `BadAddress`. */
export const watchSequencer = (address: string): SequencerWatch => {
  const connection = openConnection(address);
  const register = createLeaseRegister(connection);
  const stopping = new AbortController();
  let seen = { version: -1, until: -Infinity };
  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const found = await register.read(SEQUENCER).catch(() => null);
      if (found !== null && found.version !== seen.version) {
        const { released, stalled, durationMs } = found.record;
        seen = { version: found.version, until: released || stalled === true ? -Infinity : monotonic() + durationMs + SLACK_MS };
      }
      await pauseFor(LOOK_MS, stopping.signal);
    }
  };
  const looking = look();
  return {
    alive: () => monotonic() < seen.until,
    close: async () => {
      stopping.abort();
      await looking;
      await connection.close();
    },
  };
};

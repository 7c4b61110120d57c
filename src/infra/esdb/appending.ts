import type { EventEnvelope } from '../../domain/envelope.ts';
import { RevisionConflict, StoreUnavailable } from '../../domain/event-store.ts';
import type { Connection, Draft } from './connection.ts';
import { backOff, monotonic, pauseFor } from './deadline.ts';
import { EsdbFault } from './fault.ts';

/** How long one attempt may take. Several fit into the budget of a command, so that a lost answer costs one of them. */
const ATTEMPT_MS = 1_500;

const nameOf = (revision: number): number | 'no_stream' => (revision < 0 ? 'no_stream' : revision);

/** Writes events, and finds out what became of them where the server does not say. */
export const createAppending = (connection: Connection, closing: AbortSignal) => {
  /** Whether the stream holds exactly these events after `expected`. Undefined: the server did not say. */
  const holds = async (
    stream: string,
    expected: number,
    ids: readonly string[],
    timeoutMs: number,
  ): Promise<boolean | undefined> => {
    try {
      const found = await connection.read(stream, { from: expected + 1, limit: ids.length, timeoutMs });
      return found.length === ids.length && found.every(({ event }, index) => event?.id === ids[index]);
    } catch {
      return undefined;
    }
  };

  /**
   * Resolves when the events are durable after revision `expected`. An attempt of unknown outcome is settled by comparing
   * ids, and else made again, the very same: the server knows it by its ids and its revision. Rejects with
   * `RevisionConflict`, with `StoreUnavailable` when the time is over, and with the fault where asking again is of no use.
   */
  return async (stream: string, envelopes: readonly EventEnvelope[], expected: number, until: number): Promise<void> => {
    const drafts = envelopes.map((envelope): Draft => ({ id: envelope.id, type: envelope.type, json: envelope }));
    const ids = envelopes.map(({ id }) => id);
    const attemptMs = (): number => Math.min(ATTEMPT_MS, until - monotonic());
    let uncertain = false;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await connection.append(stream, drafts, expected, attemptMs());
        return;
      } catch (error) {
        if (!(error instanceof EsdbFault)) throw error;
        if (error.kind === 'refused') throw new StoreUnavailable(`the event store refuses: ${error.message}`, { cause: error });
        if (error.kind === 'unknown') uncertain = true;
        if (uncertain && (await holds(stream, expected, ids, attemptMs())) === true) return;
        if (error.kind === 'conflict') throw new RevisionConflict(stream, nameOf(expected), nameOf(error.actual));
        const wait = backOff(attempt);
        if (closing.aborted || monotonic() + wait >= until) throw new StoreUnavailable(`the event store does not answer: ${error.message}`, { cause: error }); // prettier-ignore
        await pauseFor(wait, closing);
      }
    }
  };
};

import type { Clock } from '../domain/command-port.ts';
import type { EventStore } from '../domain/event-store.ts';
import { lte } from '../projections/filter.ts';
import { instants, type InstantDocument } from '../projections/instants.ts';
import type { ReadStore } from '../projections/read-store.ts';
import type { Reactor } from './reactor.ts';

type Deps = {
  readonly readStore: ReadStore;
  readonly clock: Clock;
  readonly store: Pick<EventStore, 'head'>;
  readonly reactor: Pick<Reactor, 'due'>;
  readonly waitFor: (projection: string, position: number, timeoutMs: number) => Promise<boolean>;
};

const PAGE = 100;

/** Looks at the pending instants and runs what the clock has reached, earliest first (decision 8); less where the signal aborts. */
export const createDueInstants = ({ readStore, clock, store, reactor, waitFor }: Deps) => {
  const due = (): Promise<readonly InstantDocument[]> =>
    readStore.snapshot(instants, async (view) => {
      const { items } = await view.find<InstantDocument>({ filter: lte('at', clock.now()), sort: [{ field: 'at' }], limit: PAGE });
      return items;
    });
  /** Whether the view holds what the log holds now, within what may be waited for. */
  const caughtUp = async (): Promise<boolean> => waitFor(instants.name, (await store.head()).position, 10_000);
  const run = async (signal?: AbortSignal): Promise<void> => {
    // What was recorded a moment ago may be due already. A view that is far behind is no reason to leave the rest.
    await caughtUp();
    // One whose reaction was refused is still there afterwards: each is run once a look.
    const seen = new Set<string>();
    const next = async (): Promise<readonly InstantDocument[]> => (await due()).filter(({ id }) => !seen.has(id));
    for (let found = await next(); found.length > 0; found = await next()) {
      for (const { id } of found) seen.add(id);
      for (const { due: instant } of found) {
        if (signal?.aborted === true) return;
        await reactor.due(instant);
      }
      if (!(await caughtUp())) return;
    }
  };
  return { run };
};

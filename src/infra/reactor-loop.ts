import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { EventStore } from '../domain/event-store.ts';
import type { Reactor } from './reactor.ts';

type Deps = { readonly store: EventStore; readonly reactor: Reactor; readonly path: string; readonly logger: Logger };

/**
 * The net under the reactions: what a crash cut off between cause and effect is run again at the next start, and what
 * another process appended is run here. Its checkpoint may be lost: a reaction that ran before finds its own result.
 */
export const createReactorLoop = ({ store, reactor, path, logger }: Deps) => {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const load = async (): Promise<number> => {
    const { logId, position: head } = await store.head();
    if (!existsSync(path)) return -1;
    const saved = JSON.parse(readFileSync(path, 'utf8')) as { logId: string; position: number };
    return saved.logId === logId && saved.position <= head ? saved.position : -1;
  };
  const save = async (position: number): Promise<void> => {
    const { logId } = await store.head();
    writeFileSync(`${path}.tmp`, JSON.stringify({ logId, position }), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  };

  /** Runs the reactions to every event up to the head seen now, then notes the head. */
  const catchUp = async (): Promise<void> => {
    const { position: head } = await store.head();
    const from = await load();
    if (from >= head) return;
    for await (const event of store.readAll({ after: from < 0 ? null : from, to: head, types: reactor.handled })) {
      if (stopping.signal.aborted) return;
      await reactor.follow([event]);
    }
    await save(head);
  };

  return {
    catchUp,
    /** Catches up every few seconds until closed. */
    watch: (everyMs = 5_000): void => {
      const again = (): void => {
        if (stopping.signal.aborted) return;
        running = catchUp().catch((error: unknown) => {
          logger.error({ err: error }, 'the reactor loop met an error and will try again');
        });
        void running.then(() => {
          setTimeout(again, everyMs).unref();
        });
      };
      again();
    },
    close: async (): Promise<void> => {
      stopping.abort();
      await running;
    },
  };
};

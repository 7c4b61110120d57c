import type { EventStore } from '../domain/event-store.ts';
import type { Bookmark } from './bookmark.ts';
import type { Reactor } from './reactor.ts';

type Deps = { readonly store: EventStore; readonly reactor: Reactor; readonly bookmark: Bookmark };

/**
 * The net under the reactions: what a crash cut off between cause and effect is run again at the next start, and what
 * another process appended is run here. Its checkpoint may be lost: a reaction that ran before finds its own result.
 */
export const createReactorLoop = ({ store, reactor, bookmark }: Deps) => {
  const load = async (): Promise<number> => {
    const { logId, position: head } = await store.head();
    const saved = await bookmark.load();
    return saved?.logId === logId && saved.position <= head ? saved.position : -1;
  };
  const save = async (position: number): Promise<void> => {
    const { logId } = await store.head();
    await bookmark.save({ logId, position });
  };

  /** Runs the reactions to every event up to the head seen now, then notes the head; less where the signal aborts. */
  const catchUp = async (signal?: AbortSignal): Promise<void> => {
    const { position: head } = await store.head();
    const from = await load();
    if (from >= head) return;
    for await (const event of store.readAll({ after: from < 0 ? null : from, to: head, types: reactor.handled })) {
      if (signal?.aborted === true) return;
      await reactor.follow([event]);
    }
    await save(head);
  };

  return { catchUp };
};

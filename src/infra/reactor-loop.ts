import type { EventStore } from '../domain/event-store.ts';
import type { Bookmark } from './bookmark.ts';
import type { Reactor } from './reactor.ts';

type Deps = {
  readonly store: EventStore;
  readonly reactor: Reactor;
  readonly bookmark: Bookmark;
  /** Events with reactions between one saving of the bookmark and the next. */
  readonly savedEvery?: number;
};

/**
 * The net under the reactions: what a crash cut off between cause and effect is run again at the next start, and what
 * another process appended is run here. Its checkpoint may be lost: a reaction that ran before finds its own result.
 */
export const createReactorLoop = ({ store, reactor, bookmark, savedEvery = 200 }: Deps) => {
  /**
   * Runs the reactions to every event up to the head seen now, then notes the head; less where the signal aborts. It notes
   * on the way how far it has come, so that what stops it costs no more than that.
   */
  const catchUp = async (signal?: AbortSignal): Promise<void> => {
    const { logId, position: head } = await store.head();
    const saved = await bookmark.load();
    const from = saved?.logId === logId && saved.position <= head ? saved.position : -1;
    if (from >= head) return;
    let followed = 0;
    for await (const event of store.readAll({ after: from < 0 ? null : from, to: head, types: reactor.handled })) {
      if (signal?.aborted === true) return;
      await reactor.follow([event]);
      followed += 1;
      if (followed % savedEvery === 0) await bookmark.save({ logId, position: event.position });
    }
    await bookmark.save({ logId, position: head });
  };

  return { catchUp };
};

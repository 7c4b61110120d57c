import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../domain/envelope.ts';
import { RevisionConflict, type EventStore, type ReadAllOptions } from '../domain/event-store.ts';
import { upcast } from '../domain/upcasts.ts';
import { checkedAppend } from './sqlite/event-store.ts';

/** A log that lives as long as its process: for tests, behind the same contract. Keeps bytes, not objects. */
export const createMemoryEventStore = (): EventStore => {
  const logId = randomUUID();
  const log: {
    readonly stream: string;
    readonly revision: number;
    readonly id: string;
    readonly text: string;
    readonly atMax: string;
  }[] = [];
  const positions = new Map<string, number[]>();
  let wakeAll: (() => void)[] = [];

  const read = (position: number): RecordedEvent | undefined => {
    const found = log[position];
    return found && upcast({ ...(JSON.parse(found.text) as Omit<RecordedEvent, 'position'>), position });
  };
  const ofStream = (stream: string, from: number): readonly RecordedEvent[] =>
    (positions.get(stream) ?? []).slice(from).flatMap((position) => read(position) ?? []);

  async function* readAll({ after, to = Infinity, types, follow, signal }: ReadAllOptions): AsyncGenerator<RecordedEvent> {
    for (let position = (after ?? -1) + 1; position <= to && signal?.aborted !== true;) {
      const event = read(position);
      if (event === undefined) {
        if (follow !== true) return;
        await new Promise<void>((resolve) => {
          wakeAll.push(resolve);
          signal?.addEventListener('abort', () => { resolve(); }, { once: true }); // prettier-ignore
        });
        continue;
      }
      position += 1;
      if (types === undefined || types.includes(event.type)) yield event;
    }
  }

  async function* readStream(stream: string, { fromRevision = 0, limit = Infinity } = {}): AsyncGenerator<RecordedEvent> {
    for (const event of ofStream(stream, fromRevision).slice(0, limit)) yield await Promise.resolve(event);
  }

  const append: EventStore['append'] = async (stream, events, expected) => {
    const { expected: before, events: checked } = checkedAppend(stream, events, expected);
    const known = positions.get(stream) ?? [];
    const actual = known.length - 1;
    if (actual !== before) {
      const again = known.slice(before + 1, before + 1 + checked.length);
      const same = again.length === checked.length && again.every((position, index) => log[position]?.id === checked[index]?.id);
      if (!same) throw new RevisionConflict(stream, expected, actual < 0 ? 'no_stream' : actual);
      return Promise.resolve({ revision: before + checked.length, position: again.at(-1) ?? -1, repeated: true });
    }
    if (checked.some(({ id }) => log.some((event) => event.id === id))) throw new Error('event id used twice');
    for (const [index, { id, at, text }] of checked.entries()) {
      const last = log.at(-1)?.atMax ?? '';
      known.push(log.length);
      log.push({ stream, revision: before + 1 + index, id, text, atMax: at > last ? at : last });
    }
    positions.set(stream, known);
    const sleeping = wakeAll;
    wakeAll = [];
    for (const wake of sleeping) wake();
    return { revision: before + checked.length, position: log.length - 1, repeated: false };
  };

  return {
    append,
    readAll,
    readStream,
    streamSince: (stream, revision) => ofStream(stream, revision + 1),
    eventById: (id) => Promise.resolve(read(log.findIndex((event) => event.id === id))),
    head: () => Promise.resolve({ logId, position: log.length - 1 }),
    positionAt: (instant) => Promise.resolve(log.findLastIndex(({ atMax }) => atMax <= instant)),
    clockAt: (position) => Promise.resolve(log[Math.min(position, log.length - 1)]?.atMax),
    close: () => Promise.resolve(),
  };
};

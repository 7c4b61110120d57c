import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadEnvelope, type EventEnvelope, type RecordedEvent } from '../../src/domain/envelope.ts';
import { RevisionConflict, type EventStore } from '../../src/domain/event-store.ts';
import { canonicalJson, NotJson } from '../../src/domain/canonical-json.ts';
import { envelopeOf, envelopesOf, uuidOf } from '../support/envelopes.ts';

export type OpenedStore = { readonly store: EventStore; readonly dispose: () => Promise<void> };

const collect = async (events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> => {
  const all: RecordedEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};
const without = ({ position: _, ...envelope }: RecordedEvent): EventEnvelope => envelope;

/** What every event store promises (src/domain/event-store.ts). An adapter's test is this suite and three lines. */
export const eventStoreContract = (name: string, open: () => Promise<OpenedStore>): void => {
  describe(`event store: ${name}`, () => {
    let store: EventStore;
    let dispose: () => Promise<void>;
    beforeEach(async () => {
      ({ store, dispose } = await open());
    });
    afterEach(async () => {
      await dispose();
    });

    it('begins empty, with an id of its own', async () => {
      const head = await store.head();
      expect(head.position).toBe(-1);
      expect(head.logId).toMatch(/^[0-9a-f-]{36}$/);
      expect(await store.clockAt(0)).toBeUndefined();
      expect(await collect(store.readAll({ after: null }))).toEqual([]);
    });

    it('gives back what was appended, byte for byte, at dense positions', async () => {
      const event = envelopeOf('login-a', 0, { data: { account: '王芳 😀', commandId: '\u0000\n"', list: [1, 2.5, null, true] } });
      expect(await store.append('login-a', [event], 'no_stream')).toEqual({ revision: 0, position: 0, repeated: false });
      expect(await store.append('login-b', envelopesOf('login-b', 0, 3), 'no_stream')).toEqual({
        revision: 2,
        position: 3,
        repeated: false,
      });
      const all = await collect(store.readAll({ after: null }));
      expect(all.map(({ position }) => position)).toEqual([0, 1, 2, 3]);
      const [first] = all;
      expect(canonicalJson(without(first as RecordedEvent))).toBe(canonicalJson(event));
      expect((await store.head()).position).toBe(3);
    });

    it('lets one of two create a stream', async () => {
      await store.append('login-a', [envelopeOf('login-a', 0)], 'no_stream');
      const other = envelopeOf('login-a', 0, { id: uuidOf('other') });
      await expect(store.append('login-a', [other], 'no_stream')).rejects.toEqual(new RevisionConflict('login-a', 'no_stream', 0));
    });

    it('refuses a stale revision, and a revision that is not there yet', async () => {
      await store.append('login-a', envelopesOf('login-a', 0, 2), 'no_stream');
      const stale = envelopeOf('login-a', 1, { id: uuidOf('stale') });
      await expect(store.append('login-a', [stale], 0)).rejects.toEqual(new RevisionConflict('login-a', 0, 1));
      await expect(store.append('login-a', [envelopeOf('login-a', 6)], 5)).rejects.toEqual(new RevisionConflict('login-a', 5, 1));
      await expect(store.append('login-b', [envelopeOf('login-b', 1)], 0)).rejects.toEqual(
        new RevisionConflict('login-b', 0, 'no_stream'),
      );
      expect((await store.head()).position).toBe(1);
    });

    it('answers a repeat of the same ids as the first time, and adds nothing', async () => {
      const events = envelopesOf('login-a', 0, 2);
      const first = await store.append('login-a', events, 'no_stream');
      await store.append('login-a', [envelopeOf('login-a', 2)], 1);
      expect(await store.append('login-a', events, 'no_stream')).toEqual({ ...first, repeated: true });
      expect((await store.head()).position).toBe(2);
    });

    it('refuses half a repeat', async () => {
      await store.append('login-a', envelopesOf('login-a', 0, 2), 'no_stream');
      const mixed = [envelopeOf('login-a', 0), envelopeOf('login-a', 1, { id: uuidOf('mixed') })];
      await expect(store.append('login-a', mixed, 'no_stream')).rejects.toBeInstanceOf(RevisionConflict);
      await expect(store.append('login-a', envelopesOf('login-a', 0, 3), 'no_stream')).rejects.toBeInstanceOf(RevisionConflict);
    });

    it('lets exactly one of many at once have each revision', async () => {
      const racers = Array.from({ length: 20 }, (_, racer) => envelopeOf('login-a', 0, { id: uuidOf(`racer ${String(racer)}`) }));
      const outcomes = await Promise.allSettled(racers.map((event) => store.append('login-a', [event], 'no_stream')));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RevisionConflict);
      expect(await collect(store.readStream('login-a'))).toHaveLength(1);
    });

    it('keeps one order for all readers across streams', async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          store.append(`login-${String(n)}`, envelopesOf(`login-${String(n)}`, 0, 2), 'no_stream'),
        ),
      );
      const all = await collect(store.readAll({ after: null }));
      expect(all.map(({ position }) => position)).toEqual(Array.from({ length: 100 }, (_, n) => n));
      expect(await collect(store.readAll({ after: null }))).toEqual(all);
      const seventh = all.filter(({ stream }) => stream === 'login-7');
      expect(await collect(store.readStream('login-7'))).toEqual(seventh);
    });

    it('reads a stream from a revision, so many, and what came since', async () => {
      await store.append('login-a', envelopesOf('login-a', 0, 5), 'no_stream');
      const revisions = async (options: object) =>
        (await collect(store.readStream('login-a', options))).map(({ revision }) => revision);
      expect(await revisions({ fromRevision: 3 })).toEqual([3, 4]);
      expect(await revisions({ fromRevision: 1, limit: 2 })).toEqual([1, 2]);
      expect(await revisions({ limit: 0 })).toEqual([]);
      expect((await store.streamSince('login-a', 3)).map(({ revision }) => revision)).toEqual([4]);
      expect(await store.streamSince('login-a', -1)).toHaveLength(5);
      expect(await store.streamSince('login-nobody', -1)).toEqual([]);
    });

    it('resumes after a position, up to another, for some types', async () => {
      await store.append('login-a', envelopesOf('login-a', 0, 4), 'no_stream');
      await store.append('code-a', [envelopeOf('code-a', 0, { type: 'CodeDrawn' })], 'no_stream');
      const positions = async (options: object) =>
        (await collect(store.readAll({ after: null, ...options }))).map(({ position }) => position);
      expect(await positions({ after: 1 })).toEqual([2, 3, 4]);
      expect(await positions({ after: 0, to: 2 })).toEqual([1, 2]);
      expect(await positions({ types: ['CodeDrawn'] })).toEqual([4]);
      expect(await positions({ after: 4 })).toEqual([]);
    });

    it('follows what is appended later, in order, until it is told to stop', async () => {
      await store.append('login-a', [envelopeOf('login-a', 0)], 'no_stream');
      const stop = new AbortController();
      const seen: number[] = [];
      const following = (async () => {
        for await (const { position } of store.readAll({ after: null, follow: true, signal: stop.signal })) {
          seen.push(position);
          if (position === 3) stop.abort();
        }
      })();
      for (const revision of [1, 2, 3]) await store.append('login-a', [envelopeOf('login-a', revision)], revision - 1);
      await following;
      expect(seen).toEqual([0, 1, 2, 3]);
    });

    it('finds an event by its id', async () => {
      await store.append('login-a', envelopesOf('login-a', 0, 3), 'no_stream');
      expect((await store.eventById(uuidOf('login-a 1')))?.position).toBe(1);
      expect(await store.eventById(uuidOf('nothing'))).toBeUndefined();
    });

    it('finds the longest prefix in which every `at` has been reached, also where `at` went back', async () => {
      const minutes = [1, 5, 3, 5, 9];
      for (const [n, minute] of minutes.entries())
        await store.append(
          `login-${String(n)}`,
          [envelopeOf(`login-${String(n)}`, 0, { at: `2026-01-05T00:0${String(minute)}:00.000Z` })],
          'no_stream',
        );
      const at = (minute: number): string => `2026-01-05T00:0${String(minute)}:00.000Z`;
      expect(await Promise.all([0, 1, 3, 4, 5, 8, 9].map((minute) => store.positionAt(at(minute))))).toEqual([
        -1, 0, 0, 0, 3, 3, 4,
      ]);
      expect(await Promise.all([0, 1, 2, 3, 4, 99].map((position) => store.clockAt(position)))).toEqual([1, 5, 5, 5, 9, 9].map(at));
    });

    const refused: readonly [string, Partial<Record<keyof EventEnvelope | 'extra', unknown>>][] = [
      ['an unknown member', { extra: 1 }],
      ['another version', { v: 2 }],
      ['an id that is no uuid', { id: 'ABC' }],
      ['a schema that is not the latest', { schema: 2 }],
      ['a type that is not in the catalogue', { type: 'NobodyKnows' }],
      ['an instant without milliseconds', { at: '2026-01-05T00:00:00Z' }],
      ['an instant that is not', { at: '2026-13-05T00:00:00.000Z' }],
      ['a short nonce', { nonce: 'abc' }],
      ['a command id that is no uuid', { commandId: 'x' }],
      ['no actor', { actor: '' }],
      ['no request hash', { requestHash: '' }],
      ['data that is a list', { data: [] }],
      ['more than 60,000 bytes', { data: { text: 'x'.repeat(60_000) } }],
    ];
    it.each(refused)('refuses %s', async (_, part) => {
      const event = envelopeOf('login-a', 0, part as Partial<EventEnvelope>);
      await expect(store.append('login-a', [event], 'no_stream')).rejects.toBeInstanceOf(BadEnvelope);
      expect((await store.head()).position).toBe(-1);
    });

    const notJson: readonly [string, unknown][] = [
      ['undefined', undefined],
      ['a date', new Date(0)],
      ['a lone surrogate', '\ud800'],
      ['NaN', Number.NaN],
      ['an integer that a double cannot hold', 2 ** 53],
      ['a map', new Map()],
    ];
    it.each(notJson)('refuses %s in the data rather than coerce it', async (_, value) => {
      const event = envelopeOf('login-a', 0, { data: { account: 'a', commandId: 'c', value } });
      await expect(store.append('login-a', [event], 'no_stream')).rejects.toBeInstanceOf(NotJson);
    });

    it('refuses events of another stream or revision, none, and too many bytes at once', async () => {
      await expect(store.append('login-b', [envelopeOf('login-a', 0)], 'no_stream')).rejects.toBeInstanceOf(BadEnvelope);
      await expect(store.append('login-a', [envelopeOf('login-a', 1)], 'no_stream')).rejects.toBeInstanceOf(BadEnvelope);
      await expect(store.append('login-a', [], 'no_stream')).rejects.toBeInstanceOf(BadEnvelope);
      const large = envelopesOf('login-a', 0, 16, { data: { text: 'x'.repeat(58_000) } });
      await expect(store.append('login-a', large, 'no_stream')).rejects.toBeInstanceOf(BadEnvelope);
      expect((await store.head()).position).toBe(-1);
    });
  });
};

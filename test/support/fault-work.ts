import type { EventEnvelope } from '../../src/domain/envelope.ts';
import type { EventStore } from '../../src/domain/event-store.ts';
import type { ReadStore, Written } from '../../src/projections/read-store.ts';
import { envelopesOf } from './envelopes.ts';
import { SAMPLE } from './sample-projection.ts';

/** The work that is disturbed at each of its writes and syncs: by a child process under strace, and again by the test. */
export const STREAMS = ['login-a', 'login-b'] as const;
const eventsOf = (stream: string): readonly EventEnvelope[] => envelopesOf(stream, 0, 2);

/** What the log holds before. */
export const prepareLog = async (store: EventStore): Promise<void> => {
  await store.append('login-before', eventsOf('login-before'), 'no_stream');
};
/** One append; the same ids whoever asks. */
export const appendTo = (store: EventStore, stream: string): Promise<unknown> =>
  store.append(stream, eventsOf(stream), 'no_stream');

const document = (name: string, position: number, note: string): Written => {
  const id = `organization-${name}`;
  const body = { id, names: [`单位${name}`, note], parent: note === '' ? null : note, note };
  return { id, position, document: body };
};
const commitSample = async (store: ReadStore, from: number, to: number, changes: readonly Written[]): Promise<void> => {
  const checkpoint = { logId: 'log-1', position: to, eventId: `event-${String(to)}`, shared: { registered: to } };
  await store.commit(SAMPLE, from, checkpoint, changes, changes);
};
export const OLD = 2;
export const NEW = 5;

/** What the read models hold before. */
export const prepareReadModels = async (store: ReadStore): Promise<void> => {
  await store.prepare(SAMPLE);
  await commitSample(store, -1, OLD, ['a', 'b', 'c'].map((name, position) => document(name, position, '')));
}; // prettier-ignore
/** One commit that changes a document, deletes one and adds one, with versions, search text and shared state. */
export const commitNext = (store: ReadStore): Promise<void> =>
  commitSample(store, OLD, NEW, [
    document('a', 3, '改名'),
    { id: 'organization-b', document: null, position: 4 },
    document('d', 5, '新设'),
  ]);

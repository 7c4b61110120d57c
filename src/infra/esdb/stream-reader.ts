import type { Connection, Native, ReadOptions } from './connection.ts';
import { EsdbFault } from './fault.ts';

const PAGE = 500;

/** Makes a read again until it succeeds, within its caller's time. */
export type Persistently = <T>(read: (timeoutMs: number) => Promise<T>) => Promise<T>;

/** A page whose events follow one another; in the order of the stream, however it was read. */
const pageOf = async (connection: Pick<Connection, 'read'>, stream: string, options: ReadOptions): Promise<readonly Native[]> => {
  const found = (await connection.read(stream, options)).flatMap(({ event }) => (event === undefined ? [] : [event]));
  const page = options.backwards === true ? found.reverse() : found;
  const first = options.from === 'end' ? (page[0]?.revision ?? 0) : options.from;
  for (const [index, { revision }] of page.entries())
    if (revision !== first + index)
      throw new EsdbFault('unknown', `${stream} gave ${String(revision)} at ${String(first + index)}`);
  return page;
};

/**
 * The events of a stream from a revision on, to its end, in pages. A read can end too early without an error, so that a
 * short page is no sign of the end: the newest event is, which is asked for first. Who asks from the beginning has the
 * events before it with it, and who goes on from a revision mostly finds that there are no more: one round trip for both.
 */
export async function* readToEnd(
  connection: Pick<Connection, 'read'>,
  stream: string,
  from: number,
  persistently: Persistently,
): AsyncGenerator<readonly Native[]> {
  const newest = await persistently((timeoutMs) =>
    pageOf(connection, stream, { from: 'end', backwards: true, limit: from === 0 ? PAGE : 1, timeoutMs }),
  );
  const rest = newest.filter(({ revision }) => revision >= from);
  const end = rest[0]?.revision ?? from;
  for (let next = from; next < end;) {
    const [at, limit] = [next, Math.min(PAGE, end - next)];
    const page = await persistently(async (timeoutMs) => {
      const found = await pageOf(connection, stream, { from: at, limit, timeoutMs });
      if (found.length === 0) throw new EsdbFault('unknown', `${stream} gave nothing at ${String(at)}`);
      return found;
    });
    yield page;
    next += page.length;
  }
  yield rest;
}

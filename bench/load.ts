import { once } from 'node:events';
import { connect } from 'node:net';

export type Answer = { readonly status: number; readonly body: string };
/** One keep-alive connection, one request at a time: as little client as can be, since it shares the processors. */
export type Connection = { readonly send: (request: string) => Promise<Answer>; readonly close: () => void };

/** The answer, once it is whole. */
const answerIn = (received: Buffer): Answer | undefined => {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = received.toString('latin1', 0, end);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without its length: ${head}`);
  if (received.length < end + 4 + Number(length)) return undefined;
  return { status: Number(head.slice(9, 12)), body: received.toString('utf8', end + 4) };
};

export const openConnection = async (port: number): Promise<Connection> => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let received: Buffer = Buffer.alloc(0);
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = answerIn(received);
    if (answer === undefined) return;
    received = Buffer.alloc(0);
    waiting?.resolve(answer);
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the connection was closed')));
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => {
      socket.destroy();
    },
  };
};

/** A request as it goes over the wire. */
export const getRequest = (path: string, token: string): string =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`;
export const postRequest = (path: string, token: string, key: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n` +
  `idempotency-key: ${key}\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`;

/**
 * Sends what `next` gives on every connection, one after the other; counts answers per second once warm. What is answered
 * `again` is sent again, as a client does under the same key, and counts once it is done.
 */
export const loadOf = async (
  port: number,
  nexts: readonly (() => string)[],
  { status, again, warmSeconds, seconds }: { status: number; again?: number; warmSeconds: number; seconds: number },
): Promise<number> => {
  const connections = await Promise.all(nexts.map(() => openConnection(port)));
  const from = performance.now() + warmSeconds * 1_000;
  const to = from + seconds * 1_000;
  let counted = 0;
  await Promise.all(
    connections.map(async ({ send }, index) => {
      const next = nexts[index] as () => string;
      while (performance.now() < to) {
        const request = next();
        let answer = await send(request);
        while (answer.status === again && performance.now() < to) answer = await send(request);
        if (answer.status === again) break;
        if (answer.status !== status) throw new Error(`answered ${String(answer.status)}: ${answer.body}`);
        const now = performance.now();
        if (now >= from && now < to) counted += 1;
      }
    }),
  );
  for (const { close } of connections) close();
  return counted / seconds;
};

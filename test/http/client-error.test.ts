import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCity, type City } from '../support/city.ts';

let city: City;
let port: number;
beforeAll(async () => {
  city = await openCity();
  await city.service.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = city.service.app.server.address() as AddressInfo);
});
afterAll(() => city.close());

/** Sends bytes as they are, and reads until the connection ends. */
const rawly = async (bytes: string): Promise<{ status: number; head: string; body: Readonly<Record<string, unknown>> }> => {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  socket.write(bytes);
  await once(socket, 'close');
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(head.slice(9, 12)), head, body: JSON.parse(body) as Record<string, unknown> };
};

describe('what is no HTTP request', () => {
  it.each([
    ['a line that is none', 'what\r\n\r\n', 400, 'request.malformed'],
    ['raw Chinese in the address', 'GET /api/v1/catalog?q=健康 HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'request.malformed'],
    ['two lengths of one body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 400, 'request.malformed'], // prettier-ignore
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'request.headers-too-large'],
  ])('%s is answered as a problem, under an id', async (_what, bytes, status, code) => {
    const { status: answered, head, body } = await rawly(bytes);
    expect([answered, body]).toMatchObject([status, { status, code, type: `/docs/problems#${code}` }]);
    expect(head).toContain('application/problem+json');
    expect(head).toMatch(/request-id: [0-9a-f-]{36}/);
  });
});

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemOf } from './problem-table.ts';

/** Node's words for what it does not take for a request. */
const CODES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'request.headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
};

/**
 * What is no HTTP request reaches no route and no hook: it is answered as a problem all the same, in Chinese since nobody
 * knows what it asked for, under an id of its own; then the connection ends.
 */
export const answerClientError = (error: { readonly code?: string }, socket: Socket, requestId: string): void => {
  if (socket.destroyed || !socket.writable) return;
  const problem = problemOf(CODES[error.code ?? ''] ?? 'request.malformed', {}, 'zh');
  const body = JSON.stringify({ ...problem, instance: '' });
  const lines = [
    `HTTP/1.1 ${String(problem.status)} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/problem+json; charset=utf-8',
    'content-language: zh-CN',
    `content-length: ${String(Buffer.byteLength(body))}`,
    `request-id: ${requestId}`,
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
};

import type { FastifyInstance } from 'fastify';

/** A command's answer, or the problem it met. */
export type Answer = {
  readonly status: number;
  readonly id: string;
  readonly revision: number;
  readonly events: readonly string[];
  /** The highest position the answer named, for reads that must see it. */
  readonly position: number;
  readonly code: string | null;
};

export type Client = {
  /** Sends one command as an account, under a key of its own. Answers problems too; faults throw. */
  readonly post: (account: string, path: string, body: object, key: string, ifMatch?: number) => Promise<Answer>;
  readonly put: (account: string, path: string, content: Buffer, key: string) => Promise<Answer>;
  /** Reads what has reached a position (read your writes). */
  readonly get: <T>(account: string, path: string, atLeast?: number) => Promise<T>;
  readonly counts: () => { readonly succeeded: number; readonly refused: Readonly<Record<string, number>> };
};

type Sent = { readonly statusCode: number; readonly body: string; readonly headers: Readonly<Record<string, unknown>> };

/** Speaks to the application as HTTP clients do, without the network between (`inject`). */
export const createClient = (app: FastifyInstance, tokenOf: (account: string) => Promise<string>): Client => {
  let succeeded = 0;
  const refused: Record<string, number> = {};
  const answerOf = ({ statusCode, body, headers }: Sent, what: string): Answer => {
    if (statusCode >= 500) throw new Error(`${what} answered ${String(statusCode)}: ${body}`);
    const parsed = (body === '' ? {} : JSON.parse(body)) as { id?: string; revision?: number; events?: string[]; code?: string };
    if (statusCode < 300) succeeded += 1;
    else refused[parsed.code ?? 'unknown'] = (refused[parsed.code ?? 'unknown'] ?? 0) + 1;
    return {
      status: statusCode,
      id: parsed.id ?? '',
      revision: parsed.revision ?? -1,
      events: parsed.events ?? [],
      position: Number(headers['ledger-position'] ?? -1),
      code: statusCode < 300 ? null : (parsed.code ?? 'unknown'),
    };
  };
  const headersFor = async (account: string): Promise<Record<string, string>> => ({
    authorization: `Bearer ${await tokenOf(account)}`,
  });
  return {
    post: async (account, path, body, key, ifMatch) => {
      const headers = await headersFor(account);
      const sent = await app.inject({
        method: 'POST',
        url: `/api/v1${path}`,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'idempotency-key': key.replaceAll(' ', '_'),
          ...(ifMatch === undefined ? {} : { 'if-match': `"${String(ifMatch)}"` }),
        },
        payload: JSON.stringify(body),
      });
      return answerOf(sent, path);
    },
    put: async (account, path, content, key) => {
      const sent = await app.inject({
        method: 'PUT',
        url: `/api/v1${path}`,
        headers: {
          ...(await headersFor(account)),
          'content-type': 'application/octet-stream',
          'content-range': `bytes 0-${String(content.length - 1)}/${String(content.length)}`,
          'idempotency-key': key.replaceAll(' ', '_'),
        },
        payload: content,
      });
      return answerOf(sent, path);
    },
    get: async <T>(account: string, path: string, atLeast = -1): Promise<T> => {
      const headers = { ...(await headersFor(account)), ...(atLeast < 0 ? {} : { 'ledger-position': String(atLeast) }) };
      const sent = await app.inject({ method: 'GET', url: `/api/v1${path}`, headers });
      if (sent.statusCode !== 200) throw new Error(`GET ${path} answered ${String(sent.statusCode)}: ${sent.body}`);
      return JSON.parse(sent.body) as T;
    },
    counts: () => ({ succeeded, refused: { ...refused } }),
  };
};

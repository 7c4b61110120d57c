import { asId, type AccountId } from '../src/domain/ids.ts';
import { createTokens } from '../src/infra/tokens.ts';
import { openVault } from '../src/infra/vault/vault.ts';
import { getRequest, openConnection, type Answer } from './load.ts';
import { serve } from './processes.ts';
import { quantile } from './rounds.ts';

/** Sizes at which pages are compared. */
export const LARGE = 500_000;
export const SMALL = 10_000;
const REQUESTS = 1_000;

type Asked = Answer & { readonly ms: number };
/** A server with somebody who asks it, one request at a time. */
export type Reader = {
  readonly ask: (path: string) => Promise<Asked>;
  /** Milliseconds within which 99 % of 1,000 requests are answered, paths in turns. */
  readonly p99: (paths: readonly string[]) => Promise<number>;
  readonly stop: () => Promise<void>;
};

export const readerOf = async (directory: string, account: string): Promise<Reader> => {
  const server = await serve(directory);
  const tokens = createTokens(openVault(`${directory}/vault`));
  const connection = await openConnection(server.port);
  let token = '';
  const ask = async (path: string): Promise<Asked> => {
    const request = getRequest(`/api/v1${path}`, token);
    const started = performance.now();
    const answer = await connection.send(request);
    const ms = performance.now() - started;
    if (answer.status !== 200) throw new Error(`${path} answered ${String(answer.status)}: ${answer.body}`);
    return { ...answer, ms };
  };
  const refreshToken = async (): Promise<void> => {
    token = await tokens.issue(asId<AccountId>(account));
  };
  await refreshToken();
  return {
    ask,
    p99: async (paths) => {
      await refreshToken();
      for (const path of paths) await ask(path);
      const times: number[] = [];
      for (let sent = 0; sent < REQUESTS; sent += 1) times.push((await ask(paths[sent % paths.length] ?? '')).ms);
      return quantile(times, 0.99);
    },
    stop: async () => {
      connection.close();
      await server.stop();
    },
  };
};

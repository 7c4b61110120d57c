import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkLog } from '../support/log-file.ts';
import { freshFolders } from '../support/folders.ts';
import { ask, signIn, startServer, type Answered, type Server } from '../support/server.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const fresh = freshFolders();

const register = (server: Server, token: string, n: number): Promise<Answered> => {
  const body = { name: `部门 ${String(n)}`, level: 'city', kind: 'department', divisionCode: '360100' };
  return ask(server, 'POST', '/api/v1/organizations', { token, body, headers: { 'idempotency-key': `key-${String(n)}` } });
};

describe.skipIf(!hasStrace)('a server whose disk is full for a while (strace)', () => {
  it('answers 503 to what it cannot keep, goes on answering, and keeps each once when there is space again', async () => {
    const folder = realpathSync(fresh());
    // The beginning of the ledger and a few commands come through, then the writes of some commands fail.
    const strace = ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-P', join(folder, 'events.db-wal'), '-e', 'trace=pwrite64', '-e', 'inject=pwrite64:error=ENOSPC:when=500..504'] as const; // prettier-ignore
    const server = await startServer(folder, {}, strace);
    const token = await signIn(server, 'admin-1');
    const refused: Answered[] = [];
    const COMMANDS = 60;
    for (let n = 0; n < COMMANDS; n += 1) {
      let answered = await register(server, token, n);
      while (answered.status === 503) {
        refused.push(answered);
        expect((await ask(server, 'GET', '/api/v1/organizations', { token })).status).toBe(200);
        answered = await register(server, token, n);
      }
      expect(answered.status).toBe(201);
      expect(answered.headers.get('idempotency-replayed')).toBeNull();
    }
    expect(refused.map(({ body }) => body['code'])).toEqual(Array.from({ length: 5 }, () => 'ledger.unavailable'));
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask(server, 'GET', '/readyz')).status).toBe(200);
    await server.kill('SIGTERM');
    const names = checkLog(join(folder, 'events.db')).flatMap(({ bytes }) => /"name":"(部门 \d+)"/.exec(bytes)?.[1] ?? []);
    expect(names).toEqual(Array.from({ length: COMMANDS }, (_, n) => `部门 ${String(n)}`));
  }, 60_000);
});

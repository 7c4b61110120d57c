import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, signIn, startServer } from '../support/server.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const REQUESTS = 12;

type Verdict = { readonly answers: number; readonly early: number };

/**
 * Reads a trace in which requests come one after another: an answer is early unless a sync of the log's `-wal` that began
 * after its request was read has returned.
 */
const judge = (trace: string): Verdict => {
  let [read, answers, early, synced] = [-1, 0, 0, false];
  const syncing = new Map<string, number>();
  for (const [index, line] of trace.split('\n').entries()) {
    const thread = /^\d+/.exec(line)?.[0] ?? '';
    if (/read\(\d+<TCP/.test(line) && line.includes('POST /api/v1/organizations')) [read, synced] = [index, false];
    const begins = /f(?:data)?sync\(\d+<[^>]*events\.db-wal>/.test(line);
    if (begins) syncing.set(thread, index);
    const returned = (begins && / = 0$/.test(line)) || (/<\.\.\. f(?:data)?sync resumed>/.test(line) && / = 0$/.test(line));
    if (returned && (syncing.get(thread) ?? -1) > read && read >= 0) synced = true;
    if (/write(?:v)?\(\d+<TCP/.test(line) && line.includes('HTTP/1.1 201')) {
      answers += 1;
      if (!synced) early += 1;
      synced = false;
    }
  }
  return { answers, early };
};

const traced = async (synchronous: 'FULL' | 'OFF'): Promise<Verdict> => {
  const folder = mkdtempSync(join(tmpdir(), 'hongzhang-strace-'));
  const output = join(folder, 'trace');
  const strace = ['strace', '-D', '-f', '-yy', '-s', '64', '-e', 'trace=read,write,writev,fsync,fdatasync', '-o', output] as const;
  const server = await startServer(join(folder, 'data'), { SYNCHRONOUS: synchronous }, strace);
  const token = await signIn(server, 'admin-1');
  for (let n = 0; n < REQUESTS; n += 1) {
    const body = { name: `部门 ${String(n)}`, level: 'city', kind: 'department', divisionCode: '360100' };
    expect((await ask(server, 'POST', '/api/v1/organizations', { token, body })).status).toBe(201);
  }
  await server.kill('SIGTERM');
  const verdict = judge(readFileSync(output, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  return verdict;
};

describe.skipIf(!hasStrace)('durability at the system call (strace)', () => {
  it('lets no answer leave before the sync of the log that covers it', async () => {
    expect(await traced('FULL')).toEqual({ answers: REQUESTS, early: 0 });
  }, 120_000);

  it('is red with synchronous=OFF, which a kill alone does not catch', async () => {
    const { answers, early } = await traced('OFF');
    expect(answers).toBe(REQUESTS);
    expect(early).toBeGreaterThan(0);
  }, 120_000);
});

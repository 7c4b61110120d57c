import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareRebuild } from '../../src/infra/projector/projection-rebuild.ts';
import { openProjector } from '../../src/infra/projector/projector.ts';
import { openLogReader } from '../../src/infra/sqlite/log-reader.ts';
import { openSqliteReadStore } from '../../src/infra/sqlite/read-store.ts';
import { PROJECTIONS } from '../../src/projections/index.ts';
import { ask, signIn, startServer, type Server } from '../support/server.ts';

const KILLS = 20;
const CALLERS = 12;
const folder = mkdtempSync(join(tmpdir(), 'hongzhang-crash-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Command = { readonly key: string; readonly name: string };
const post = (server: Server, token: string, { key, name }: Command) =>
  ask(server, 'POST', '/api/v1/organizations', {
    token,
    body: { name, level: 'city', kind: 'department', divisionCode: '360100' },
    headers: { 'idempotency-key': key },
  });

describe('a server that is killed under load', () => {
  const acknowledged = new Map<string, string>();
  const sent: Command[] = [];

  /** Sends commands until the server is gone; notes what it acknowledged. */
  const load = async (server: Server, token: string, caller: string): Promise<void> => {
    for (let n = 0; ; n += 1) {
      const command = { key: `${caller}-${String(n)}`, name: `部门 ${caller} ${String(n)}` };
      sent.push(command);
      try {
        const { status, body } = await post(server, token, command);
        expect(status).toBe(201);
        acknowledged.set(command.key, String(body['id']));
      } catch (error) {
        if (error instanceof TypeError) return;
        throw error;
      }
    }
  };

  it('keeps every acknowledged command, once, and every view as a rebuild makes it', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const server = await startServer(folder);
      const token = await signIn(server, 'admin-1');
      const callers = Array.from({ length: CALLERS }, (_, caller) => load(server, token, `${String(kill)}-${String(caller)}`));
      // Under load however slow the machine is, and then at another moment each time.
      const enough = acknowledged.size + CALLERS + 1;
      while (acknowledged.size < enough) await new Promise((resolve) => setTimeout(resolve, 2));
      await new Promise((resolve) => setTimeout(resolve, kill * 7));
      await server.kill('SIGKILL');
      await Promise.all(callers);
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS * CALLERS);

    const server = await startServer(folder);
    const token = await signIn(server, 'admin-1');
    for (const command of sent) {
      const { status, headers, body } = await post(server, token, command);
      expect(status).toBe(201);
      const first = acknowledged.get(command.key);
      if (first === undefined) continue;
      expect(headers.get('idempotency-replayed')).toBe('true');
      expect(body['id']).toBe(first);
    }
    await server.kill('SIGTERM');

    const log = openLogReader(join(folder, 'events.db'));
    const names: string[] = [];
    for await (const event of log.readAll({ after: null, types: ['OrganizationRegistered'] }))
      names.push((event.data as { name: string }).name);
    const ours = names.filter((name) => name.startsWith('部门 '));
    expect(ours.sort()).toEqual(sent.map(({ name }) => name).sort());

    const store = openSqliteReadStore(join(folder, 'views'));
    await (await openProjector({ log, store, projections: PROJECTIONS })).catchUp();
    const empty = openSqliteReadStore(join(folder, 'rebuilt'));
    const { difference, documents } = await compareRebuild({ log, store, projections: PROJECTIONS }, empty);
    expect(difference).toBeNull();
    expect(documents).toBeGreaterThan(sent.length);
    await Promise.all([store.close(), empty.close(), log.close()]);
  }, 600_000);
});

describe('two servers on one data directory', () => {
  it('are one too many: the second says why and ends', async () => {
    const own = mkdtempSync(join(tmpdir(), 'hongzhang-two-'));
    const first = await startServer(own);
    await expect(startServer(own)).rejects.toThrow(/Another Hongzhang process is using the data directory/);
    expect((await ask(first, 'GET', '/healthz')).status).toBe(200);
    await first.kill('SIGKILL');
    const next = await startServer(own);
    await next.kill('SIGTERM');
    rmSync(own, { recursive: true, force: true });
  }, 60_000);
});

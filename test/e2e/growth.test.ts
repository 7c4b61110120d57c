import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCli, serveCli } from '../support/cli.ts';
import { eventually, freshLog } from '../support/esdb.ts';
import { startEsdbServer, type EsdbServer } from '../support/esdb-server/start.ts';
import { freshFolders } from '../support/folders.ts';
import { freshDatabases, MONGO_TEST_URL } from '../support/mongo.ts';
import { ask } from '../support/server.ts';

const fresh = freshFolders();
type Node = Awaited<ReturnType<typeof serveCli>>;

/** The steps of docs/operations.md, "Growing from files to servers", by the commands that it names. */
describe.skipIf(MONGO_TEST_URL === undefined)('a deployment that grows', { timeout: 300_000 }, () => {
  const database = freshDatabases();
  let server: EsdbServer;
  beforeAll(async () => {
    server = await startEsdbServer();
  });
  afterAll(async () => {
    await server.dispose();
  });
  const nodes: Node[] = [];
  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.end();
  });
  const serve = async (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Node> => {
    const node = await serveCli(args, environment);
    nodes.push(node);
    return node;
  };
  const stop = async (): Promise<void> => {
    for (const node of nodes.splice(0)) expect((await node.end()).code).toBe(0);
  };
  const secret = (address: string): string => {
    const path = join(fresh(), 'address');
    writeFileSync(path, `${address}\n`);
    return path;
  };
  const servers = () => {
    const places = { EVENT_STORE_FILE: secret(freshLog(server.address)), READ_STORE_FILE: secret(database()), VAULT_FILE: secret(database()) }; // prettier-ignore
    return { places, environment: { DATA_DIR: join(fresh(), 'nothing'), ...places } };
  };
  const ready = (node: Node) => eventually(async () => (await ask(node, 'GET', '/readyz')).status, (status) => status === 200, 30_000); // prettier-ignore
  const passwordIn = (out: string, login: string): string => new RegExp(`^ *${login} +(\\S+)$`, 'm').exec(out)?.[1] ?? '';

  const signIn = async (node: Node, account: string, password: string) => {
    const { status, body } = await ask(node, 'POST', '/api/v1/session', { body: { account, password } });
    expect(status).toBe(200);
    return { token: String(body['accessToken']), id: String(body['account']) };
  };
  const register = (node: Node, token: string, key: string) => {
    const body = { name: `部门 ${key}`, level: 'city', kind: 'department', divisionCode: '360100' };
    return ask(node, 'POST', '/api/v1/organizations', { token, body, headers: { 'idempotency-key': key } });
  };
  /** What somebody sees who signs in with the password of the first day: a name, and an earlier command answered again. */
  const checkMoved = async (node: Node, password: string, before: { readonly id: string; readonly organization: unknown }) => {
    const { token, id } = await signIn(node, 'admin-1', password);
    expect(id).toBe(before.id);
    const { body } = await ask(node, 'GET', `/api/v1/accounts/${id}`, { token });
    expect(body['name']).toBe('第一管理员');
    const again = await register(node, token, 'before');
    expect([again.status, again.body['id']]).toEqual([201, before.organization]);
    return token;
  };

  it('from files to servers, and back, keeps passwords, names and answers', async () => {
    const DATA_DIR = join(fresh(), 'data');
    const begun = await runCli(['init'], { DATA_DIR });
    const password = passwordIn(begun.out, 'admin-1');
    const onFiles = await serve([], { DATA_DIR });
    const { token, id } = await signIn(onFiles, 'admin-1', password);
    const before = { id, organization: (await register(onFiles, token, 'before')).body['id'] };
    await stop();

    const { places, environment } = servers();
    const log = await runCli(['copy-log', '--from', `sqlite:${DATA_DIR}/events.db`, '--to-file', places.EVENT_STORE_FILE], environment); // prettier-ignore
    expect([log.code, log.errors]).toEqual([0, expect.stringContaining('verify tree')]);
    const vault = await runCli(['copy-vault', '--from', `file:${DATA_DIR}/vault`, '--to-file', places.VAULT_FILE], environment);
    expect([vault.code, vault.errors]).toEqual([0, expect.stringContaining('verify')]);
    expect(vault.out).toMatch(/all are verified/);

    await serve(['--role', 'worker'], environment);
    const api = await serve(['--role', 'api'], environment);
    await ready(api);
    const moved = await checkMoved(api, password, before);
    expect((await register(api, moved, 'after')).status).toBe(201);
    await stop();

    const back = join(fresh(), 'back');
    const home = { DATA_DIR: back };
    expect((await runCli(['copy-log', '--from-file', places.EVENT_STORE_FILE, '--to', `sqlite:${back}/events.db`], home)).code).toBe(0); // prettier-ignore
    expect((await runCli(['copy-vault', '--from-file', places.VAULT_FILE, '--to', `file:${back}/vault`], home)).code).toBe(0);
    const again = await serve([], home);
    await ready(again);
    await checkMoved(again, password, before);
  });

  it('refuses what a trial has begun, in words', async () => {
    const DATA_DIR = join(fresh(), 'data');
    await runCli(['init'], { DATA_DIR });
    const { places, environment } = servers();
    const trial = await serve(['--role', 'worker'], environment);
    await ready(trial);
    await stop();
    const log = await runCli(['copy-log', '--from', `sqlite:${DATA_DIR}/events.db`, '--to-file', places.EVENT_STORE_FILE], {
      DATA_DIR,
    });
    expect([log.code, log.errors]).toEqual([1, expect.stringMatching(/Another ledger lies at --to/)]);
    const vault = await runCli(['copy-vault', '--from', `file:${DATA_DIR}/vault`, '--to-file', places.VAULT_FILE], { DATA_DIR });
    expect([vault.code, vault.errors]).toEqual([1, expect.stringMatching(/Another vault lies at --to/)]);
    expect(`${log.errors}${vault.errors}`).not.toMatch(/^ {4}at /m);
  });

  it('begins on servers beside nodes that serve already', async () => {
    const { environment } = servers();
    const worker = await serve(['--role', 'worker'], environment);
    const api = await serve(['--role', 'api'], environment);
    await ready(api);
    for (const node of [worker, api]) expect(node.said().errors).toMatch(/The ledger is empty\. Run .*init.* once, beside/);
    const begun = await runCli(['init'], environment);
    expect(begun.code, begun.errors).toBe(0);
    const { token, id } = await signIn(api, 'lead-1', passwordIn(begun.out, 'lead-1'));
    const named = await eventually(() => ask(api, 'GET', `/api/v1/accounts/${id}`, { token }), ({ status }) => status !== 404); // prettier-ignore
    expect(named.body['name']).toBe('领导小组办公室甲');
  });
});

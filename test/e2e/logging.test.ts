import { describe, expect, it } from 'vitest';
import { ask, PASSWORD, signIn, startServer } from '../support/server.ts';
import { freshFolders } from '../support/folders.ts';

const fresh = freshFolders();
type Line = { readonly level: number; readonly time: string; readonly reqId?: string; readonly msg: string };

describe('the log of the process', () => {
  it('tells of every request by its id, and of nobody: no name, login, phone, password or token', async () => {
    const server = await startServer(fresh(), { LOG_LEVEL: 'debug' });
    let output = '';
    server.child.stdout?.on('data', (text: Buffer) => { output += text.toString(); }); // prettier-ignore
    const token = await signIn(server, 'admin-1');
    const me = await ask(server, 'GET', '/api/v1/me', { token });
    const organization = (me.body['organization'] as { id?: string } | undefined)?.id ?? me.body['organization'];
    const person = { kind: 'person', login: 'wang.xiuying', name: '王秀英', phone: '13970001234', password: 'secret of hers 1', organization, assurance: 'high' }; // prettier-ignore
    const registered = await ask(server, 'POST', '/api/v1/accounts', { token, body: person });
    expect(registered.status, JSON.stringify(registered.body)).toBe(201);
    await ask(server, 'POST', '/api/v1/accounts', { token, body: { ...person, name: { 王秀英: 1 }, unknown: '13970001234' } });
    await ask(server, 'POST', '/api/v1/session', { body: { account: 'wang.xiuying', password: 'guess 13970001234' } });
    await ask(server, 'POST', '/api/v1/session', { body: { account: 'wang.xiuying', password: 'secret of hers 1' } });
    await ask(server, 'GET', '/api/v1/me', { token: `${token.slice(0, -4)}AAAA` });
    await ask(server, 'GET', `/api/v1/catalog?q=${encodeURIComponent('王秀英')}&cursor=13970001234`, { token });
    await server.kill('SIGTERM');

    const lines = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line); // prettier-ignore
    expect(lines.map(({ reqId }) => reqId)).toContain(registered.headers.get('request-id'));
    expect(lines.length).toBeGreaterThan(7);
    const signature = token.split('.')[2] ?? token;
    for (const secret of [
      '王秀英',
      encodeURIComponent('王秀英'),
      'wang.xiuying',
      '13970001234',
      'secret of hers',
      'guess',
      PASSWORD,
      signature,
    ])
      expect(output.includes(secret), secret).toBe(false);
  }, 30_000);
});

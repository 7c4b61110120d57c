import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { submission } from '../src/http/routes/applications.ts';
import type { Config } from '../src/infra/config.ts';
import { createTokens } from '../src/infra/tokens.ts';
import { openVault } from '../src/infra/vault/vault.ts';

/**
 * What submit is held against: Fastify, the same zod schema and the same check of the token; no domain, no views. `BYTES`
 * names a file of the events that a submission by each account leaves; `append` stores an account's and gives a position.
 */
export const serveFloor = async (
  config: Config,
  append: (account: string, texts: readonly string[]) => Promise<number>,
): Promise<void> => {
  const bytesOf = JSON.parse(readFileSync(process.env['BYTES'] ?? '', 'utf8')) as Readonly<Record<string, readonly string[]>>;
  const tokens = createTokens(openVault(config.vault));
  const app = Fastify({ logger: false });
  app.setValidatorCompiler(({ schema }) => (data: unknown) => {
    const checked = (schema as typeof submission).safeParse(data);
    return checked.success ? { value: checked.data } : { error: checked.error };
  });
  app.get('/readyz', () => ({ status: 'ready' }));
  app.post('/api/v1/applications', { schema: { body: submission } }, async (request, reply) => {
    const verified = await tokens.verify((request.headers.authorization ?? '').slice('Bearer '.length));
    if (!verified.ok) return reply.status(401).send({ code: verified.reason });
    const texts = bytesOf[verified.account] ?? [];
    const position = await append(verified.account, texts);
    const id = randomUUID();
    return reply
      .status(201)
      .header('location', `/api/v1/applications/${id}`)
      .header('etag', `"${String(texts.length - 1)}"`)
      .header('ledger-position', String(position))
      .send({ id, revision: texts.length - 1, position, events: ['SharingApplicationSubmitted'] });
  });
  await app.listen({ host: config.host, port: config.port });
  process.once('SIGTERM', () => {
    process.exit(0);
  });
};

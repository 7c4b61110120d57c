import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { submission } from '../src/http/routes/applications.ts';
import { readConfig } from '../src/infra/config.ts';
import { createTokens } from '../src/infra/tokens.ts';
import { openVault } from '../src/infra/vault.ts';
import { startWorker } from '../src/infra/worker.ts';

/**
 * What submit is held against: Fastify, the same zod schema, the same check of the token, and the same bytes in a
 * group-committed insert by a writing thread; no domain, no views. `BYTES` names a file of the events that a
 * submission by each account leaves.
 */
const config = readConfig(process.env);
const bytesOf = JSON.parse(readFileSync(process.env['BYTES'] ?? '', 'utf8')) as Readonly<Record<string, readonly string[]>>;
const tokens = createTokens(openVault(config.vault));
const writer = startWorker(import.meta.url, './submit-floor-writer', { path: `${config.dataDirectory}/floor.db` });

type Waiting = { readonly texts: readonly string[]; readonly resolve: (position: number) => void };
let waiting: Waiting[] = [];
let writing: readonly Waiting[] = [];
const writeNext = (): void => {
  if (writing.length > 0 || waiting.length === 0) return;
  writing = waiting;
  waiting = [];
  writer.postMessage(writing.map(({ texts }) => texts));
};
writer.on('message', (positions: readonly number[]) => {
  const group = writing;
  writing = [];
  writeNext();
  for (const [index, { resolve }] of group.entries()) resolve(positions[index] ?? -1);
});
const append = (texts: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    waiting.push({ texts, resolve });
    if (waiting.length === 1) setImmediate(writeNext);
  });

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
  const position = await append(texts);
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

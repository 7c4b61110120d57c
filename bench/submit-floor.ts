import { readConfig } from '../src/infra/config.ts';
import { startWorker } from '../src/infra/worker.ts';
import { serveFloor } from './floor-app.ts';

/** The floor of `submit`: the same bytes in a group-committed insert by a writing thread. */
const config = readConfig(process.env);
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

await serveFloor(
  config,
  (_, texts) =>
    new Promise((resolve) => {
      waiting.push({ texts, resolve });
      if (waiting.length === 1) setImmediate(writeNext);
    }),
);

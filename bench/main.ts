import { printTable, writeResults, type Limit, type Result } from './report.ts';
import { rebuilding } from './rebuild.ts';
import { queue } from './queue.ts';
import { searching } from './search.ts';
import { start } from './start.ts';
import { submit } from './submit.ts';

const BENCHMARKS = [submit, rebuilding, searching, queue, start];

const limits: Readonly<Record<string, Limit>> = Object.assign({}, ...BENCHMARKS.map((benchmark) => benchmark.limits)) as Record<
  string,
  Limit
>;
const ids = Object.keys(limits);

const usage = (): string =>
  [
    'npm run bench -- [id ...]   without ids: everything. Results go to bench/results.json',
    ...BENCHMARKS.map((benchmark) => `  ${Object.keys(benchmark.limits).join(', ').padEnd(28)} ${benchmark.about}`),
  ].join('\n');

const named = process.argv.slice(2);
const unknown = named.filter((name) => !ids.includes(name));
if (unknown.length > 0) {
  if (!named.includes('--help')) console.error(`no benchmark ${unknown.join(', ')}`);
  console.log(usage());
  process.exit(named.includes('--help') ? 0 : 1);
}

const wanted = new Set(named.length === 0 ? ids : named);
const results: Result[] = [];
for (const benchmark of BENCHMARKS) {
  const own = Object.keys(benchmark.limits).filter((id) => wanted.has(id));
  if (own.length === 0) continue;
  process.stderr.write(`${own.join(', ')}\n`);
  results.push(...(await benchmark.run(wanted)));
  writeResults(results);
}
printTable(results, limits);

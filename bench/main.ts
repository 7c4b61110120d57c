import { printTable, writeResults, type Limit, type Result } from './report.ts';
import { rebuilding } from './rebuild.ts';
import { rebuildServers } from './rebuild-servers.ts';
import { queue } from './queue.ts';
import { searching } from './search.ts';
import { sequencerLag } from './sequencer-lag.ts';
import { start } from './start.ts';
import { submit } from './submit.ts';
import { submitServers } from './submit-servers.ts';

const BENCHMARKS = [submit, rebuilding, searching, queue, start, submitServers, rebuildServers, sequencerLag];

type Limits = Readonly<Record<string, Limit | null>>;
const limits = Object.assign({}, ...BENCHMARKS.map((benchmark) => benchmark.limits)) as Limits;
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
  const missing = benchmark.missing?.() ?? null;
  if (missing !== null) {
    console.error(`${own.join(', ')}: left out, ${missing}`);
    if (named.length > 0) process.exitCode = 1;
    continue;
  }
  process.stderr.write(`${own.join(', ')}\n`);
  results.push(...(await benchmark.run(wanted)));
  writeResults(results);
}
printTable(results, limits);

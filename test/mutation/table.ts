import { readFileSync, writeFileSync } from 'node:fs';

/** Writes what `stryker run` found to docs/mutation.md: one row per file, then the mutants that survived. */
type Mutant = {
  readonly status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'Ignored' | 'CompileError' | 'RuntimeError';
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: { readonly line: number } };
};
type Report = {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
  readonly framework: { readonly version: string };
  readonly thresholds: { readonly break: number };
};

const ROOT = new URL('../../', import.meta.url);
const report = JSON.parse(readFileSync(new URL('reports/mutation/mutation.json', ROOT), 'utf8')) as Report;
const files = Object.entries(report.files).sort(([one], [other]) => (one < other ? -1 : 1));

const row = (name: string, mutants: readonly Mutant[]): string => {
  const count = (...statuses: readonly Mutant['status'][]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const [killed, survived, uncovered] = [count('Killed', 'Timeout'), count('Survived'), count('NoCoverage')];
  const judged = killed + survived + uncovered;
  const score = judged === 0 ? 'n/a' : `${((100 * killed) / judged).toFixed(1)} %`;
  return `| ${[name, killed, survived, uncovered, count('Ignored'), score].join(' | ')} |`;
};

const alive = files.flatMap(([file, { source, mutants }]) =>
  mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location: { start }, mutatorName, replacement = '' }) => {
      const line = (source.split('\n')[start.line - 1] ?? '').trim();
      return `- \`${file}\` ${mutatorName}: \`${line}\` with \`${replacement.replaceAll(/\s+/g, ' ')}\``;
    }),
);

writeFileSync(
  new URL('docs/mutation.md', ROOT),
  `# Mutants of src/domain

Written by \`npm run mutation\`; do not edit. Date ${new Date().toISOString().slice(0, 10)}, Stryker ${report.framework.version}; it fails below ${String(report.thresholds.break)} %.
Killed includes mutants that ran into the time limit. Ignored mutants are static (see \`stryker.config.mjs\`) and not in the score.
Files without a row hold types only.

| file | killed | survived | no coverage | ignored | score |
| --- | ---: | ---: | ---: | ---: | ---: |
${files
  .filter(([, { mutants }]) => mutants.length > 0)
  .map(([file, { mutants }]) => row(file.replace('src/domain/', ''), mutants))
  .join('\n')}
${row(
  '**all**',
  files.flatMap(([, { mutants }]) => mutants),
)}

## Alive

${alive.join('\n')}
`,
);

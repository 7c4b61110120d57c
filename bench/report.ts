import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** `value` is ours, `floor` what it is held against, both in `unit`. */
export type Result = {
  readonly id: string;
  readonly value: number;
  readonly floor: number;
  readonly ratio: number;
  readonly unit: string;
};
/** One file of the bench: which results it gives, and what they say. */
export type Benchmark = {
  /** By id; null where nothing is asked and the ratio is reported alone. */
  readonly limits: Readonly<Record<string, Limit | null>>;
  readonly about: string;
  /** Why it cannot run here; null or absent where it can. */
  readonly missing?: () => string | null;
  /** Measures at least the wanted results. */
  readonly run: (wanted: ReadonlySet<string>) => Promise<readonly Result[]>;
};
/** The ratio that the project asks for. */
export type Limit = { readonly atLeast: number } | { readonly atMost: number };

const RESULTS = new URL('results.json', import.meta.url);

const rounded = (value: number): number => Number(value.toPrecision(4));

export const resultOf = (id: string, unit: string, value: number, floor: number): Result => ({
  id,
  value: rounded(value),
  floor: rounded(floor),
  ratio: rounded(value / floor),
  unit,
});

const machine = (): string => {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${String(processors.length)} × ${processors[0]?.model.trim() ?? 'unknown'}, ${String(memory)} GiB, ${process.platform}, Node ${process.version}`;
};

const said = (limit: Limit | null | undefined): string => {
  if (limit === undefined || limit === null) return '';
  return 'atLeast' in limit ? `≥ ${String(limit.atLeast)}` : `≤ ${String(limit.atMost)}`;
};
const isMet = (ratio: number, limit: Limit | null | undefined): boolean => {
  if (limit === undefined || limit === null) return true;
  return 'atLeast' in limit ? ratio >= limit.atLeast : ratio <= limit.atMost;
};

type Report = { readonly machine: string; readonly results: readonly Result[] };

/** Puts the results into `bench/results.json`, beside what this very machine measured of benchmarks that did not run this time. */
export const writeResults = (results: readonly Result[]): void => {
  const before = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Report) : null;
  const known = before?.machine === machine() ? before.results : [];
  const kept = known.filter(({ id }) => results.every((result) => result.id !== id));
  const sorted = [...kept, ...results].sort((a, b) => (a.id < b.id ? -1 : 1));
  writeFileSync(RESULTS, `${JSON.stringify({ machine: machine(), results: sorted } satisfies Report, null, 2)}\n`);
};

export const printTable = (results: readonly Result[], limits: Readonly<Record<string, Limit | null>>): void => {
  const rows = results.map(({ id, value, floor, ratio, unit }) => {
    const limit = limits[id];
    return [id, String(value), String(floor), unit, String(ratio), said(limit), isMet(ratio, limit) ? '' : 'missed'];
  });
  const table = [['id', 'value', 'floor', 'unit', 'ratio', 'limit', ''], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  console.log(`\n${machine()}`);
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
};

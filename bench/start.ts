import { cpSync } from 'node:fs';
import { cached } from './directories.ts';
import { historyDirectory } from './history.ts';
import { runHongzhang, serve } from './processes.ts';
import { resultOf, type Benchmark } from './report.ts';
import { interleaved } from './rounds.ts';

const LARGE = 1_000_000;
const SMALL = 10_000;

/** A history with its views, once served and stopped cleanly. */
const servedDirectory = (size: number): Promise<string> =>
  cached(`served-${String(size)}`, async (directory) => {
    cpSync(await historyDirectory(size), directory, { recursive: true });
    await runHongzhang(['rebuild'], directory);
    await (await serve(directory)).stop();
  });

const startOnce = async (directory: string): Promise<number> => {
  const { readyAfterMs, stop } = await serve(directory);
  await stop();
  return readyAfterMs;
};

export const start: Benchmark = {
  limits: { start: { atMost: 1.3 } },
  about: 'spawn to 200 from /readyz after a clean stop, 1,000,000 ÷ 10,000 events',
  run: async () => {
    const [small, large] = [await servedDirectory(SMALL), await servedDirectory(LARGE)];
    const medians = await interleaved({ small: () => startOnce(small), large: () => startOnce(large) });
    return [resultOf('start', 'ms', medians.large, medians.small)];
  },
};

import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withFresh } from './directories.ts';
import { historyDirectory } from './history.ts';
import { runHongzhang, runNode } from './processes.ts';
import { recordingOf } from './rebuild-recording.ts';
import { resultOf, type Benchmark } from './report.ts';
import { interleaved, median } from './rounds.ts';

const LARGE = 300_000;
const SMALL = 100_000;
const FLOOR = fileURLToPath(new URL('rebuild-floor.ts', import.meta.url));

/** Rebuilds all views of a history from nothing, in a process of its own. */
const rebuild = async (size: number): Promise<{ readonly rate: number; readonly peakMegabytes: number }> => {
  const directory = await historyDirectory(size);
  const { seconds, peakMegabytes } = await runHongzhang(['rebuild'], directory);
  rmSync(`${directory}/views`, { recursive: true, force: true });
  return { rate: size / seconds, peakMegabytes };
};

const floorRate = (recording: string, history: string): Promise<number> =>
  withFresh(null, async (directory) => {
    const environment = { HISTORY: `${history}/events.db`, RECORDING: recording, TO: `${directory}/floor.db` };
    const { output } = await runNode(['--import', 'tsx', FLOOR], environment);
    return LARGE / Number(output);
  });

export const rebuilding: Benchmark = {
  limits: { rebuild: { atLeast: 0.5 }, 'rebuild-memory': { atMost: 1.15 } },
  about: 'all views over 300,000 events ÷ the same bytes ready-made; rebuild-memory: its peak ÷ that over 100,000 events',
  run: async (wanted) => {
    const [withRate, withMemory] = [wanted.has('rebuild'), wanted.has('rebuild-memory')];
    const history = await historyDirectory(LARGE);
    const recording = withRate ? await recordingOf(LARGE) : '';
    await historyDirectory(SMALL);
    const peaks: number[] = [];
    const medians = await interleaved({
      ...(withRate ? { floor: () => floorRate(recording, history) } : {}),
      ours: async () => {
        const { rate, peakMegabytes } = await rebuild(LARGE);
        peaks.push(peakMegabytes);
        return rate;
      },
      ...(withMemory ? { smallPeak: async () => (await rebuild(SMALL)).peakMegabytes } : {}),
    } as Record<'floor' | 'ours' | 'smallPeak', () => Promise<number>>);
    return [
      ...(withRate ? [resultOf('rebuild', 'events/s', medians.ours, medians.floor)] : []),
      ...(withMemory ? [resultOf('rebuild-memory', 'MB', median(peaks), medians.smallPeak)] : []),
    ];
  },
};

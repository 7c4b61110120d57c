import { obligationsDirectory } from './documents.ts';
import { demoDirectory, worldOf } from './directories.ts';
import { LARGE, readerOf, SMALL } from './reading.ts';
import { resultOf, type Benchmark } from './report.ts';
import { interleaved } from './rounds.ts';

const STATES = ['open', 'late', 'overdue', 'met'];

/** What a work queue is asked for: everything, a state, a department's, a department's in a state. */
const pagesOf = (debtors: readonly string[]): readonly string[] => {
  const chosen = ['', ...STATES.map((state) => `&state=${state}`)];
  const whole = chosen.map((filter) => `/obligations?limit=50&total=false&facets=false${filter}`);
  return [...whole, ...debtors.flatMap((debtor) => whole.map((path) => `${path}&debtor=${debtor}`))];
};

export const queue: Benchmark = {
  limits: { 'queue-p99': { atMost: 2 } },
  about: 'a page of the work queue at 500,000 ÷ 10,000 obligations',
  run: async () => {
    const { assessor, departments } = worldOf(await demoDirectory()).city;
    const pages = pagesOf(departments.slice(0, 10).map(({ id }) => id));
    const large = await readerOf(await obligationsDirectory(LARGE), assessor);
    const small = await readerOf(await obligationsDirectory(SMALL), assessor);
    try {
      const medians = await interleaved({ small: () => small.p99(pages), large: () => large.p99(pages) });
      return [resultOf('queue-p99', 'ms', medians.large, medians.small)];
    } finally {
      await large.stop();
      await small.stop();
    }
  },
};

import { catalogDirectory } from './documents.ts';
import { demoDirectory, worldOf } from './directories.ts';
import { LARGE, readerOf, SMALL, type Reader } from './reading.ts';
import { resultOf, type Benchmark } from './report.ts';
import { interleaved } from './rounds.ts';
import { SEARCH_QUERIES } from './search-queries.ts';

const pathOf = (query: string, more: string): string => `/catalog?q=${encodeURIComponent(query)}${more}`;
const PAGES = SEARCH_QUERIES.map((query) => pathOf(query, '&limit=20&total=false&facets=false'));

/** Microseconds that facets add, for each match of the required cases. */
const facetCost = async ({ ask }: Reader): Promise<number> => {
  let [added, matches] = [0, 0];
  for (const query of SEARCH_QUERIES) {
    const { total } = JSON.parse((await ask(pathOf(query, '&limit=1&facets=false'))).body) as { readonly total: number };
    const without = await ask(pathOf(query, '&limit=1&total=false&facets=false'));
    const withFacets = await ask(pathOf(query, '&limit=1&total=false&facets=true'));
    added += withFacets.ms - without.ms;
    matches += total;
  }
  return (added * 1_000) / matches;
};

export const searching: Benchmark = {
  limits: { 'search-p99': { atMost: 2 }, 'facet-cost': { atMost: 1.5 } },
  about: 'a page of every required search case at 500,000 ÷ 10,000 entries; facet-cost: what facets add, per match',
  run: async (wanted) => {
    const { officer } = worldOf(await demoDirectory()).city.departments[0] ?? { officer: '' };
    const [large, small] = [
      await readerOf(await catalogDirectory(LARGE), officer),
      await readerOf(await catalogDirectory(SMALL), officer),
    ];
    const [withPages, withFacets] = [wanted.has('search-p99'), wanted.has('facet-cost')];
    try {
      const medians = await interleaved({
        ...(withPages ? { small: () => small.p99(PAGES), large: () => large.p99(PAGES) } : {}),
        ...(withFacets ? { smallFacets: () => facetCost(small), largeFacets: () => facetCost(large) } : {}),
      } as Record<'small' | 'large' | 'smallFacets' | 'largeFacets', () => Promise<number>>);
      return [
        ...(withPages ? [resultOf('search-p99', 'ms', medians.large, medians.small)] : []),
        ...(withFacets ? [resultOf('facet-cost', 'µs/match', medians.largeFacets, medians.smallFacets)] : []),
      ];
    } finally {
      await large.stop();
      await small.stop();
    }
  },
};

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/domain/**', 'src/projections/**', 'src/tlog/**'],
      thresholds: { 'src/domain/**': { branches: 95 }, 'src/projections/**': { branches: 95 } },
    },
  },
});

/**
 * Mutants of the rules against their specs. A static mutant (in a constant of a module, one in eleven) needs a fresh
 * process and every spec, which takes about as long as all others together: they are left out and counted as ignored.
 * Workers keep their modules between mutants (vitest.mutation.config.ts); that is sound as no mutant in them is static.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  mutate: ['src/domain/**/*.ts'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  // A machine that is busy otherwise must not make a survivor look killed.
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { logTests: false, reportTests: false },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  ignorePatterns: ['dist', 'coverage', 'var', 'reports', 'bench'],
  symlinkNodeModules: true,
  inPlace: false,
  incremental: false,
  thresholds: { high: 95, low: 85, break: 85 },
};

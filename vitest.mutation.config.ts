import { defineConfig } from 'vitest/config';

/** The specs that mutants of src/domain are run against: pure and fast, nothing that opens a file store or a server. */
export default defineConfig({
  test: { include: ['test/domain/**/*.test.ts'], pool: 'threads', isolate: false, testTimeout: 20_000 },
});

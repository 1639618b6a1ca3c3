import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'dissectors/**/*.test.ts', 'pcaps/**/*.test.ts', 'grafana/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'out/**'],
    // A process for each file: one that exhausts memory or changes process.env troubles no other.
    pool: 'forks',
    maxWorkers: 2,
    // Tests that drive real programs need more than vitest's 5 s, above all on two busy cores.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A hidden `.only` would make everything else pass by not running.
    allowOnly: false,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'dissectors/**/*.ts'],
      exclude: ['**/*.test.ts', 'src/testing/**'],
    },
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests that measure time: nothing else runs beside them. */
const TIMED = [
  'test/agents/python-float.test.ts',
  'test/model/anthropic/batches/transport.test.ts',
  'test/model/anthropic/transport.test.ts',
  'test/model/faults.test.ts',
  'test/model/openai/wire.test.ts',
  'test/model/rate-limiter.test.ts',
  'test/report/render.test.ts',
  'test/store/s3-read.test.ts',
  'test/store/s3/store.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The scripts that the tests start compile their modules once for all.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/v8', import.meta.url)) },
    coverage: { include: ['src/**'] },
    projects: [
      // Needs Node only.
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/aws/**', 'test/browser/**', ...TIMED],
          globalSetup: 'test/global-setup.ts',
          // Most of a test's time its program waits, or starts.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // A machine that others slow down for a while gets more tries: their load is no fault of this program.
        test: { name: 'timed', include: TIMED, maxWorkers: 1, retry: 2, sequence: { groupOrder: 1 } },
      },
      // Needs Python or Go for its servers and oracles, which it installs under .venv and .bin.
      { extends: true, test: { name: 'aws', include: ['test/aws/**/*.test.ts'] } },
      // Needs Chromium, which scripts/install-chromium.sh installs.
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'] } },
    ],
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // The programs that the tests start compile their modules once for all.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/v8', import.meta.url)) },
    coverage: { include: ['src/**'] },
    projects: [
      // Needs Node only.
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/aws/**', 'test/browser/**'],
          globalSetup: 'test/global-setup.ts',
        },
      },
      // Needs Python or Go for its servers and oracles, which it installs under .venv and .bin.
      { extends: true, test: { name: 'aws', include: ['test/aws/**/*.test.ts'] } },
      // Needs Chromium, which scripts/install-chromium.sh installs.
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'] } },
    ],
  },
});

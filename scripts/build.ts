import { build } from 'rolldown';

// One bundle a thread: a start reads a few files instead of two thousand. What is imported when needed stays a file of
// its own. Each name holds a hash of the file and of all that it imports: src/pool/code-version.ts relies on that.
await build({
  input: { main: 'src/main.ts', worker: 'src/pool/worker.ts' },
  platform: 'node',
  // ES modules can be tree-shaken: the parts of the SDK that nobody calls are left out.
  resolve: { mainFields: ['module', 'main'] },
  // It starts threads by a file of its own package.
  external: 'piscina',
  // The digest of the code is the same in whatever folder it is built.
  experimental: { attachDebugInfo: 'none' },
  // An import that is not found would fail only when a user comes by it.
  onLog: (level, log, handle) => handle(level === 'warn' ? 'error' : level, log),
  output: {
    dir: 'dist',
    cleanDir: true,
    chunkFileNames: '[name]-[hash].js',
    sourcemap: true,
    sourcemapExcludeSources: true,
  },
});

// The program's own read as jobs do it: slices, bundled into tasks for the threads of the pool.
import pMap from 'p-map';
import type { AgentFamily } from '../../src/agents/family.ts';
import { familyOf } from '../../src/agents/registry.ts';
import { type ArtifactKey, parseKey } from '../../src/corpus/key.ts';
import type { Entry } from '../../src/corpus/listing.ts';
import { tasksInFlight, WorkerPool } from '../../src/pool/pool.ts';
import { bundlesOf, slicesOf } from '../../src/pool/slices.ts';
import { withHeapGrowth } from '../../src/shared/heap-growth.ts';
import { openStore } from '../../src/store/open.ts';
import { client } from './client.ts';
import { mustBeOurs } from './must-be-ours.ts';

await client(import.meta.url, {
  ownThreads: true,
  async open({ bucket, prefix, inFlight, threads }) {
    const corpus = `s3://${bucket}/${prefix}`;
    const entries = await listed(corpus);
    const pool = new WorkerPool({ corpus, threads, loadConcurrency: inFlight, shards: undefined });
    await pool.boot();
    const { signal } = new AbortController();
    return async (keys) => {
      const slices = slicesOf(keys.map((key) => entries.get(key) as Entry));
      await withHeapGrowth(() =>
        pMap(
          bundlesOf(slices),
          async (bundle) => {
            for (const { content } of await pool.read('rows-captured', bundle, signal)) {
              if (content.failures[0]) throw new Error(content.failures[0].error);
            }
          },
          { concurrency: tasksInFlight(threads) },
        ),
      );
      mustBeOurs(pool.counts);
    };
  },
});

/** What a job knows of its objects before it reads the first one. */
async function listed(corpus: string): Promise<Map<string, Entry>> {
  const store = openStore(corpus);
  const { objects } = await store.list('');
  store.close();
  return new Map(
    objects.map(({ key, size, etag }) => {
      const artifact = parseKey(key) as ArtifactKey;
      return [key, { ...artifact, size, etag, family: familyOf(artifact.agentId) as AgentFamily }];
    }),
  );
}

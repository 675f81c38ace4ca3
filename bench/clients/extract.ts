// The program's own read with all that a worker does of a slice: read, parse, extract rows.
import pLimit from 'p-limit';
import { type ArtifactKey, parseKey } from '../../src/corpus/key.ts';
import { loadSlices } from '../../src/pool/load.ts';
import { readerOf } from '../../src/pool/reader.ts';
import { openStore } from '../../src/store/open.ts';
import { client } from './client.ts';
import { eachInFlight } from './in-flight.ts';
import { mustBeOurs } from './must-be-ours.ts';

/** As a worker has them: keys to a task, and tasks at a time, of which one fills the tail of another. */
const TASK_KEYS = 256;
const TASKS = 4;

await client(import.meta.url, {
  open({ bucket, prefix, inFlight }) {
    const store = openStore(`s3://${bucket}/${prefix}`);
    const limit = pLimit(inFlight);
    return async (keys) => {
      const slices = Array.from({ length: Math.ceil(keys.length / TASK_KEYS) }, (_, index) =>
        keys
          .slice(index * TASK_KEYS, (index + 1) * TASK_KEYS)
          .map((key) => ({ ...(parseKey(key) as ArtifactKey), etag: '' })),
      );
      await eachInFlight(slices, TASKS, async (slice) => {
        const [loaded] = await loadSlices(store, [slice], limit, () => readerOf('rows-captured'));
        if (loaded?.content.failures[0]) throw new Error(loaded.content.failures[0].error);
      });
      mustBeOurs(store.reads);
    };
  },
});

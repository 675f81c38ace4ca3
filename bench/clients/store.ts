// The program's own read, without its pool: `Store.get`, then `parseObject`.
import { parseObject } from '../../src/corpus/parse.ts';
import { openStore } from '../../src/store/open.ts';
import { client } from './client.ts';
import { eachInFlight } from './in-flight.ts';
import { mustBeOurs } from './must-be-ours.ts';

await client(import.meta.url, {
  open({ bucket, prefix, inFlight }) {
    const store = openStore(`s3://${bucket}/${prefix}`);
    return async (keys) => {
      await eachInFlight(keys, inFlight, async (key) => void parseObject(await store.get(key)));
      mustBeOurs(store.reads);
    };
  },
});

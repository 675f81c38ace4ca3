// The program's own read, without its pool: `Store.get`, then `parseObject`.
import type * as Parse from '../../src/corpus/parse.ts';
import type * as Open from '../../src/store/open.ts';
import { built } from '../program.ts';
import { client } from './client.ts';
import { eachInFlight } from './in-flight.ts';
import { mustBeOurs } from './must-be-ours.ts';

const { openStore } = await built<typeof Open>('store/open.js');
const { parseObject } = await built<typeof Parse>('corpus/parse.js');

await client(import.meta.url, {
  open({ bucket, prefix, inFlight }) {
    const store = openStore(`s3://${bucket}/${prefix}`);
    return async (keys) => {
      await eachInFlight(keys, inFlight, async (key) => void parseObject(await store.get(key)));
      mustBeOurs(store.reads);
    };
  },
});

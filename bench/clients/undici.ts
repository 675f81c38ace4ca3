// The near limit: the leanest client of HTTP there is for Node, without signatures, checks or retries.
import { Pool } from 'undici';
import { client } from './client.ts';
import { eachInFlight } from './in-flight.ts';

await client(import.meta.url, {
  open({ endpoint, bucket, prefix, inFlight }) {
    const pool = new Pool(endpoint, { connections: inFlight });
    return (keys) =>
      eachInFlight(keys, inFlight, async (key) => {
        const { statusCode, body } = await pool.request({
          path: `/${bucket}/${prefix}/${key}`,
          method: 'GET',
        });
        if (statusCode !== 200) throw new Error(`${key}: ${statusCode}`);
        JSON.parse(await body.text());
      });
  },
});

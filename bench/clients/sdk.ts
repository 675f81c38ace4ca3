// The AWS SDK as anyone would use it.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { client } from './client.ts';
import { eachInFlight } from './in-flight.ts';

await client(import.meta.url, {
  open({ endpoint, bucket, prefix, inFlight }) {
    const s3 = new S3Client({
      endpoint,
      forcePathStyle: true,
      // Its default of 50 sockets would hold back what has more in flight.
      requestHandler: { httpAgent: { maxSockets: inFlight } },
    });
    return (keys) =>
      eachInFlight(keys, inFlight, async (key) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}` }));
        JSON.parse((await Body?.transformToString()) as string);
      });
  },
});

import type { Bucket, Identity } from './client.ts';
import { encodePath, signedHeaders, signerOf } from './sigv4.ts';

/** A key in which everything is escaped that can be. */
const PROBE = "a b/c:d+e=f@g&h$i,j;k!l'm(n)o*p~q_r-s.t/é/漢字/%20?x#y.json";
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=[0-9a-f]{64}$/;
/** Change from one request to the next, and need not be sent. */
const OF_ONE_REQUEST = /^(authorization|user-agent|x-amz-date|x-amz-user-agent|amz-sdk-.*)$/;

interface Request {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the GETs have in common that the SDK makes with these credentials, taken from one that it signs and does not send.
 * Undefined when our signature of that request is not the same: these are not to be made by us. */
export async function requestTemplate(bucket: Pick<Bucket, 'sdk' | 'client' | 'name'>, identity: Identity) {
  const { protocol, hostname, port, path, query: parameters, headers } = await signed(bucket);
  const key = encodePath(PROBE);
  const [, region, service, names] = AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (!path.endsWith(`/${key}`) || !region || !service || !names) return undefined;
  const query = Object.keys(parameters)
    .sort()
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(String(parameters[name]))}`)
    .join('&');
  const sign = signerOf(identity, { region, service });
  const theirs = Object.fromEntries(names.split(';').map((name) => [name, headers[name] ?? '']));
  const ours = sign(path, query, signedHeaders(theirs), headers['x-amz-date'] ?? '');
  if (ours !== headers.authorization) return undefined;
  const lasting = Object.entries(headers).filter(([name]) => !OF_ONE_REQUEST.test(name));
  return {
    /** `https://bucket.s3.eu-west-1.amazonaws.com` */
    origin: `${protocol}//${hostname}${port ? `:${port}` : ''}`,
    /** What precedes the encoded key in the path: `/`, or `/bucket/`. */
    base: path.slice(0, -key.length),
    /** Those that are signed, the date apart; the session token is one of them. */
    headers: Object.fromEntries(lasting),
    userAgent: headers['user-agent'] ?? '',
    sign,
  };
}

/** A GetObject as the SDK would send it. */
async function signed({ sdk, client, name }: Pick<Bucket, 'sdk' | 'client' | 'name'>): Promise<Request> {
  const command = new sdk.GetObjectCommand({ Bucket: name, Key: PROBE });
  return new Promise((resolve, reject) => {
    command.middlewareStack.add(
      () => async (args) => {
        resolve(args.request as Request);
        return { output: { $metadata: {} }, response: undefined };
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    // With options, or the client would keep this middleware for its other GetObjects.
    client.send(command, {}).catch(reject);
  });
}

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { captures, ofFamily, originalModel } from '../e2e/model.ts';
import { FIXTURES, FIXTURES_END, type Finished, filesUnder, type Json, run } from '../e2e/program.ts';
import { serve } from '../e2e/replaying.ts';
import { type S3Request, startS3Server } from '../servers/s3/server.ts';
import { allows, callOf, statementsOf } from './iam.ts';

/** What the job's role is allowed, one by one. */
const GRANTS: Json[] = statementsOf('JobRole').flatMap((statement) =>
  [statement.Action].flat().flatMap((Action: string) => {
    return [statement.Resource].flat().map((Resource: string) => ({ ...statement, Action, Resource }));
  }),
);

/** The calls to S3 that need the bucket's key. */
const WITH_KEY: Readonly<Record<string, string>> = {
  'kms:Decrypt': 's3:GetObject',
  'kms:GenerateDataKey': 's3:PutObject',
};

it.each(GRANTS.map((grant) => [grant.Action, folderOf(grant), grant]))(
  'a run without %s %s names it',
  async (action, folder, grant) => {
    const { envelope } = await runWithout(grant);
    const text = JSON.stringify(envelope);
    expect(envelope.status).not.toBe('OK');
    expect(text).toContain(action.startsWith('cloudwatch:') ? `needs ${action}` : `allow ${action} `);
    expect(text).toContain(folder);
  },
);

/** The part of a grant's resource in the corpus that no pattern varies. */
function folderOf({ Resource }: Json): string {
  return /decision_artifacts\/([^*]*)/.exec(Resource)?.[1] ?? '';
}

/** Runs the job that needs a grant, against servers that refuse what it would allow. */
async function runWithout(grant: Json): Promise<Finished> {
  const { Action, Resource } = grant;
  const isRefused = (request: S3Request) => {
    const call = callOf(request);
    return WITH_KEY[Action] === call.action || allows(grant, call);
  };
  const message = `not authorized to perform: ${Action}`;
  const does = { status: 403, code: 'AccessDenied', message };
  const s3 = await startS3Server({ objects: await objects(), faults: [{ does, on: isRefused }] });
  onTestFinished(() => s3.close());
  const answer = originalModel(ofFamily(captures(), 'macro_economist'));
  const model = await serve({ answer, batch: { durationMs: 0 } });
  const options = /_(replay|replay_summary|replay_cache|replay_batches|cost_raw)\//.test(Resource)
    ? ['concordance', '--transport', 'batches', '--persist-replays', '--metrics', 'none']
    : Action === 'cloudwatch:PutMetricData'
      ? ['counterfactual', '--check']
      : ['counterfactual', '--metrics', 'file'];
  const corpus = ['--corpus', 's3://bucket/decision_artifacts', '--end-time-iso', FIXTURES_END];
  const AWS_ENDPOINT_URL_CLOUDWATCH = await refusingCloudWatch();
  return run([...options, ...corpus], {
    env: { ...s3.environment, ...model.environment, AWS_ENDPOINT_URL_CLOUDWATCH },
  });
}

/** Captures of a model's agent and of a deterministic one, by key. */
async function objects(): Promise<Record<string, Uint8Array>> {
  const folder = fileURLToPath(FIXTURES);
  const keys = (await filesUnder(folder)).filter((key) =>
    /\/(macro_economist|executor:risk_guard)\//.test(key),
  );
  const pairs = keys.map(async (key) => [`decision_artifacts/${key}`, await readFile(`${folder}/${key}`)]);
  return Object.fromEntries(await Promise.all(pairs));
}

async function refusingCloudWatch(): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' });
    response.end('{"__type":"AccessDenied","message":"not authorized"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Json } from '../e2e/program.ts';

export const CONTAINER = fileURLToPath(new URL('../../container', import.meta.url));

export function textOf(path: string): string {
  return readFileSync(`${CONTAINER}/${path}`, 'utf8');
}

/** A file of container/, its placeholders filled in. */
export function fileOf(path: string, values: Readonly<Record<string, string>> = VALUES): Json {
  return JSON.parse(textOf(path).replace(/\$\{(\w+)\}/g, (hole, name) => values[name] ?? hole));
}

export const VALUES = {
  ACCOUNT_ID: '123456789012',
  REGION: 'us-east-1',
  BUCKET: 'my-bucket',
  ARCHITECTURE: 'ARM64',
  IMAGE: 'registry.example/replay-batch:1',
  SUBNET_1: 'subnet-1',
  SUBNET_2: 'subnet-2',
  SECURITY_GROUP: 'sg-1',
  SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:replay-batch-AbCdEf',
} as const;

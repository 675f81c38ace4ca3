import { expect, it } from 'vitest';
import { hrefOf } from '../../src/report/links.ts';

it.each([
  [
    'file:///a%20b/out',
    '2026/07/10/executor:x/a#b?.json',
    'file:///a%20b/out/2026/07/10/executor%3Ax/a%23b%3F.json',
  ],
  ['s3://bucket', 'a/b.json', 'https://console.aws.amazon.com/s3/object/bucket?prefix=a%2Fb.json'],
  [
    's3://bucket/p/q',
    'a&b.json',
    'https://console.aws.amazon.com/s3/object/bucket?prefix=p%2Fq%2Fa%26b.json',
  ],
])('of %s, %s is found', (store, key, href) => {
  expect(hrefOf(store, key)).toBe(href);
});

it('leads nowhere else', () => {
  for (const key of ['javascript:alert(1)', '"><script>', '//evil.example/x']) {
    const url = new URL(hrefOf('s3://bucket/p', key));
    expect(url.origin).toBe('https://console.aws.amazon.com');
    expect(hrefOf('file:///out', key)).toMatch(/^file:\/\/\/out\//);
  }
});

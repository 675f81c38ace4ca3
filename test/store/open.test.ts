import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { SettingsError } from '../../src/shared/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { isLoopback } from '../../src/store/s3/client.ts';
import { parseStoreUri } from '../../src/store/uri.ts';

test.each([
  ['s3://some-bucket', { scheme: 's3', bucket: 'some-bucket', prefix: '' }, 's3://some-bucket'],
  ['s3://some-bucket/', { scheme: 's3', bucket: 'some-bucket', prefix: '' }, 's3://some-bucket'],
  ['s3://a.b/c/d%20e//', { scheme: 's3', bucket: 'a.b', prefix: 'c/d%20e' }, 's3://a.b/c/d%20e'],
  [
    's3://some-bucket/in 1/.x..',
    { scheme: 's3', bucket: 'some-bucket', prefix: 'in 1/.x..' },
    's3://some-bucket/in 1/.x..',
  ],
  ['file:///dir/', { scheme: 'file', path: '/dir' }, 'file:///dir'],
  ['file:///', { scheme: 'file', path: '/' }, 'file:///'],
  ['file:///a%20b%25/%C3%BC', { scheme: 'file', path: '/a b%/ü' }, 'file:///a%20b%25/%C3%BC'],
  ['file:///a b', { scheme: 'file', path: '/a b' }, 'file:///a%20b'],
  ['file://localhost/dir', { scheme: 'file', path: '/dir' }, 'file:///dir'],
])('takes %s apart', (uri, parsed, shown) => {
  expect(parseStoreUri(uri)).toEqual(parsed);
  expect(openStore(uri).uri).toBe(shown);
});

test.each([
  ['', 's3://bucket/prefix or file:///dir'],
  ['/dir', 's3://bucket/prefix or file:///dir'],
  ['https://host/x', 's3://bucket/prefix or file:///dir'],
  ['file:dir', 's3://bucket/prefix or file:///dir'],
  ['file://relative/dir', 'file:/// and an absolute path'],
  ['file:///a%2Fb', 'file:/// and an absolute path'],
  ['file:///100%', 'file:/// and an absolute path'],
  ['file:///a?b', '? written %3F'],
  ['file:///a#b', '# written %23'],
  ['file:///a%00b', 'without %00'],
  ['s3://', 'a bucket of 3 to 63'],
  ['s3:///prefix', 'a bucket of 3 to 63'],
  ['s3://Upper_Case/x', 'a bucket of 3 to 63'],
  ['s3://bucket/ corpus', 'without blanks beside a slash'],
  ['s3://bucket/corpus /year', 'without blanks beside a slash'],
  ['s3://bucket/corpus/.', '. or ..'],
  ['s3://bucket/../corpus', '. or ..'],
  ['s3://bucket/corpus # prod', '| # ?'],
  ['s3://bucket/corpus?versionId=1', '| # ?'],
  ['s3://bucket/{ENV}/corpus', '{ }'],
  ['s3://bucket/corpus\\n', '\\ ^'],
  ['s3://bucket/corpus"', '"'],
  ['s3://bucket/corpus/*', '? *'],
  ['s3://bucket/corpus,s3://bucket/other', 's3://bucket/prefix without'],
])('refuses %j', (uri, expected) => {
  expect(() => parseStoreUri(uri)).toThrow(SettingsError);
  expect(() => openStore(uri)).toThrow(expected);
  expect(() => openStore(uri)).toThrow(`found ${JSON.stringify(uri)}`);
});

test.each([
  ['http://127.0.0.1:9000', true],
  ['http://127.9.9.9', true],
  ['http://localhost:4566/', true],
  ['https://[::1]:9000', true],
  ['http://127.0.0.1.example.com', false],
  ['https://s3.eu-west-1.amazonaws.com', false],
  ['', false],
  [undefined, false],
])('addresses %s path-style: %s', (endpoint, expected) => {
  expect(isLoopback(endpoint)).toBe(expected);
});

test('imports the SDK when told to, not when a store is opened', () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ resolve: (name, context, next) => (console.log(name), next(name, context)) });
    const { importStores, openStore } = await import(${JSON.stringify(new URL('../../src/store/open.ts', import.meta.url))});
    openStore('s3://some-bucket/x').close();
    console.log('opened');
    await importStores();
  `;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  const [before, after] = printed.split('opened\n');
  expect(before).toContain('./s3/store.ts\n');
  expect(before).not.toContain('@aws-sdk');
  expect(after).toContain('@aws-sdk/client-s3\n');
});

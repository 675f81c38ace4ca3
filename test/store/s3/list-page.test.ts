import { describe, expect, test } from 'vitest';
import { parsePage, queryOf } from '../../../src/store/s3/list-page.ts';

const CONTENTS =
  '<Contents><Key>a&amp;b&#x1F600;&#13;&quot;</Key><LastModified>2026-07-11T00:00:00.000Z</LastModified>' +
  '<ETag>&quot;abc&quot;</ETag><Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>';
const page = (inside: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`;

test('reads objects, common prefixes and the token', () => {
  const xml = page(
    `<IsTruncated>true</IsTruncated><NextContinuationToken>1+/=&amp;</NextContinuationToken>${CONTENTS}` +
      '<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes><CommonPrefixes>\n<Prefix>y&lt;/</Prefix></CommonPrefixes>',
  );
  expect(parsePage(xml)).toEqual({
    objects: [{ key: 'a&b😀\r"', size: 12, etag: '"abc"' }],
    commonPrefixes: ['x/', 'y</'],
    next: '1+/=&',
  });
});

describe('leaves to the SDK', () => {
  test.each([
    ['what is no listing', '<html></html>'],
    ['a page that breaks off', page(`<IsTruncated>false</IsTruncated>${CONTENTS}`).slice(0, -20)],
    ['an object without a size', page('<IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents>')],
    ['more to come without a token', page(`<IsTruncated>true</IsTruncated>${CONTENTS}`)],
    ['keys in an encoding', page('<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>')],
    ['a page that does not say whether it is the last', page(CONTENTS)],
  ])('%s', (_, xml) => {
    expect(parsePage(xml)).toBeUndefined();
  });
});

test('a query is sorted, and escaped as it is signed', () => {
  expect(queryOf({ prefix: "a b/'(ü)*", after: 'x', delimiter: '/' })).toBe(
    'delimiter=%2F&list-type=2&prefix=a%20b%2F%27%28%C3%BC%29%2A&start-after=x',
  );
  expect(queryOf({ prefix: '', token: '+/=' })).toBe('continuation-token=%2B%2F%3D&list-type=2&prefix=');
});

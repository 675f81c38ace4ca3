/** Where a browser finds an object of a store: the file itself, or its page in the AWS console. */
export function hrefOf(storeUri: string, key: string): string {
  const path = key.split('/').map(encodeURIComponent).join('/');
  const s3 = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(storeUri);
  if (!s3) return `${storeUri}/${path}`;
  const [, bucket = '', prefix = ''] = s3;
  const full = prefix === '' ? key : `${prefix}/${key}`;
  return `https://console.aws.amazon.com/s3/object/${bucket}?prefix=${encodeURIComponent(full)}`;
}

import { parseTarget } from '../../../infra/local/s3/request.ts';

test.each([
  ['/', '', ''],
  ['/bucket', 'bucket', ''],
  ['/bucket/', 'bucket', ''],
  ['/bucket/a/b', 'bucket', 'a/b'],
  ['/bucket//a//', 'bucket', '/a//'],
  ['/bucket/../x/./y', 'bucket', '../x/./y'],
  ['/bucket/a%23b%2Fc%20%F0%9F%98%80+', 'bucket', 'a#b/c 😀+'],
])('%s', (url, bucket, key) => {
  expect(parseTarget(url)).toMatchObject({ bucket, key });
});

test('the query is apart', () => {
  expect(parseTarget('/b/k?x=1&y=a%2Bb').query.get('y')).toBe('a+b');
});

test('refused: keys over 1,024 bytes, text that is no UTF-8', () => {
  expect(() => parseTarget(`/b/${'k'.repeat(1025)}`)).toThrow(expect.objectContaining({ code: 'KeyTooLongError' }));
  expect(() => parseTarget('/b/%ff')).toThrow(expect.objectContaining({ code: 'InvalidURI' }));
});

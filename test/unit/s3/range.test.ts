import { parseRange } from '../../../infra/local/s3/range.ts';

test.each([
  ['bytes=0-9', 100, { first: 0, last: 9 }],
  ['bytes=5-5', 100, { first: 5, last: 5 }],
  ['bytes=90-', 100, { first: 90, last: 99 }],
  ['bytes=90-500', 100, { first: 90, last: 99 }],
  ['bytes=-10', 100, { first: 90, last: 99 }],
  ['bytes=-500', 100, { first: 0, last: 99 }],
  ['bytes=0-', 1, { first: 0, last: 0 }],
])('%s of %i bytes', (header, size, expected) => {
  expect(parseRange(header, size)).toEqual(expected);
});

test.each([undefined, 'bytes=-', 'bytes=9-0', 'bytes=0-1,5-6', 'items=0-1', 'bytes=a-b'])(
  '%s is ignored: the whole body',
  (header) => {
    expect(parseRange(header, 100)).toBeUndefined();
  },
);

test.each([
  ['bytes=100-', 100],
  ['bytes=100-200', 100],
  ['bytes=-0', 100],
  ['bytes=0-', 0],
  ['bytes=-1', 0],
])('%s of %i bytes lies outside', (header, size) => {
  expect(() => parseRange(header, size)).toThrow(expect.objectContaining({ code: 'InvalidRange', status: 416 }));
});

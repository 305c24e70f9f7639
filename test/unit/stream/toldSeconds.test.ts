import { toldSeconds } from '../../../infra/views/lag.ts';

test('an age is told as far as the stream tells time: a second on AWS, a minute on DynamoDB Local', () => {
  const aws = 'arn:aws:dynamodb:us-east-1:123456789012:table/reviews/stream/2026-02-01T09:00:00.000';
  const local = 'arn:aws:dynamodb:ddblocal:000000000000:table/reviews/stream/2026-02-01T09:00:00.000';
  expect([0, 1_999, 59_999, 125_000].map((lag) => toldSeconds(aws, lag))).toEqual([0, 1, 59, 125]);
  expect([0, 1_999, 59_999, 125_000].map((lag) => toldSeconds(local, lag))).toEqual([0, 0, 0, 120]);
});

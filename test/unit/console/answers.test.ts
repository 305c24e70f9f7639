import { problemOf, statusOf } from '../../../infra/console/answers.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';

test('of an error that nobody foresaw only the name is told: its message may hold anything', () => {
  const problem = problemOf(new TypeError('the secret of u-1'));
  expect(problem.message).toContain('TypeError');
  expect(JSON.stringify(problem)).not.toContain('secret');
  expect(JSON.stringify(problemOf('the secret of u-1'))).not.toContain('secret');
});

test.each([
  ['USAGE', 400],
  ['NOT_FOUND', 404],
  ['CONFLICT', 409],
  ['PARKED_HELD', 409],
  ['THROTTLED', 503],
  ['ENDPOINT_UNREACHABLE', 503],
  ['ITEM_MALFORMED', 500],
] as const)('%s is answered with %i', (code, status) => {
  expect(statusOf(new AfterwriteError(code, 'what', { mend: 'how' }))).toBe(status);
});

test('what nobody foresaw is a failure', () => {
  expect(statusOf(new TypeError('what'))).toBe(500);
});

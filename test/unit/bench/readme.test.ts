import { withResults } from '../../bench/readme.ts';

test('only what stands between the comments is replaced', () => {
  const readme = '# title\n<!-- bench -->\nold\n<!-- /bench -->\nrest\n';
  expect(withResults(readme, 'new\n')).toBe('# title\n<!-- bench -->\nnew\n<!-- /bench -->\nrest\n');
});

test('a README that lost its comments is refused, not appended to', () => {
  expect(() => withResults('# title\n<!-- /bench --><!-- bench -->', 'new\n')).toThrow('lacks');
});

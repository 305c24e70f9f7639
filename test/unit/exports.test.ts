import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const { exports: entries } = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as {
  exports: Record<string, string>;
};
const files = Object.values(entries).filter((path) => path.startsWith('./dist/') && !path.includes('*'));

test.each(files)('the package exports %s, which is compiled from a file that is there', (path) => {
  const source = path.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts');
  expect(existsSync(join(process.cwd(), source))).toBe(true);
});

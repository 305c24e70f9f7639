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

test.each([...measuresOf('README.md')])('the measure %s of the README is a file of the package, as it says', (name) => {
  const path = entries[`./measures/${name}`] ?? entries['./measures/*']?.replace('*', name) ?? '';
  const source = join(process.cwd(), path.replace('./dist/', '').replace(/\.js$/, '.ts'));
  expect(readFileSync(source, 'utf8')).toMatch(new RegExp(`export (const|function) ${name}\\b`));
});

/** The first column of the table of measures. */
function measuresOf(file: string): Set<string> {
  const table = readFileSync(join(process.cwd(), file), 'utf8').split('| measure | holds |')[1]?.split('\n\n')[0] ?? '';
  const names = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)]);
  return new Set(names.map(([, name = '']) => name));
}

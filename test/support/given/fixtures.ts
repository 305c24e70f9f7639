import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { MemoryArchive } from '../memory/memoryArchive.ts';

export const FIXTURES = join(process.cwd(), 'test/fixtures/archive');

/** A sample as it lies beside the tests: its folder stands for `v1/`. */
export async function fixtureOf(sample: string): Promise<MemoryArchive> {
  const archive = new MemoryArchive();
  const root = join(FIXTURES, sample);
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await archive.putIfAbsent(`v1/${relative(root, file).split(sep).join('/')}`, readFileSync(file));
  }
  return archive;
}

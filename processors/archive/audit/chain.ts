import { type Manifest, manifestKey, readManifest } from '../../../shared/archive/manifest.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import type { Look } from './look.ts';

/** The manifests that can be read; each that is missing, damaged or not the next of the one before is a finding. */
export async function auditChain(look: Look, prefix: string): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  let next = 0;
  // Null before the first; undefined where the one before can't be read.
  let previous: string | null | undefined = null;
  for await (const { key } of look.archive.list(prefix)) {
    const number = Number(key.slice(prefix.length).replace(/\.json\.gz$/, ''));
    if (key !== manifestKey(prefix, number)) {
      look.find('FOREIGN', key, 'is no manifest by its name');
      continue;
    }
    if (number > next) {
      const span = number === next + 1 ? '' : `, and all up to number ${number - 1}`;
      look.find('MANIFEST_MISSING', manifestKey(prefix, next), `is not there${span}`);
      previous = undefined;
    }
    next = number + 1;
    const read = await readOne(look, key);
    const follows = previous === undefined || read?.manifest.previous === previous;
    if (read && (read.manifest.number !== number || !follows))
      look.find('MANIFEST_BROKEN', key, 'does not follow the manifest before it');
    previous = read?.hash;
    if (read) manifests.push(read.manifest);
  }
  return manifests;
}

async function readOne(look: Look, key: string): Promise<{ manifest: Manifest; hash: string } | undefined> {
  try {
    return await readManifest(look.archive, key);
  } catch (error) {
    if (!isAfterwriteError(error, 'ARCHIVE_BROKEN')) throw error;
    look.find('MANIFEST_BROKEN', key, 'is no manifest, or damaged');
    return undefined;
  }
}

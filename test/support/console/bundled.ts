import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Asset, loadAssets } from '../../../infra/console/assets.ts';

/** The page as it is now, made of its sources. */
export async function bundled(): Promise<ReadonlyMap<string, Asset>> {
  const folder = mkdtempSync(join(tmpdir(), 'afterwrite-page-'));
  await promisify(execFile)(process.execPath, ['infra/console/bundle.js', folder]);
  const assets = loadAssets(pathToFileURL(`${folder}/`));
  rmSync(folder, { recursive: true });
  return assets;
}

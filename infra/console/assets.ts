import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { AfterwriteError } from '../../shared/model/errors.ts';

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/main.js': ['main.js', 'text/javascript; charset=utf-8'],
  '/main.css': ['main.css', 'text/css; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/licenses.txt': ['licenses.txt', 'text/plain; charset=utf-8'],
} as const;

/** The page's files, by path: nothing else is ever read from the disk. @param folder ends with a slash. Throws NOT_FOUND where they were not built. */
export function loadAssets(folder: URL): ReadonlyMap<string, Asset> {
  return new Map(Object.entries(FILES).map(([path, [name, type]]) => [path, assetOf(new URL(name, folder), type)]));
}

function assetOf(file: URL, type: string): Asset {
  try {
    const body = readFileSync(file);
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    return { type, body, gzipped: gzipSync(body), etag };
  } catch (cause) {
    throw new AfterwriteError('NOT_FOUND', `the console's page is not there: ${file.pathname}`, {
      mend: "'npm run build' makes it",
      cause,
    });
  }
}

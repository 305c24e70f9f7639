import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CatalogueEntry, catalogue } from '../../events/catalogue.ts';
import { eventsPage } from '../../events/page.ts';
import {
  type BrokenPromise,
  brokenPromises,
  frozen,
  hasCome,
  type ReleasedEvent,
  releasedPath,
  unfrozen,
} from '../../events/released.ts';
import { jsonFile, SCHEMA_FOLDER, schemaFiles } from '../../events/schemaFiles.ts';
import type { System } from '../../shared/model/system.ts';
import { withSection } from './section.ts';

const RELEASED_FOLDER = 'events/released';

/** The package that the generated files belong to. */
export interface Package {
  readonly root: string;
  readonly version: string;
}

export function packageAt(root: string): Package {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { root, version };
}

/** What should be there, by path from the root: every generated file, and the README. */
function generated(systems: readonly System[], { root, version }: Package): Map<string, string> {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return schemaFiles(systems, version).set('README.md', withSection(readme, 'events', eventsPage(systems)));
}

/** Generated files that are missing, differ, or are of events that are no more. */
export function stale(systems: readonly System[], { root, version }: Package): string[] {
  const files = generated(systems, { root, version });
  const differing = [...files].filter(([path, text]) => textAt(join(root, path)) !== text).map(([path]) => path);
  return [...differing, ...filesUnder(root, SCHEMA_FOLDER).filter((path) => !files.has(path))];
}

export function writeGenerated(systems: readonly System[], at: Package): void {
  rmSync(join(at.root, SCHEMA_FOLDER), { recursive: true, force: true });
  for (const [path, text] of generated(systems, at)) write(at, path, text);
}

const readReleased = ({ root }: Package): ReleasedEvent[] =>
  filesUnder(root, RELEASED_FOLDER).map((path) => JSON.parse(readFileSync(join(root, path), 'utf8')) as ReleasedEvent);

/** What is declared against what was released. @param today yyyy-mm-dd, UTC */
export const promisesBroken = (systems: readonly System[], at: Package, today: string): BrokenPromise[] =>
  brokenPromises(readReleased(at), entriesOf(systems), today);

/** Events of this version of the package, or of one before, that nobody has frozen. */
export const notFrozen = (systems: readonly System[], at: Package): CatalogueEntry[] =>
  unfrozen(readReleased(at), entriesOf(systems), at.version);

/** Freezes every event of this version of the package as it is declared: once nothing is broken by it. */
export function freeze(systems: readonly System[], at: Package): void {
  for (const entry of entriesOf(systems))
    if (hasCome(entry, at.version)) write(at, releasedPath(entry), jsonFile(frozen(entry)));
}

const entriesOf = (systems: readonly System[]): CatalogueEntry[] => systems.flatMap(catalogue);

function write({ root }: Package, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const textAt = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** Paths from the root, with `/` on every machine. */
function filesUnder(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/').replace(/^\//, ''))
    .sort();
}

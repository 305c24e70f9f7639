import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { newDiskBody, openDiskBody } from './diskBody.ts';
import type { BucketFiles, FoundBucket, Storage } from './files.ts';
import { BucketSettings, ObjectRecord } from './objectRecord.ts';

/**
 * On disk, below `<dir>/s3/<bucket>/`:
 *
 *   settings.json            a bucket exists once this does
 *   objects/<sha256>.json    one record an object, named by its key's hash: any key fits any file system; and one for each
 *                            hidden version, by the hash of key and version
 *   bodies/<uuid>            the bytes, named by the record
 *   *.new                    a record that is being written; dropped at start
 *
 * States of an object: absent -> body written, unnamed -> record renamed into place (this is the commit) -> the body it
 * replaced unlinked, or named by the record of a hidden version, which is written first. A delete unlinks the record first. So whenever the process is killed, a record names a whole body;
 * a body without a record is dropped at start. Nothing is flushed (no fsync): a power cut may lose the last seconds.
 */
export function diskStorage(dir: string): Storage {
  const root = join(dir, 's3');
  const settingsOf = (name: string) => join(root, name, 'settings.json');
  mkdirSync(root, { recursive: true });
  return {
    load: () =>
      readdirSync(root)
        .filter((name) => existsSync(settingsOf(name)))
        .map((name) => loadBucket(name, join(root, name))),
    createBucket: (name, settings) => {
      const files = diskFiles(join(root, name));
      files.saveSettings(settings);
      return files;
    },
  };
}

const TEMPORARY = '.new';

function diskFiles(folder: string): BucketFiles {
  const recordPath = (record: ObjectRecord) =>
    join(folder, 'objects', `${createHash('sha256').update(nameOf(record), 'utf8').digest('hex')}.json`);
  const bodies = join(folder, 'bodies');
  for (const part of ['objects', 'bodies']) mkdirSync(join(folder, part), { recursive: true });
  return {
    newBody: () => newDiskBody(bodies),
    openBody: (id, range) => openDiskBody(join(bodies, id), range),
    dropBody: (id) => rmSync(join(bodies, id), { force: true }),
    saveObject: (record) => replaceFile(recordPath(record), record),
    removeObject: (record) => unlinkSync(recordPath(record)),
    saveSettings: (settings) => replaceFile(join(folder, 'settings.json'), settings),
  };
}

/** What is shown has its key's name, each hidden version one of its own. */
const nameOf = ({ key, versionId, hiddenAt, marker }: ObjectRecord): string =>
  hiddenAt === undefined && !marker ? key : `${key}\0${versionId}`;

function replaceFile(path: string, content: object): void {
  writeFileSync(path + TEMPORARY, JSON.stringify(content));
  renameSync(path + TEMPORARY, path);
}

function loadBucket(name: string, folder: string): FoundBucket {
  const files = diskFiles(folder);
  const settings = readRecord(join(folder, 'settings.json'), BucketSettings);
  const bodies = new Set(readdirSync(join(folder, 'bodies')));
  const orphans = new Set(bodies);
  const objects: ObjectRecord[] = [];
  for (const file of readdirSync(join(folder, 'objects'))) {
    const path = join(folder, 'objects', file);
    if (file.endsWith(TEMPORARY)) unlinkSync(path);
    if (!file.endsWith('.json')) continue;
    const record = readRecord(path, ObjectRecord);
    if (!record.marker && !bodies.has(record.bodyId)) throw broken(path, `its body ${record.bodyId} is gone`);
    orphans.delete(record.bodyId);
    objects.push(record);
  }
  for (const id of orphans) files.dropBody(id);
  return { name, settings, objects, files };
}

function readRecord<T extends z.ZodType>(path: string, schema: T): z.output<T> {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw broken(path, 'it is no record of this version', cause);
  }
}

const broken = (path: string, why: string, cause?: unknown): AfterwriteError =>
  new AfterwriteError('ARCHIVE_BROKEN', `The local S3 folder is damaged at ${path}: ${why}.`, {
    mend: 'Bring the folder back from a copy, or remove that file to go on without the object.',
    cause,
  });

import type { Readable } from 'node:stream';
import type { BucketSettings, ObjectRecord } from './objectRecord.ts';
import type { ByteRange } from './range.ts';

/** A new body on its way in; nobody can see it until a record names it. */
export interface BodyWriter {
  readonly id: string;
  write(piece: Buffer): Promise<void> | void;
  /** To be awaited before a record names the body. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Where one bucket keeps what it holds: on disk or in memory. What is synchronous here takes effect within one turn of
 * the event loop, and either wholly or not at all: checks and their effects cannot be torn apart by another request.
 */
export interface BucketFiles {
  newBody(): BodyWriter;
  /** What was opened stays readable even when the object is replaced or deleted meanwhile. */
  openBody(id: string, range: ByteRange): Buffer | Readable;
  dropBody(id: string): void;
  saveObject(record: ObjectRecord): void;
  /** The record alone. */
  removeObject(record: ObjectRecord): void;
  saveSettings(settings: BucketSettings): void;
}

/** A bucket as it was found at start. */
export interface FoundBucket {
  name: string;
  settings: BucketSettings;
  objects: ObjectRecord[];
  files: BucketFiles;
}

export interface Storage {
  load(): FoundBucket[];
  createBucket(name: string, settings: BucketSettings): BucketFiles;
}

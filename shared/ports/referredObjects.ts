import type { ObjectRef } from '../model/objectRef.ts';

/** What lay under a reference when it was copied. */
export interface CopiedObject {
  /** Bytes. */
  readonly bytes: number;
  /** Of the original: it differs where the content does. */
  readonly etag: string;
  /** The key of the copy in the archive. */
  readonly copy: string;
}

/** Objects that lie in anybody's buckets, and that items refer to. */
export interface ReferredObjects {
  /**
   * Copies an object into the archive, and proves that the copy is what the original was; copied again, it is the same. The
   * archive's class and life are not the original's. Throws NOT_FOUND where there is none; ARCHIVE_COLD where it must be restored in
   * its bucket first; CONFLICT (retry) where it was written meanwhile; SERVICE_REFUSED where it may not be read, or is too large.
   * @param keyFor the copy's key, from what tells this version of the object from all others
   */
  copy(ref: ObjectRef, keyFor: (etag: string) => string): Promise<CopiedObject>;
}

/** For feeding alone. */
export interface ObjectWriter {
  put(ref: ObjectRef, body: Uint8Array): Promise<void>;
}

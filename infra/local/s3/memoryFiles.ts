import { randomUUID } from 'node:crypto';
import type { BodyWriter, BucketFiles, Storage } from './files.ts';

/** For an endpoint without a folder: bodies live as long as the process. */
export const memoryStorage: Storage = { load: () => [], createBucket: memoryFiles };

function memoryFiles(): BucketFiles {
  const bodies = new Map<string, Buffer>();
  return {
    newBody: () => newBody(bodies),
    openBody: (id, { first, last }) => (bodies.get(id) ?? Buffer.alloc(0)).subarray(first, last + 1),
    dropBody: (id) => {
      bodies.delete(id);
    },
    saveObject: () => undefined,
    removeObject: () => undefined,
    saveSettings: () => undefined,
  };
}

function newBody(bodies: Map<string, Buffer>): BodyWriter {
  const id = randomUUID();
  let parts: Buffer[] = [];
  return {
    id,
    write: (piece) => {
      parts.push(piece);
    },
    close: async () => {
      // A copy: pieces are slices of the socket's larger buffers, which they would keep alive.
      bodies.set(id, Buffer.concat(parts));
      parts = [];
    },
    discard: async () => {
      bodies.delete(id);
    },
  };
}

import { z } from 'zod';
import { type Attributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { collection, type StorageClass } from '../../../shared/model/retention.ts';
import { itemBytes } from '../../../shared/model/size.ts';
import { defineSystem } from '../../../shared/model/system.ts';

/** The bucket of parts' files. */
export const FILES = 'theirs';

const Part = z.object({ docId: z.string(), part: z.string(), body: z.string(), files: z.array(z.string()).optional() });
const Folder = z.object({ docId: z.string(), closedAt: z.number().int() });

const part = entity('part', {
  key: 'DOC#{docId} / PART#{part}',
  schema: Part,
  example: { docId: 'd1', part: 'p1', body: 'b' },
  refersTo: ({ files = [] }) => files.map((key) => ({ bucket: FILES, key })),
});
const folder = entity('folder', { key: 'DOC#{docId} / FOLDER', schema: Folder, example: { docId: 'd1', closedAt: 1 } });

/** Parts of a folder leave when it is closed; it stays itself, and may have none. */
export const edges = edgesIn('STANDARD');

/** The same, with bundles and copies of another class. */
export function edgesIn(storageClass: StorageClass) {
  return defineSystem({
    name: 'edges',
    table: { name: (stage) => `edges-${stage}`, partitionKey: 'PK', sortKey: 'SK', ttl: 'expiresAt' },
    entities: [part, folder],
    statistics: [],
    events: [],
    retention: [
      collection('parts', {
        of: folder,
        due: ({ closedAt }) => closedAt,
        entities: [part],
        partition: ({ docId }) => `DOC#${docId}`,
        head: () => undefined,
        storageClass,
        lifeDays: 3650,
        bundleBytes: 1_000_000,
      }),
    ],
  });
}

export const folderItem = (docId: string): Attributes => {
  const { pk, sk = '' } = folder.key.build({ docId });
  return encodeAttributes({ PK: pk, SK: sk, docId, closedAt: 1 });
};

/** @param bytes what DynamoDB counts for the item; absent: as many as it takes */
export function partItem(docId: string, name: string, bytes?: number): Attributes {
  const { pk, sk = '' } = part.key.build({ docId, part: name });
  const short = encodeAttributes({ PK: pk, SK: sk, docId, part: name, body: '' });
  return { ...short, body: { S: 'x'.repeat(bytes === undefined ? 1 : bytes - itemBytes(short)) } };
}

const MEANT = '#/😀%"\\ é~';

/** As long as a part of a key can be, of all that could be taken for a separator. @param bytes UTF-8 */
export function longText(bytes: number): string {
  const whole = MEANT.repeat(Math.floor(bytes / Buffer.byteLength(MEANT)));
  return whole + 'z'.repeat(bytes - Buffer.byteLength(whole));
}

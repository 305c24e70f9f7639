import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { event } from '../../../shared/model/event.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { type Change, decodeChange } from '../../../shared/stream/change.ts';

const note = entity('note', {
  key: 'NOTE#{id} / NOTE',
  schema: z.object({ id: z.string(), n: z.number() }),
  example: { id: 'a', n: 1 },
});
/** Every change asks for an event. */
const written = event('NoteWritten', {
  version: 1,
  since: '0.1.0',
  example: { n: 1 },
  description: 'A note was written.',
  when: { of: note, hits: () => [true] },
  schema: z.object({ n: z.number() }),
  data: ({ n }) => ({ n }),
});
export const notes = defineSystem({
  name: 'notes',
  table: { name: () => 'notes', partitionKey: 'PK', sortKey: 'SK' },
  entities: [note],
  statistics: [],
  events: [written],
  retention: [],
});

/** The i-th change of a shard, by how many shards came before it. */
export function noteWritten(shard: string, generation: number, id: string, i: number): Change {
  const sequence = String(95 + generation * 100 + i);
  const keys = { PK: { S: `NOTE#${id}` }, SK: { S: 'NOTE' } };
  const image = { ...keys, id: { S: id }, n: { N: sequence } };
  const record = { eventId: `event-${sequence}`, sequence, at: 0, keys, old: undefined, new: image, byTtl: false };
  return decodeChange(notes, record, 'stream', shard);
}

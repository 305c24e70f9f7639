import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { keyId } from '../../../shared/model/keys.ts';
import { loadGates } from '../../../shared/state/parked.ts';
import { type Change, decodeChange } from '../../../shared/stream/change.ts';
import type { World } from '../world.ts';

/** Each event that the history asks for was published, always the same under one id, and first in the order of its item. */
export async function brokenEvents(world: World): Promise<string[]> {
  const broken: string[] = [];
  const published = new Map<string, string>();
  for (const { detail } of world.bus.taken) {
    const { id } = (JSON.parse(detail) as Envelope).metadata;
    const known = published.get(id);
    if (known !== undefined && known !== detail) broken.push(`events: ${id} was published with two contents`);
    if (known === undefined) published.set(id, detail);
  }
  const expected = await expectedEvents(world);
  const should = new Map(expected.map((envelope) => [envelope.metadata.id, envelope]));
  for (const [id, { metadata }] of should)
    if (!published.has(id)) broken.push(`events: ${metadata.type} of ${metadata.subject} was not published (${id})`);
  for (const [id, detail] of published) {
    const envelope = should.get(id);
    if (!envelope) broken.push(`events: nothing in the history asks for ${detail}`);
    else if (JSON.stringify(envelope) !== detail) broken.push(`events: ${id} was published with another content`);
  }
  return [...broken, ...outOfOrder([...published.keys()], should)];
}

function outOfOrder(published: readonly string[], should: ReadonlyMap<string, Envelope>): string[] {
  const last = new Map<string, Envelope['metadata']>();
  return published.flatMap((id) => {
    const metadata = should.get(id)?.metadata;
    if (!metadata) return [];
    const before = last.get(metadata.partitionKey);
    last.set(metadata.partitionKey, metadata);
    return before && BigInt(before.sequence) > BigInt(metadata.sequence)
      ? [`events: of ${metadata.partitionKey}, ${before.type} at ${before.sequence} came before ${metadata.sequence}`]
      : [];
  });
}

/** The events that all changes of the stream ask for, in order; of parked items only those before the first parked change. */
async function expectedEvents({ system, table, state, origin }: World): Promise<Envelope[]> {
  const gates = await loadGates(state, 'fanout');
  return table.stream.records.flatMap((record) => {
    const change = decodeChange(system, record, table.stream.name, 'any');
    const gate = gates.get(keyId(change.key));
    return gate !== undefined && BigInt(record.sequence) >= BigInt(gate) ? [] : derive({ system, origin }, change);
  });
}

function derive({ system, origin }: Pick<World, 'system' | 'origin'>, change: Change): Envelope[] {
  try {
    return deriveEvents(system, origin, change);
  } catch (error) {
    if (isAfterwriteError(error, 'ITEM_MALFORMED')) return [];
    throw error;
  }
}

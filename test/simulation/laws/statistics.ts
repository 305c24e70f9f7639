import { type Attributes, decodeAttributes } from '../../../shared/model/attribute.ts';
import { type Drift, driftOf } from '../../../shared/model/drift.ts';
import { keyFromId, keyId, keyText } from '../../../shared/model/keys.ts';
import { Recomputation } from '../../../shared/model/recompute.ts';
import { storedGroups } from '../../../shared/model/storedGroups.ts';
import { loadGates } from '../../../shared/state/parked.ts';
import { decodeItem, keyOf } from '../../../shared/stream/change.ts';
import type { World } from '../world.ts';
import { type Standing, standing } from './standing.ts';

const show = (value: unknown): string => JSON.stringify(value) ?? 'absent';

const inShort = ({ key, statistic, fields }: Drift): string[] =>
  fields.map(
    ({ path, stored, recomputed }) =>
      `statistics: ${statistic} ${key}: ${path} is ${show(stored)}, recomputed it is ${show(recomputed)}`,
  );

/** Statistics equal a recomputation from scratch, and what matters most a count by hand. */
export async function brokenStatistics(world: World): Promise<string[]> {
  const { system, table, cast } = world;
  const { records } = table.stream;
  const gates = await loadGates(world.state, 'statistics');
  const standings = standing(system, records, gates);
  const items = new Map<string, Attributes>();
  for await (const item of table.scan()) {
    const key = keyOf(system.table, item);
    if (system.sourceOf(key)?.derived) items.set(keyId(key), item);
  }
  const stored = storedGroups(system, items);
  const plain = (images: Iterable<Attributes>) => [...images].map(decodeAttributes);
  const byHand = cast.naive(
    plain(standings.map(({ image }) => image)),
    plain([...stored.values()].map(({ item }) => item)),
  );
  return [
    ...driftOf(system.table, recompute(world, standings), stored).flatMap(inShort),
    ...byHand.map((line) => `statistics: ${line}`),
    ...brokenGates(world, gates),
  ];
}

function recompute({ system, cast }: World, items: readonly Standing[]): ReturnType<Recomputation['finish']> {
  const recomputation = new Recomputation(system);
  for (const { key, image } of items) {
    const source = system.sourceOf(key);
    // A malformed one that no gate holds back is told by the law of the gates.
    if (source && !cast.isMalformed(image))
      recomputation.apply(source, undefined, decodeItem(system, source, key, image));
  }
  return recomputation.finish();
}

/** A gate closes with the first malformed image of an item, and no other item has one. */
function brokenGates({ system, table, cast }: World, gates: ReadonlyMap<string, string>): string[] {
  const should = new Map<string, string>();
  for (const { keys, new: image, sequence } of table.stream.records) {
    const key = keyOf(system.table, keys);
    const isOurs = system.sourceOf(key)?.derived === true;
    if (image && !isOurs && cast.isMalformed(image) && !should.has(keyId(key))) should.set(keyId(key), sequence);
  }
  return [...new Set([...gates.keys(), ...should.keys()])]
    .filter((id) => gates.get(id) !== should.get(id))
    .map((id) => {
      const [is, be] = [gates.get(id) ?? 'open', should.get(id) ?? 'open'];
      return `parking: the gate of ${keyText(keyFromId(id))} is closed at ${is}, not at ${be}`;
    });
}

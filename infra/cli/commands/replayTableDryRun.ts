import { writingDollars } from '../../../processors/replay/cost.ts';
import { DepartedFeed } from '../../../processors/replay/departed.ts';
import { isUnreadable } from '../../../processors/replay/feed.ts';
import { restoreEstimate } from '../../../shared/archive/restoring.ts';
import { attributesToJson } from '../../../shared/model/attributeJson.ts';
import { keyId } from '../../../shared/model/keys.ts';
import type { Replay } from '../../../shared/state/replays.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { money, sayCold } from '../dollars.ts';
import { say, sayCounts, sayJson, thousands } from '../output.ts';
import type { Session } from '../session.ts';

const PORTION = 1_000;

interface Counts {
  /** That were archived or have expired. */
  items: number;
  /** Of them, that the table has again. */
  present: number;
  /** That would be put back, by entity. */
  readonly byEntity: Record<string, number>;
  /** Their bytes as JSON: somewhat more than DynamoDB counts. */
  readonly bytes: number[];
  /** Whose last copy nobody can tell. */
  readonly unclear: readonly string[];
}

/** Says what a replay into the table would put back; with cold objects, only what they are. Writes nothing. */
export async function dryRunTable(
  { place }: Session,
  { selection, restore }: Pick<Replay, 'selection' | 'restore'>,
  json: boolean,
): Promise<void> {
  await place.stream();
  const { system, names, archive } = place;
  const feed = new DepartedFeed(system, names, archive, selection);
  const unreadable = (await feed.coldAhead()).filter(isUnreadable);
  const cold = restoreEstimate(unreadable, restore, system.archive.prices);
  const counts = unreadable.length === 0 ? await countOf(place, feed) : undefined;
  const dollars = counts && writingDollars(counts.bytes);
  if (json)
    sayJson({
      items: counts?.items ?? null,
      present: counts?.present ?? null,
      putBack: counts ? counts.items - counts.present : null,
      byEntity: counts?.byEntity ?? null,
      unclear: counts?.unclear ?? null,
      dollars: { writing: dollars ?? null, restoring: cold.dollars },
      hours: { restoring: cold.hours },
      cold: { objects: unreadable.length, bytes: unreadable.reduce((sum, { bytes }) => sum + bytes, 0) },
    });
  else if (counts) print(counts, dollars ?? 0);
  else {
    say('What would be put back is known when all of the journal can be read.');
    const bytes = unreadable.reduce((sum, object) => sum + object.bytes, 0);
    sayCold({ ...cold, objects: unreadable.length, bytes, lines: null }, restore);
  }
}

async function countOf({ system, table: store }: Workplace, feed: DepartedFeed): Promise<Counts> {
  const { unclear } = await feed.count();
  const counts: Counts = { items: 0, present: 0, byEntity: {}, bytes: [], unclear };
  for await (const { units } of feed.portions(undefined, PORTION)) {
    const there = await store.read(units.map(({ key }) => key));
    for (const { key, item } of units) {
      counts.items++;
      if (there.has(keyId(key))) counts.present++;
      else {
        const entity = system.sourceOf(key)?.name ?? '?';
        counts.byEntity[entity] = (counts.byEntity[entity] ?? 0) + 1;
        counts.bytes.push(Buffer.byteLength(attributesToJson(item)));
      }
    }
  }
  return counts;
}

function print({ items, present, byEntity, unclear }: Counts, dollars: number): void {
  say(`${thousands(items - present)} items would be put back, ${thousands(present)} are there; nothing was written.`);
  sayCounts('entity', 'items', byEntity);
  for (const item of unclear)
    say(`${item}: several bundles hold it, and nothing tells which is the last; it stays away`);
  say(`Writing them costs about ${money(dollars)}.`);
}

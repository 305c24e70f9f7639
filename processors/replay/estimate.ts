import type { Envelope } from '../../events/envelope.ts';
import type { ColdObject } from '../../shared/archive/restoring.ts';
import { partsAhead } from '../../shared/archive/timeline.ts';
import type { StorageClass } from '../../shared/model/retention.ts';
import { chunksOf, type Volume } from './cost.ts';
import { coldAhead, isUnreadable } from './feed.ts';
import { portionsBehind, type Source } from './source.ts';

export interface Estimate extends Volume {
  readonly byType: Readonly<Record<string, number>>;
  /** What must be restored before it can be read: it is not in the figures above. */
  readonly cold: {
    readonly objects: number;
    readonly bytes: number;
    readonly byClass: Readonly<Partial<Record<StorageClass, { objects: number; bytes: number }>>>;
    /** Lines by their manifests, of which some may be selected; undefined where some objects are in no manifest. */
    readonly lines: number | undefined;
  };
  readonly unreadable: readonly ColdObject[];
}

const PORTION = 10_000;

/** Reads what can be read at once, and sends nothing. @param onEvent told of each selected event */
export async function estimate(source: Source, onEvent: (envelope: Envelope) => void = () => {}): Promise<Estimate> {
  const cold = (await coldAhead(source, undefined)).filter(isUnreadable);
  const keys = new Set(cold.map(({ key }) => key));
  const byType: Record<string, number> = {};
  let [events, bytes, chunks] = [0, 0, 0];
  const readable = { ...source, wanted: { ...source.wanted, without: keys } };
  for await (const { units } of portionsBehind(readable, undefined, PORTION))
    for (const envelope of units) {
      const size = Buffer.byteLength(JSON.stringify(envelope));
      const { type } = envelope.metadata;
      byType[type] = (byType[type] ?? 0) + 1;
      events++;
      bytes += size;
      chunks += chunksOf(size);
      onEvent(envelope);
    }
  return { events, bytes, chunks, byType, cold: await about(source, cold, keys), unreadable: cold };
}

async function about(
  { shelves, wanted }: Source,
  cold: readonly ColdObject[],
  keys: ReadonlySet<string>,
): Promise<Estimate['cold']> {
  const byClass: Partial<Record<StorageClass, { objects: number; bytes: number }>> = {};
  for (const { storageClass, bytes } of cold) {
    const sum = byClass[storageClass] ?? { objects: 0, bytes: 0 };
    byClass[storageClass] = { objects: sum.objects + 1, bytes: sum.bytes + bytes };
  }
  const segments = (await partsAhead(await shelves(), wanted)).flatMap(({ segment }) => segment ?? []);
  const named = segments.filter(({ key }) => keys.has(key));
  const linesIn = (kinds: Readonly<Record<string, number>>): number =>
    Object.entries(kinds).reduce((sum, [kind, lines]) => sum + ((wanted.isKind?.(kind) ?? true) ? lines : 0), 0);
  return {
    objects: cold.length,
    bytes: cold.reduce((sum, object) => sum + object.bytes, 0),
    byClass,
    lines: named.length < cold.length ? undefined : named.reduce((sum, { kinds }) => sum + linesIn(kinds), 0),
  };
}

import type { Erasure, Manifest } from '../../../shared/archive/manifest.ts';
import type { HourlyDataset } from '../../../shared/archive/shelf.ts';

/** An erasure as the chains tell it: never whom it was about. */
export interface ToldErasure {
  readonly id: string;
  /** Hash of the subject: the same one again has the same. */
  readonly subject: string;
  readonly reason: string | undefined;
  /** Epoch milliseconds; without an end it was cut off. */
  readonly beganAt: number;
  readonly endedAt: number | undefined;
  /** Lines that went. */
  readonly changes: number;
  readonly events: number;
  /** Segments and objects that were rewritten without them. */
  readonly objects: number;
  /** Items of bundles, bundles that went as a whole, and claims. */
  readonly items: number;
  readonly bundles: readonly string[];
  readonly claims: number;
}

interface Told {
  readonly shelf: { readonly dataset: HourlyDataset };
  readonly manifests: readonly Manifest[];
}

/** Oldest first. @param chains of journal and events */
export function erasuresOf(chains: readonly Told[]): ToldErasure[] {
  const told = new Map<string, ToldErasure>();
  for (const { shelf, manifests } of chains)
    for (const manifest of manifests) {
      if (manifest.v !== 2) continue;
      const { erasure } = manifest;
      const before = told.get(erasure.id) ?? nothingOf(erasure, manifest.at);
      told.set(erasure.id, {
        ...before,
        beganAt: Math.min(before.beganAt, manifest.at),
        endedAt: erasure.ended ? manifest.at : before.endedAt,
        changes: before.changes + (shelf.dataset === 'journal' ? erasure.lines : 0),
        events: before.events + (shelf.dataset === 'events' ? erasure.lines : 0),
        objects: before.objects + manifest.replaces.length + manifest.covers.length,
        items: before.items + (erasure.ended?.items ?? 0),
        bundles: [...new Set([...before.bundles, ...(erasure.bundles ?? [])])],
        claims: before.claims + (erasure.ended?.claims ?? 0),
      });
    }
  return [...told.values()].sort((a, b) => a.beganAt - b.beganAt);
}

const nothingOf = ({ id, subject, reason }: Erasure, at: number): ToldErasure => ({
  ...{ id, subject, reason },
  beganAt: at,
  endedAt: undefined,
  ...{ changes: 0, events: 0, objects: 0, items: 0, bundles: [], claims: 0 },
});

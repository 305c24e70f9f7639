import { archivedEvents } from '../../processors/replay/events.ts';
import { compareShadow } from '../../processors/replay/shadow.ts';
import { verify } from '../../processors/statistics/verify.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import type { Fed } from '../feed/fed.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { parkedStatus } from '../views/lag.ts';
import { replayMonth, type StepOptions } from './steps.ts';

/** What came of a system's whole life, whatever the system. */
export interface Outcome {
  readonly system: string;
  readonly stage: string;
  /** Distinct events by type. */
  readonly events: Record<string, number>;
  readonly archive: {
    readonly bundles: number;
    readonly itemsLeft: number;
    readonly objects: number;
    readonly bytes: number;
  };
  readonly verify: { readonly aggregates: number; readonly drift: number };
  readonly replay: { readonly events: number; readonly changes: number; readonly drift: number };
  readonly parked: number;
  /** Why lines or items of the file were left out, or the table did not take them. */
  readonly broken: readonly string[];
  readonly seconds: number;
}

/** Recomputes all, replays a month of events and the whole journal. @param entity whose events alone; absent: all */
export async function outcomeOf(
  place: Workplace,
  { pipeline, signal, onStep }: StepOptions,
  { fed, started, entity }: { readonly fed: Fed; readonly started: number; readonly entity?: string },
): Promise<Outcome> {
  const { system, names } = place;
  onStep('Recomputing every statistic from table and archive …');
  const { aggregates, drifts, departed } = await verify(place, { ...pipeline, signal });
  onStep('Replaying: one month of events to the replay bus, the whole journal into a shadow of the statistics …');
  const replayed = await replayMonth(place, { pipeline, signal }, entity);
  const shadow = await compareShadow(system, names, place);
  return {
    system: system.name,
    stage: names.stage,
    events: await eventCounts(place),
    archive: { ...(await archiveSize(place)), itemsLeft: departed },
    verify: { aggregates, drift: drifts.length },
    replay: { events: replayed, changes: shadow.changes, drift: shadow.drifts.length },
    parked: (await parkedStatus(place)).length,
    broken: fed.broken.map(({ reason }) => reason),
    seconds: Math.round((Date.now() - started) / 100) / 10,
  };
}

/** As they were archived. */
async function eventCounts({ system, names, archive }: Workplace): Promise<Record<string, number>> {
  const counts: Record<string, number> = Object.fromEntries(system.events.map((rule) => [rule.type, 0]));
  for await (const { metadata } of archivedEvents(system, names, archive, {}))
    counts[metadata.type] = (counts[metadata.type] ?? 0) + 1;
  return counts;
}

async function archiveSize({ system, names, archive }: Workplace) {
  const size = { bundles: 0, objects: 0, bytes: 0 };
  for (const dataset of ['journal', 'events', 'bundles'] as const)
    for await (const object of listDataset(system, names, archive, dataset)) {
      size.objects++;
      size.bytes += object.bytes;
      if (dataset === 'bundles') size.bundles++;
    }
  return size;
}

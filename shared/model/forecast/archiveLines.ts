import {
  GB,
  keepingCost,
  lifeCost,
  MONTH_DAYS,
  type Objects,
  readingCost,
  saving,
  writingCost,
} from '../storageCost.ts';
import { COMPRESSION, type DatasetLife, FOR_EVER_DAYS, stayOf } from '../storageRules.ts';
import { AGGREGATE_BYTES } from './footprint.ts';
import { type Line, MONTH_S, type Month } from './month.ts';

/** What a line of the journal says beside its two images. */
const LINE_BYTES = 256;
const IMAGES = 2;

/** A dataset's month. */
interface Written {
  /** Before compression. */
  readonly bytes: number;
  /** Loose ones. */
  readonly objects: number;
  readonly life: DatasetLife;
}

/** Objects of a month: what writing, proving and compacting them costs, and keeping them for their whole declared life. */
export function archiveLines(month: Month): Line[] {
  const { system, changes, records, batches, tenants, footprint } = month;
  const { journal, events, prices } = system.archive;
  // A batch has an object for each tenant that it touches: at most one for each record.
  const objectsOf = (lines: number): number => Math.min(lines, batches.archive * (system.tenant ? tenants : 1));
  const published = changes * footprint.events;
  const ofItems = changes * (footprint.itemBytes * IMAGES + LINE_BYTES);
  const ofAggregates = (records - changes) * (AGGREGATE_BYTES * IMAGES + LINE_BYTES);
  const datasets: Written[] = [
    { bytes: ofItems + ofAggregates, objects: objectsOf(records), life: journal },
    { bytes: published * footprint.eventBytes, objects: objectsOf(published), life: events },
  ];
  const loose = datasets.reduce((sum, { objects }) => sum + objects, 0);
  const kept = datasets.map((written) => segmentsOf(month, written));
  const packed = kept.reduce((sum, { count }) => sum + count, 0);
  // Segments have manifests, and each object is read back.
  const puts = loose + 2 * packed;
  const gets = 2 * loose + 2 * packed;
  const requests = writingCost(puts, 'STANDARD', prices) + readingCost({ count: gets, bytes: 0 }, 'STANDARD', prices);
  const { segmentBytes: _, patienceDays } = system.archive.compaction;
  return [
    { service: 'S3', what: 'journal and events', quantity: puts + gets, unit: 'requests', dollars: requests },
    {
      service: 'S3',
      what: 'until they are compacted',
      quantity: loose,
      unit: 'objects',
      dollars: keepingCost(
        { count: 1, bytes: datasets.reduce((sum, { bytes }) => sum + bytes / COMPRESSION, 0) },
        'STANDARD',
        patienceDays + 1,
        prices,
      ),
    },
    ...kept.map(({ line }, i) => ({
      ...line,
      what: i === 0 ? 'the journal, its whole life' : 'events, their whole life',
    })),
    ...verifyLines(month, kept[0]?.line.quantity ?? 0, journal),
    ...bundleLines(month),
  ];
}

/**
 * What a month brings is kept for its whole life: that is what each month costs once the archive is as old as that. It moves
 * where that saves, for the rule names the size from which it does.
 */
function segmentsOf({ system }: Month, { bytes, life }: Written): { count: number; line: Omit<Line, 'what'> } {
  const { prices, compaction } = system.archive;
  const { segmentBytes, patienceDays } = compaction;
  const count = bytes === 0 ? 0 : Math.max(bytes / segmentBytes, MONTH_DAYS / Math.max(1, patienceDays));
  const objects: Objects = { count, bytes: count === 0 ? 0 : bytes / COMPRESSION / count };
  const lifeDays = life.lifeDays ?? FOR_EVER_DAYS;
  const stay = stayOf(life);
  const moves = stay !== undefined && saving(objects, stay, prices) > 0;
  const dollars = moves
    ? lifeCost(objects, stay, prices)
    : lifeCost(objects, { storageClass: 'STANDARD', afterDays: 0, lifeDays }, prices);
  const gb = (count * objects.bytes) / GB;
  return {
    count,
    line: { service: `S3 ${moves ? stay.storageClass : 'STANDARD'}`, quantity: gb, unit: 'GB', dollars },
  };
}

/** A recount reads all of the journal that is kept; nothing where that costs nothing. */
function verifyLines(
  { system, deployed }: Month,
  gbAMonth: number,
  { storageClass, lifeDays = FOR_EVER_DAYS }: DatasetLife,
): Line[] {
  const verify = deployed.schedules.find(({ task }) => task === 'verify');
  const gb = system.archive.prices[storageClass ?? 'STANDARD'].read?.gb ?? 0;
  if (!verify || gb === 0) return [];
  const quantity = (gbAMonth * (lifeDays / MONTH_DAYS) * MONTH_S) / 60 / verify.everyMinutes;
  return [{ service: 'S3', what: 'the journal, read by each recount', quantity, unit: 'GB', dollars: quantity * gb }];
}

/** Bundles are written into their class. */
function bundleLines({ system, changes, footprint }: Month): Line[] {
  const { prices } = system.archive;
  const share = 1 / Math.max(1, system.retention.length);
  return system.retention.map(({ name, storageClass, lifeDays }) => {
    const count = changes * footprint.bundles * share;
    const bytes = footprint.bundles === 0 ? 0 : (footprint.leaving / footprint.bundles) * footprint.itemBytes;
    const objects = { count, bytes };
    return {
      service: `S3 ${storageClass}`,
      what: `bundles of ${name}, their whole life`,
      quantity: count,
      unit: 'objects',
      dollars:
        writingCost(count, storageClass, prices) +
        readingCost(objects, storageClass, prices) +
        keepingCost(objects, storageClass, lifeDays, prices),
    };
  });
}

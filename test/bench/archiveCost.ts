import type { StorageClass } from '../../shared/model/retention.ts';
import {
  GB,
  keepingCost,
  lifeCost,
  MONTH_DAYS,
  movingCost,
  type Objects,
  readingCost,
  writingCost,
} from '../../shared/model/storageCost.ts';
import { US_EAST_1 } from '../../shared/model/storagePrices.ts';
import { archiveRules, COMPRESSION } from '../../shared/model/storageRules.ts';
import type { Figure } from './figure.ts';

/* Nothing is measured here: what a month of changes costs on S3 follows from counts, sizes and prices. Of the journal alone. */

const CHANGES = 10_000_000;
const CHANGE_BYTES = 1_024;
const DAY_S = 86_400;
/** The longest that a change waits for its journal object. */
const OBJECT_EVERY_S = 30;
/** Its segment takes this long to fill, and a day later it is removed. */
const LOOSE_DAYS = 2;
const AFTER_DAYS = 30;
const LIFE_DAYS = 7 * 366;
/** A segment of 64 members. */
const MANIFEST_BYTES = 4_096;

/** Requests and objects of a month, and where the objects lie for their whole life. */
interface Way {
  readonly puts: number;
  readonly gets: Objects;
  readonly kept: Objects;
  readonly storageClass: StorageClass;
  /** In Standard always: manifests, and objects until they are compacted. Dollars. */
  readonly besides: number;
}

const { segmentBytes } = archiveRules().compaction;
const packed = (CHANGES * CHANGE_BYTES) / COMPRESSION;

function segmentsIn(storageClass: StorageClass): Way {
  const loose = Math.ceil((MONTH_DAYS * DAY_S) / OBJECT_EVERY_S);
  const segments = Math.ceil((CHANGES * CHANGE_BYTES) / segmentBytes);
  const manifests = { count: segments, bytes: MANIFEST_BYTES };
  const besides =
    keepingCost({ count: loose, bytes: packed / loose }, 'STANDARD', LOOSE_DAYS) +
    keepingCost(manifests, 'STANDARD', LIFE_DAYS);
  return {
    puts: loose + 2 * segments,
    // To prove objects, segments and manifests, and to compact the objects.
    gets: { count: 2 * loose + 2 * segments, bytes: 0 },
    kept: { count: segments, bytes: packed / segments },
    storageClass,
    besides,
  };
}

/** As it would be without a journal: to its favour, as well compressed, and proven by one read as well. */
const objectARecord = (storageClass: StorageClass): Way => ({
  puts: CHANGES,
  gets: { count: CHANGES, bytes: 0 },
  kept: { count: CHANGES, bytes: packed / CHANGES },
  storageClass,
  besides: 0,
});

function dollars({ puts, gets, kept, storageClass, besides }: Way): number {
  const stay = { storageClass, afterDays: AFTER_DAYS, lifeDays: LIFE_DAYS };
  return writingCost(puts, 'STANDARD') + readingCost(gets, 'STANDARD') + lifeCost(kept, stay) + besides;
}

/** What is billed of a class for what lies there. */
function billedGb({ kept, storageClass }: Way): number {
  const { minimumBytes, overheadBytes, overheadStandardBytes } = US_EAST_1[storageClass];
  return (kept.count * (Math.max(kept.bytes, minimumBytes) + overheadBytes + overheadStandardBytes)) / GB;
}

/** Ten million changes of 1 KB a month, kept for seven years, in GLACIER after 30 days. */
export function archiveCost(): Figure[] {
  const ours = segmentsIn('GLACIER');
  const plain = objectARecord('GLACIER');
  const beside = (what: string, rate: number): Pick<Figure, 'beside'> => ({ beside: { what, rate } });
  const month = 'a month of 10 million changes';
  const requests = ({ puts, gets }: Way): number => puts + gets.count;
  const record = 'one object a record';
  const cost = `${month}, seven years`;
  return [
    { name: `${month}: kept`, unit: 'objects', rate: ours.kept.count, ...beside(record, plain.kept.count) },
    {
      name: `${month}: written and proven`,
      unit: 'requests',
      rate: requests(ours),
      ...beside(record, requests(plain)),
    },
    { name: `${month}: in GLACIER`, unit: 'GB billed', rate: billedGb(ours), ...beside(record, billedGb(plain)) },
    {
      name: `${month}: moved there`,
      unit: 'dollars',
      rate: movingCost(ours.kept.count, 'GLACIER'),
      ...beside(record, movingCost(plain.kept.count, 'GLACIER')),
    },
    { name: cost, unit: 'dollars', rate: dollars(ours), ...beside(`${record}, GLACIER`, dollars(plain)) },
    {
      name: cost,
      unit: 'dollars',
      rate: dollars(ours),
      ...beside(`${record}, Standard only`, dollars(objectARecord('STANDARD'))),
    },
    {
      name: cost,
      unit: 'dollars',
      rate: dollars(ours),
      ...beside('the same segments, Standard only', dollars(segmentsIn('STANDARD'))),
    },
  ];
}

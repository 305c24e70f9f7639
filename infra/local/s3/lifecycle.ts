import * as z from 'zod';
import { S3Error } from './errors.ts';
import type { ObjectRecord } from './objectRecord.ts';
import { parseXml } from './xml.ts';

/**
 * What a bucket's lifecycle does to one object.
 *
 *   written  --the midnight (UTC) that follows its days-->  in the rule's class, if that is colder than its own
 *   written  --the midnight that follows its days-->  gone
 *   hidden   --the midnight that follows so many days since then, and its lock-->  gone, and a marker that hides nothing too
 *
 * Days count from the last write. Nothing is remembered: what is due follows from the record and the clock.
 */
export interface LocalRule {
  prefix: string;
  /** Bytes, exclusive; undefined: S3's own limit for moves. */
  largerThan: number | undefined;
  moves: readonly { days: number; storageClass: string }[];
  expireDays: number | undefined;
  hiddenDays?: number | undefined;
  expireMarkers?: boolean;
}

const DAY = 86_400_000;
/** Without a size in the rule smaller objects do not move. In bytes. */
const LEAST_MOVED = 128 * 1024;
/** In this order alone objects move. */
const COLDER = [
  'STANDARD',
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];
const MOST_RULES = 1_000;

const Days = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

/** What every rule must have; a document that lacks it is none. */
const Document = z.object({
  LifecycleConfiguration: z.object({
    Rule: z
      .array(z.looseObject({ Status: z.enum(['Enabled', 'Disabled']) }))
      .min(1)
      .max(MOST_RULES),
  }),
});

const Size = { Prefix: z.string().optional(), ObjectSizeGreaterThan: Days.optional() };

/** What is carried out here. */
const Rule = z.strictObject({
  ID: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Filter: z.union([z.literal(''), z.strictObject({ ...Size, And: z.strictObject(Size).optional() })]).optional(),
  Transition: z.array(z.strictObject({ Days, StorageClass: z.enum(COLDER.slice(1)) })).optional(),
  Expiration: z
    .union([
      z.strictObject({ Days: Days.refine((days) => days > 0) }),
      z.strictObject({ ExpiredObjectDeleteMarker: z.literal('true') }),
    ])
    .optional(),
  NoncurrentVersionExpiration: z.strictObject({ NoncurrentDays: Days.refine((days) => days > 0) }).optional(),
});

/** Throws MalformedXML, and NotImplemented for rules that would be stored in vain: by tags, dates or numbers of versions. */
export function parseLifecycle(body: Buffer): LocalRule[] {
  const { LifecycleConfiguration } = parseXml(body, Document);
  return LifecycleConfiguration.Rule.flatMap((given) => {
    const { data: rule } = Rule.safeParse(given);
    if (rule === undefined)
      throw new S3Error('NotImplemented', 'Only Days, Prefix and ObjectSizeGreaterThan are implemented here.');
    if (rule.Status === 'Disabled') return [];
    const filter = rule.Filter === '' || rule.Filter === undefined ? {} : { ...rule.Filter, ...rule.Filter.And };
    return [
      {
        prefix: filter.Prefix ?? '',
        largerThan: filter.ObjectSizeGreaterThan,
        moves: (rule.Transition ?? []).map(({ Days, StorageClass }) => ({ days: Days, storageClass: StorageClass })),
        expireDays: rule.Expiration && 'Days' in rule.Expiration ? rule.Expiration.Days : undefined,
        hiddenDays: rule.NoncurrentVersionExpiration?.NoncurrentDays,
        expireMarkers: rule.Expiration !== undefined && 'ExpiredObjectDeleteMarker' in rule.Expiration,
      },
    ];
  });
}

type Aged = Pick<ObjectRecord, 'key' | 'size' | 'modifiedAt' | 'storageClass' | 'hiddenAt' | 'marker' | 'retention'>;

/** What is due by now: 'gone', a colder class, or nothing. @param isAlone whether a marker hides nothing any more */
export function dueOf(
  record: Aged,
  rules: readonly LocalRule[],
  now: number,
  isAlone = false,
): 'gone' | { storageClass: string } | undefined {
  if (record.hiddenAt !== undefined || record.marker) return hiddenDue(record, rules, now, isAlone);
  const isOver = (days: number): boolean => midnightAfter(record.modifiedAt + days * DAY) <= now;
  let storageClass = record.storageClass;
  for (const { prefix, largerThan, moves, expireDays } of rules) {
    if (!record.key.startsWith(prefix) || record.size <= (largerThan ?? -1)) continue;
    if (expireDays !== undefined && isOver(expireDays)) return 'gone';
    if (largerThan === undefined && record.size < LEAST_MOVED) continue;
    for (const move of moves)
      if (isOver(move.days) && isColder(move.storageClass, storageClass)) storageClass = move.storageClass;
  }
  return storageClass === record.storageClass ? undefined : { storageClass };
}

function hiddenDue(
  { key, hiddenAt, marker, retention }: Aged,
  rules: readonly LocalRule[],
  now: number,
  isAlone: boolean,
): 'gone' | undefined {
  const own = rules.filter(({ prefix }) => key.startsWith(prefix));
  if (marker) return isAlone && own.some(({ expireMarkers }) => expireMarkers) ? 'gone' : undefined;
  const isOver = ({ hiddenDays }: LocalRule): boolean =>
    hiddenDays !== undefined && midnightAfter((hiddenAt ?? now) + hiddenDays * DAY) <= now;
  return own.some(isOver) && (retention?.until ?? 0) <= now ? 'gone' : undefined;
}

const isColder = (a: string, b: string): boolean => COLDER.indexOf(a) > COLDER.indexOf(b);

/** The number of the day, UTC: what a lifecycle does changes at midnight. */
export const dayOf = (time: number): number => Math.floor(time / DAY);

const midnightAfter = (time: number): number => Math.ceil(time / DAY) * DAY;

import { z } from 'zod';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { event, inserted, passes } from '../../../shared/model/event.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { collection } from '../../../shared/model/retention.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { type Change, decodeChange } from '../../../shared/stream/change.ts';

/** Longer than a key of S3 takes, of the longest partition keys that DynamoDB takes. */
const LONG = '🦊/é%'.repeat(200);
/** Tenants whose names are apt to be mistaken for one another, for none, or for a way in a folder. */
export const ODD_TENANTS = ['a', 'A', '_', '%5F', '.', '..', 'a/b', 'a%2Fb', '🦊', '~*', LONG, `${LONG}!`] as const;

const Note = z.object({
  org: z.string(),
  noteId: z.string(),
  text: z.string(),
  /** Epoch milliseconds. */
  closedAt: z.number().optional(),
  alsoIn: z.string().optional(),
});
const note = entity('note', {
  key: 'ORG#{org} / NOTE#{noteId}',
  schema: Note,
  example: { org: 'o1', noteId: 'n1', text: 'x' },
});
/** Of nobody. */
const plan = entity('plan', {
  key: 'PLAN#{planId} / PLAN',
  schema: z.object({ planId: z.string() }),
  example: { planId: 'p1' },
});
const org = statistic('org', {
  key: 'ORG#{org} / STATS',
  measures: { notes: count() },
  feeds: (from) => [from(note, (n) => [{ into: { org: n.org }, add: { notes: 1 } }])],
});
const about = { version: 1, since: '0.1.0' };
const Text = z.object({ text: z.string() });
const written = event('NoteWritten', {
  ...about,
  description: 'A note was written.',
  when: inserted(note, () => true),
  schema: Text,
  data: ({ text }) => ({ text }),
  example: { text: 'x' },
});
const planned = event('PlanMade', {
  ...about,
  description: 'A plan was made.',
  when: inserted(plan, () => true),
  schema: z.object({ planId: z.string() }),
  data: ({ planId }) => ({ planId }),
  example: { planId: 'p1' },
});
const grown = event('OrgGrown', {
  ...about,
  description: 'An organization has its second note.',
  when: passes(org, ({ notes }) => notes, [2]),
  schema: z.object({ org: z.string() }),
  data: ({ org: named }) => ({ org: named }),
  example: { org: 'o1' },
});
/** A closed note leaves alone, or with one that may be another tenant's. */
const closed = collection('closed', {
  of: note,
  due: ({ closedAt }) => closedAt,
  entities: [],
  partition: ({ org: named }) => `ORG#${named}`,
  elsewhere: {
    of: [note],
    keys: (n) => [keyOfNote(n.org, n.noteId), ...(n.alsoIn === undefined ? [] : [keyOfNote(n.alsoIn, n.noteId)])],
  },
  head: ({ org: named, noteId }) => keyOfNote(named, noteId),
  storageClass: 'STANDARD',
  lifeDays: 700,
});

export const keyOfNote = (of: string, noteId: string): Key => ({ pk: `ORG#${of}`, sk: `NOTE#${noteId}` });

/** Notes of organizations, and plans of nobody. */
export const tenancy = defineSystem({
  name: 'tenancy',
  table: { name: (stage) => `tenancy-${stage}`, partitionKey: 'PK', sortKey: 'SK' },
  entities: [note, plan],
  statistics: [org],
  events: [written, planned, grown],
  retention: [closed],
  tenant: { partition: 'ORG#{tenant}', attribute: 'organizationId' },
});
export const tenancyNames = namesOf(tenancy, 'test');

export const noteItem = (of: string, more: Partial<z.output<typeof Note>> = {}) => {
  const noteId = more.noteId ?? 'n1';
  return encodeAttributes({
    PK: `ORG#${of}`,
    SK: `NOTE#${noteId}`,
    org: of,
    organizationId: of,
    noteId,
    text: 'x',
    ...more,
  });
};

interface Given {
  readonly sequence: string;
  /** Epoch milliseconds. */
  readonly at?: number;
  readonly shard?: string;
}

export const NOTED_AT = Date.parse('2026-02-01T10:00:00.000Z');

/** An item comes to be. */
export function created(
  image: ReturnType<typeof encodeAttributes>,
  { sequence, at = NOTED_AT, shard = 'shard-1' }: Given,
): Change {
  const { PK, SK } = image as Record<'PK' | 'SK', { S: string }>;
  const record = {
    eventId: `event-${sequence}`,
    sequence,
    at,
    keys: { PK, SK },
    old: undefined,
    new: image,
    byTtl: false,
  };
  return decodeChange(tenancy, record, 'stream', shard);
}

/** A note of a tenant; undefined: a plan. */
export const noted = (of: string | undefined, noteId: string, given: Given): Change =>
  created(
    of === undefined
      ? encodeAttributes({ PK: `PLAN#${noteId}`, SK: 'PLAN', planId: noteId })
      : noteItem(of, { noteId }),
    given,
  );

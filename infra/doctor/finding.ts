import { KEYS_ARE_TEXT } from '../../shared/aws/tableMends.ts';
import { type About, type Found, finder } from '../../shared/model/finding.ts';

/** What the doctor finds. Wrong: promises do not hold while it is so. Told: it costs money or time, or may come to be wrong. Where: a table, bus, bucket, index, group or item. */
type Level = 'wrong' | 'told';

const PROVISION = "run 'afterwrite provision', or make it as you make the others";

const ABOUT = {
  TABLE_MISSING: {
    level: 'wrong',
    why: 'there is nothing to read',
    mend: `check --stage, the region and the endpoint; else ${PROVISION}`,
  },
  TABLE_KEYS: {
    level: 'wrong',
    why: 'no item of it is what the declaration says',
    mend: 'use another --stage, or declare the keys that the table has',
  },
  TABLE_KEY_TYPE: {
    level: 'wrong',
    why: 'no item of it would be found again by its key: readers stop at the first',
    mend: KEYS_ARE_TEXT,
  },
  STREAM_OFF: {
    level: 'wrong',
    why: 'what is written is not read by anybody, and can not be read later: a stream begins when it is turned on',
    mend: "turn it on with NEW_AND_OLD_IMAGES, and count what is there with 'afterwrite attach'",
  },
  STREAM_IMAGES: {
    level: 'wrong',
    why: 'without both images nobody knows what a change took away from a statistic',
    mend: "turn the stream off and on again with NEW_AND_OLD_IMAGES, then 'afterwrite attach'",
  },
  STREAM_READERS: {
    level: 'wrong',
    why: 'a stream bears two readers; with more, calls are throttled, and readers fall behind until records are lost',
    mend: 'put what the others do behind a subscriber of the bus; on a global table AWS itself takes one place',
  },
  TTL_OFF: {
    level: 'told',
    why: 'what should expire stays, and is paid for',
    mend: `turn TTL on for this attribute: ${PROVISION}`,
  },
  TTL_ELSEWHERE: {
    level: 'wrong',
    why: 'DynamoDB deletes by another attribute than the declaration says: what it takes is read as a delete of a user',
    mend: 'declare the attribute that the table has, or turn its TTL off, wait an hour, and on for the declared one',
  },
  TTL_MILLISECONDS: {
    level: 'wrong',
    why: 'DynamoDB reads them as seconds, some fifty thousand years ahead: these items never expire',
    mend: "let their writer divide by 1,000, and 'afterwrite doctor --repair' does the same to those that are there",
  },
  TTL_TYPE: {
    level: 'wrong',
    why: 'DynamoDB expires by numbers alone: these items never do',
    mend: 'write epoch seconds as a number',
  },
  INDEX_MISSING: {
    level: 'wrong',
    why: 'commands and processors that ask it fail',
    mend: "add it to the table: DynamoDB fills it from the items that have its keys; 'afterwrite backfill' adds them to those that lack them",
  },
  INDEX_KEYS: {
    level: 'wrong',
    why: 'it answers other questions than it is asked',
    mend: 'make it anew under another name, declare that, and remove this one',
  },
  INDEX_KEY_UNFIT: {
    level: 'wrong',
    why: 'DynamoDB leaves such an item out of the index while it is made, and refuses to write it once the index is there',
    mend: 'correct the attribute where it is written, and in these items',
  },
  INDEX_KEYS_ABSENT: {
    level: 'wrong',
    why: 'an index holds only items that have its keys: who asks it does not find these',
    mend: "let their writer set them; then 'afterwrite backfill' adds them to these items, without events",
  },
  INDEX_KEYS_DIFFER: {
    level: 'wrong',
    why: 'the index shows these items where the declaration does not put them, and nobody knows which of the two is right',
    mend: "correct their writer and these items, or the entity's 'indexes'; what is there is never written over",
  },
  INDEX_KEYS_UNKNOWN: {
    level: 'wrong',
    why: 'these items lack what can not be added: the index does not show them',
    mend: "correct the entity's 'indexes' or the items; where there is no room (large), keep large fields in S3",
  },
  DEFAULTS_ABSENT: {
    level: 'told',
    why: 'statistics and events take them to have the default; who reads the table itself finds nothing there',
    mend: "let their writer set it; 'afterwrite backfill' adds it to these items, without events",
  },
  DUE_UNNOTED: {
    level: 'told',
    why: 'they are older than what is declared: they do not leave, and their deadline does not pass, for nobody looks when their time comes (what was written this minute is noted in a moment)',
    mend: "'afterwrite backfill' notes them; deadlines that have passed by then count, and are told to nobody",
  },
  ITEM_UNMATCHED: {
    level: 'told',
    why: 'its changes are in the journal, and in nothing else',
    mend: 'declare an entity for such keys, or leave them alone',
  },
  ITEM_MALFORMED: {
    level: 'wrong',
    why: 'its next change is parked, and what changes behind it waits',
    mend: 'correct the items, or let the schema take what they hold',
  },
  ITEM_LARGE: {
    level: 'told',
    why: 'an item may have 400 KB with the mark that it leaves with; one that has no room for it stays in the table',
    mend: 'keep large fields in S3 and refer to them',
  },
  GROUP_HOT: {
    level: 'told',
    why: 'each batch writes this one item, and one item takes 1,000 writes of 1 KB a second',
    mend: "declare 'spread: 4' (or more) for the statistic: it is kept in parts, and summed when it is read",
  },
  BUS_MISSING: { level: 'wrong', why: 'events wait in the archive, and nobody sees them', mend: PROVISION },
  BUCKET_MISSING: {
    level: 'wrong',
    why: 'no change is archived, so nothing goes on: what is not archived must not be passed over',
    mend: PROVISION,
  },
  BUCKET_RULES: {
    level: 'told',
    why: 'what should move to a cheaper class or be let go stays where it is',
    mend: "run 'afterwrite provision', which leaves the rules of others alone",
  },
  CLOCK_SKEW: {
    level: 'wrong',
    why: 'lag, time to loss and what is due are told by this clock; AWS refuses what is signed five minutes off',
    mend: "set this machine's clock by NTP",
  },
} as const satisfies Record<string, About<Level>>;

export type FindingCode = keyof typeof ABOUT;
export type Finding = Found<FindingCode, Level>;

export const finding = finder<FindingCode, Level>(ABOUT);

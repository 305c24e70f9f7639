import { type About, type Found, finder } from '../../../shared/model/finding.ts';

/** What an audit finds. A hole: something is lost, or can't be read; what is told only costs nobody anything. Where: an object's key, or a part of history. */
type Level = 'hole' | 'told';

const FROM_A_COPY = 'put it back from an older version or a copy of the bucket; nothing else holds it';

const ABOUT = {
  MANIFEST_MISSING: {
    level: 'hole',
    why: 'reading stops here: nobody knows which segments it named, and which objects they stand for',
    mend: FROM_A_COPY,
  },
  MANIFEST_BROKEN: {
    level: 'hole',
    why: 'reading stops here: what it says of segments, or of the manifests before it, can not be relied on',
    mend: FROM_A_COPY,
  },
  SEGMENT_MISSING: {
    level: 'hole',
    why: 'the changes or events in it can be read no more',
    mend: `${FROM_A_COPY} but the objects that its manifest covers, for a day`,
  },
  SEGMENT_DAMAGED: {
    level: 'hole',
    why: 'its lines can not be read, or are not those that were proven when it was written',
    mend: `${FROM_A_COPY} but the objects that its manifest covers, for a day`,
  },
  OBJECT_DAMAGED: {
    level: 'hole',
    why: 'its lines can not be read, or are not those that were proven when it was written',
    mend: FROM_A_COPY,
  },
  JOURNAL_GAP: {
    level: 'hole',
    why: 'the changes that these events came of were in the journal before the events were: an object of it is gone',
    mend: 'put the journal of these hours back from an older version or a copy of the bucket',
  },
  RECORDS_MISSING: {
    level: 'hole',
    why: 'each of them was in the journal when it was counted: an object of it is gone, or lines are',
    mend: 'put the journal of this hour back from an older version or a copy of the bucket; nothing else holds it',
  },
  BUNDLE_MISSING: {
    level: 'hole',
    why: 'items have left the table for it: they are nowhere but in the journal',
    mend: "put it back from a copy of the bucket, or take the items from the journal ('afterwrite archive get')",
  },
  COPY_MISSING: {
    level: 'hole',
    why: 'an item that left the table refers to an object whose copy this was',
    mend: 'put it back from a copy of the bucket, or from the original, where it is there still',
  },
  LOST_COMMIT: {
    level: 'hole',
    why: 'no manifest names this segment, and nothing else holds these lines: the manifest that did is gone',
    mend: 'put the last manifests back from an older version or a copy of the bucket; keep the segment',
  },
  TENANT_MIXED: {
    level: 'hole',
    why: "whoever is given this tenant's part of the archive is given other lines too, and who looks by key does not find them",
    mend: "where the declaration's tenant.partition was changed, change it back: what is archived stays under the tenant that it had",
  },
  ORPHAN: {
    level: 'told',
    why: 'a compaction ended before its manifest was there; all lines are elsewhere, and nobody reads it',
    mend: 'nothing to do: the next compaction may take it up; it can be removed',
  },
  UNERASED: {
    level: 'told',
    why: 'an erasure was cut off before it was gone: what was to be erased is in it, though nobody reads it',
    mend: "run the same 'afterwrite archive erase' again",
  },
  DUPLICATE: {
    level: 'told',
    why: 'what the stream brings again after its hour was compacted is written again; readers take each line once',
    mend: 'nothing to do',
  },
  COLD: {
    level: 'told',
    why: 'cold objects are held against their size alone, and what depends on their lines is not judged',
    mend: 'restore them, and audit again, to have their content proven',
  },
  FOREIGN: {
    level: 'told',
    why: 'it has no name of this archive: somebody else has put it there, and it may stop readers',
    mend: 'move it elsewhere',
  },
} as const satisfies Record<string, About<Level>>;

export type FindingCode = keyof typeof ABOUT;
export type Finding = Found<FindingCode, Level>;

export const finding = finder<FindingCode, Level>(ABOUT);

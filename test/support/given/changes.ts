import type { Attributes } from '../../../shared/model/attribute.ts';
import { type Change, decodeChange } from '../../../shared/stream/change.ts';
import type { StreamRecord } from '../../../shared/stream/record.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';

interface Given extends Partial<Pick<StreamRecord, 'old' | 'new' | 'byTtl' | 'sequence' | 'at'>> {
  readonly shard?: string;
}

/** A stream record of the reviewer's table: its keys are taken from the images. */
function recordOf({ old, new: now, byTtl = false, sequence = '100', at }: Given): StreamRecord {
  const { PK, SK } = (now ?? old) as { PK: Attributes[string]; SK: Attributes[string] };
  return {
    eventId: `event-${sequence}`,
    sequence,
    at: at ?? Date.parse('2026-02-01T10:00:00.000Z'),
    keys: { PK, SK },
    old,
    new: now,
    byTtl,
  };
}

/** The same, decoded. */
export const changeOf = (given: Given): Change =>
  decodeChange(reviewer, recordOf(given), 'stream', given.shard ?? 'shard-1');

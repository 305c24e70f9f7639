import { keyText } from '../../shared/model/keys.ts';
import { isoUtc } from '../../shared/model/time.ts';
import type { ParkedItem } from '../pipeline/parkedItems.ts';

/** An item with parked changes, without its content, as people read it. */
export const parkedRow = ({ processor, key, changes, first, gate }: ParkedItem) => ({
  processor,
  key: keyText(key),
  entity: first.entity ?? null,
  changes,
  since: isoUtc(first.at),
  code: first.code ?? null,
  reason: first.reason ?? null,
  held: gate.by !== undefined,
});

import type { Attributes } from '../../../shared/model/attribute.ts';
import type { Key } from '../../../shared/model/keys.ts';
import type { System } from '../../../shared/model/system.ts';
import type { Random } from '../random.ts';

/** What is secret begins with it, so that it is known wherever it gets to. */
export const CANARY = 'canary-';

/** A system and what its users write. Small numbers of everything, so that much happens to each item. */
export interface Cast {
  readonly system: System;
  /** The key of an item that may be there. */
  key(random: Random): Key;
  item(random: Random): Attributes;
  /** The item after an update that leaves its key, and afterwrite's mark, as they are. */
  updated(random: Random, item: Attributes): Attributes;
  /** An item that its entity's schema refuses. */
  malformed(random: Random): Attributes;
  isMalformed(item: Attributes): boolean;
  /**
   * Statistics once more in the plainest way, for what the algebra itself could get wrong on both sides.
   * @param standing the items that count @param stored what people read of an aggregate
   */
  naive(standing: readonly Plain[], stored: readonly Plain[]): string[];
}

/** An item or an aggregate as people read it. */
export type Plain = Readonly<Record<string, unknown>>;

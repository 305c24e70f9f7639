import type { Fences } from '../../shared/model/aggregate.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { storedFences } from '../../shared/model/storedAggregate.ts';
import type { Position } from '../../shared/stream/change.ts';
import { isAfter } from '../../shared/stream/sequence.ts';
import { isAhead } from './fences.ts';
import type { Positions } from './positions.ts';

/** Which changes stored aggregates include. */
export class Inclusions {
  readonly #stored: ReadonlyMap<string, Attributes>;
  readonly #fences = new Map<string, Fences>();
  readonly #noted = new Map<string, Fences>();

  /** @param stored items of statistics, by key id */
  constructor(stored: ReadonlyMap<string, Attributes>) {
    this.#stored = stored;
  }

  /** By stored item: the last sequence number of each shard that was asked for and is included. */
  get noted(): ReadonlyMap<string, Fences> {
    return this.#noted;
  }

  /** Whether a stored aggregate, or the part that the shard writes to, includes a change: its fences say so, or statistics had done with it by then. */
  includes(stored: string, position: Position, { tree, done }: Positions): boolean {
    const fences = this.#fences.get(stored) ?? storedFences(this.#stored.get(stored));
    this.#fences.set(stored, fences);
    const until = done(position.shard);
    const includes =
      until === 'all' ||
      (until !== undefined && !isAfter(position.sequence, until)) ||
      !isAhead(position, fences, tree);
    if (includes) this.#note(stored, position.shard, position.sequence);
    return includes;
  }

  #note(stored: string, shard: string, sequence: string): void {
    const known = this.#noted.get(stored) ?? {};
    if (isAfter(sequence, known[shard])) this.#noted.set(stored, { ...known, [shard]: sequence });
  }
}

import { createHash } from 'node:crypto';
import { type Aggregate, type Fences, storedFences } from '../../shared/model/aggregate.ts';
import { type Attributes, decodeAttributes } from '../../shared/model/attribute.ts';
import { canonical } from '../../shared/model/canonical.ts';
import { passes } from '../../shared/model/errors.ts';
import { keyId } from '../../shared/model/keys.ts';
import { Recomputation } from '../../shared/model/recompute.ts';
import type { System } from '../../shared/model/system.ts';
import { type Passed, wasWorkedOff } from '../../shared/state/gates.ts';
import type { Parked } from '../../shared/state/parked.ts';
import { type Change, decodeChange, decodeItem, keyOf, type Position } from '../../shared/stream/change.ts';
import { counted, departed } from '../../shared/stream/counted.ts';
import { queueShard } from '../../shared/stream/lineage.ts';
import { compareSequence, isAfter } from '../../shared/stream/sequence.ts';
import { isAhead } from './fences.ts';
import type { Positions } from './positions.ts';
import { storedAt } from './storedAt.ts';

export interface Recounted {
  /** What each group should hold at the positions that its stored aggregate includes, by key id; empty ones are absent. */
  readonly expected: ReadonlyMap<string, Aggregate>;
  /** Items of statistics, by key id; of a spread group there are several. */
  readonly stored: ReadonlyMap<string, Attributes>;
  /** By stored item: the last sequence number of each shard of the window that it includes. */
  readonly included: ReadonlyMap<string, Fences>;
  /** Groups that could not be counted: an item of theirs was caught between two versions. */
  readonly unsure: ReadonlySet<string>;
  readonly positions: Positions;
  readonly items: number;
  /** Items that left the table and count on. */
  readonly departed: number;
}

/** What waits, by item, and what waited and was worked off. */
interface Parking {
  readonly gates: ReadonlyMap<string, Parked>;
  readonly passed: ReadonlyMap<string, readonly Passed[]>;
}

/** Collects what counts: scanned items first, then the window's changes, then what left before it. */
export class Tally {
  readonly #system: System;
  /** Items whose gate was closed before the scan. */
  readonly #gated: ReadonlyMap<string, Parked>;
  readonly #recomputation: Recomputation;
  readonly #stored = new Map<string, Attributes>();
  readonly #fences = new Map<string, Fences>();
  readonly #included = new Map<string, Fences>();
  readonly #unsure = new Set<string>();
  /** Item to a hash of the version that was scanned: enough to find it among the versions of the window. */
  readonly #versions = new Map<string, string>();
  #gates: ReadonlyMap<string, Parked>;
  #items = 0;
  #departed = 0;

  constructor(system: System, gated: ReadonlyMap<string, Parked>) {
    this.#system = system;
    this.#gated = gated;
    this.#gates = gated;
    this.#recomputation = new Recomputation(system);
  }

  scanned(attributes: Attributes): void {
    const key = keyOf(this.#system.table, attributes);
    const id = keyId(key);
    const source = this.#system.sourceOf(key);
    if (!source) return;
    if (source.derived) this.#stored.set(id, attributes);
    else this.#items++;
    if (this.#gated.has(id) || this.#system.outletsOf(source).length === 0) return;
    this.#versions.set(id, hashOf(attributes));
    count(() => this.#recomputation.apply(source, undefined, decodeItem(source, key, attributes)));
  }

  /** @param parking as it is after the window was read: what was parked in between is in the window */
  changed(changes: readonly Change[], positions: Positions, { gates, passed }: Parking): void {
    this.#gates = gates;
    const byItem = new Map<string, Change[]>();
    for (const change of changes) {
      if (!change.source || this.#system.outletsOf(change.source).length === 0) continue;
      const id = keyId(change.key);
      const known = byItem.get(id);
      if (known) known.push(change);
      else byItem.set(id, [change]);
    }
    for (const [id, own] of byItem) {
      own.sort((a, b) => compareSequence(a.position.sequence, b.position.sequence));
      this.#takeBackScanned(id, own);
      if (!this.#gated.has(id)) this.#countItem(own, positions, { gate: gates.get(id), passed: passed.get(id) });
    }
    for (const [id, gate] of this.#gated) this.#countGated(id, gate);
  }

  /** What left the table before the window, and counts on. */
  left(change: Change): void {
    const { source } = change;
    const gate = this.#gates.get(keyId(change.key));
    if (!source || (gate && !isAfter(gate.position.sequence, change.position.sequence))) return;
    count(() => {
      const step = departed(change);
      if (!step) return;
      this.#recomputation.apply(source, step.removed, step.added);
      this.#departed += step.added === undefined ? -1 : 1;
    });
  }

  result(): Omit<Recounted, 'positions'> {
    return {
      expected: this.#recomputation.aggregates(),
      stored: this.#stored,
      included: this.#included,
      unsure: this.#unsure,
      items: this.#items,
      departed: this.#departed,
    };
  }

  /** Which version the scan met is told by its hash; one that no record tells yet makes its groups unsure. */
  #takeBackScanned(id: string, changes: readonly Change[]): void {
    const hash = this.#versions.get(id);
    if (hash === undefined) return;
    for (const change of changes) {
      const { record, source } = change;
      if (!source) continue;
      const takeBack = (image: unknown): void => this.#recomputation.apply(source, image, undefined);
      const version = [record.old, record.new].findIndex((image) => image && hashOf(image) === hash);
      if (version === -1) continue;
      count(() => takeBack(version === 0 ? change.old : change.new));
      return;
    }
    for (const change of changes) this.#doubt(change);
  }

  #doubt(change: Change): void {
    count(() =>
      this.#recomputation.apply(change.source as NonNullable<Change['source']>, change.old, change.new, (effect) => {
        this.#unsure.add(effect.id);
        return false;
      }),
    );
  }

  /** As it was before the window, then each change in the groups that include it; what is parked counts in none. */
  #countItem(
    changes: readonly Change[],
    positions: Positions,
    { gate, passed }: { gate: Parked | undefined; passed: readonly Passed[] | undefined },
  ): void {
    const [first] = changes;
    const { source } = first ?? {};
    if (!first || !source) return;
    count(() => this.#recomputation.apply(source, undefined, first.old));
    for (const change of changes) {
      const { stream, sequence } = change.position;
      if (gate && !isAfter(gate.position.sequence, sequence)) return;
      const position = wasWorkedOff(passed, sequence)
        ? { ...change.position, shard: queueShard(stream, change.key) }
        : change.position;
      count(() => {
        const step = counted(change);
        if (!step) return;
        this.#recomputation.apply(source, step.removed, step.added, (effect) =>
          this.#includes(storedAt(effect, position.shard).id, position, positions),
        );
      });
    }
  }

  #countGated(id: string, gate: Parked): void {
    const before = decodeChange(this.#system, gate.record, gate.position.stream, gate.position.shard);
    const { source } = before;
    if (!this.#gates.has(id)) this.#doubt(before);
    else if (source) count(() => this.#recomputation.apply(source, undefined, before.old));
  }

  /** Whether a stored aggregate, or the part that the shard writes to, includes a change: its fences say so, or statistics had done with it by then. */
  #includes(stored: string, position: Position, { tree, done }: Positions): boolean {
    const fences = this.#fences.get(stored) ?? storedFences(this.#stored.get(stored));
    this.#fences.set(stored, fences);
    const until = done(position.shard);
    const includes =
      until === 'all' ||
      (until !== undefined && !isAfter(position.sequence, until)) ||
      !isAhead(position, fences, tree);
    if (includes) this.#noteIncluded(stored, position.shard, position.sequence);
    return includes;
  }

  #noteIncluded(stored: string, shard: string, sequence: string): void {
    const known = this.#included.get(stored) ?? {};
    if (isAfter(sequence, known[shard])) this.#included.set(stored, { ...known, [shard]: sequence });
  }
}

/** Without empty maps and lists: DynamoDB Local's stream leaves them out of its images. */
const hashOf = (image: Attributes): string =>
  createHash('sha1')
    .update(canonical(filled(decodeAttributes(image))))
    .digest('base64');

function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(filled);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).map(([name, member]) => [name, filled(member)]);
  const held = members.filter(([, member]) => member !== undefined);
  return held.length === 0 ? undefined : Object.fromEntries(held);
}

/** An item that is malformed, or on which a feed throws, counts for nothing, here as in the stream. */
function count(apply: () => void): void {
  try {
    apply();
  } catch (error) {
    if (passes(error)) throw error;
  }
}

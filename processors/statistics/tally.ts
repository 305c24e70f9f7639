import type { Aggregate, Fences } from '../../shared/model/aggregate.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import type { Effect } from '../../shared/model/effects.ts';
import { whereSound } from '../../shared/model/errors.ts';
import { imageHash } from '../../shared/model/imageHash.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import { Recomputation } from '../../shared/model/recompute.ts';
import { withoutSecrets } from '../../shared/model/secrets.ts';
import type { Source } from '../../shared/model/source.ts';
import type { System } from '../../shared/model/system.ts';
import { type Passed, wasWorkedOff } from '../../shared/state/gates.ts';
import type { Parked } from '../../shared/state/parked.ts';
import { type Change, decodeItem, keyOf, type Position } from '../../shared/stream/change.ts';
import { type Counted, departed } from '../../shared/stream/counted.ts';
import { queueShard } from '../../shared/stream/lineage.ts';
import { compareSequence, isAfter } from '../../shared/stream/sequence.ts';
import { soundStep } from '../../shared/stream/soundStep.ts';
import { ofQueue } from '../../shared/stream/workOff.ts';
import { Inclusions } from './inclusions.ts';
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
  /** The first that waits of each item, by key id. */
  readonly gates: ReadonlyMap<string, Parked>;
  readonly passed: ReadonlyMap<string, readonly Passed[]>;
  waiting(key: Key): Promise<readonly Parked[]>;
}

/** Collects what counts: scanned items first, then the window's changes, then what left before it. */
export class Tally {
  readonly #system: System;
  /** Items whose gate was closed before the scan. */
  readonly #gated: ReadonlyMap<string, Parked>;
  readonly #recomputation: Recomputation;
  readonly #stored = new Map<string, Attributes>();
  readonly #inclusions = new Inclusions(this.#stored);
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
    this.#versions.set(id, imageHash(withoutSecrets(source.secrets, attributes)));
    whereSound(() => this.#recomputation.apply(source, undefined, decodeItem(this.#system, source, key, attributes)));
  }

  /** @param parking as it is after the window was read: what was parked in between is in the window */
  async changed(changes: readonly Change[], positions: Positions, parking: Parking): Promise<void> {
    this.#gates = parking.gates;
    const byItem = new Map<string, Change[]>([...this.#gated.keys()].map((id) => [id, []]));
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
      const first = parking.gates.get(id);
      const queued = first ? (await parking.waiting(first.key)).map((one) => ofQueue(this.#system, one)) : [];
      if (this.#hasMoved(id, queued)) for (const change of [...own, ...queued]) this.#doubt(change);
      else this.#countItem(own, queued, positions, parking.passed.get(id));
    }
  }

  /** What left the table before the window, and counts on. */
  left(change: Change): void {
    const { source } = change;
    const gate = this.#gates.get(keyId(change.key));
    if (!source || (gate && !isAfter(gate.position.sequence, change.position.sequence))) return;
    whereSound(() => {
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
      included: this.#inclusions.noted,
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
      const version = [record.old, record.new].findIndex((image) => image && imageHash(image) === hash);
      if (version === -1) continue;
      whereSound(() => takeBack(version === 0 ? change.old : change.new));
      return;
    }
    for (const change of changes) this.#doubt(change);
  }

  /** All groups that either image counts in can't be judged. */
  #doubt(change: Change): void {
    const { source } = change;
    if (!source) return;
    const mark = ({ id }: Effect): boolean => {
      this.#unsure.add(id);
      return false;
    };
    whereSound(() => this.#recomputation.apply(source, change.old, undefined, mark));
    whereSound(() => this.#recomputation.apply(source, undefined, change.new, mark));
  }

  /** Whether somebody works on what waits of an item: it is not what it was before the scan, or a moment ago. */
  #hasMoved(id: string, queued: readonly Change[]): boolean {
    const [before, after] = [this.#gated.get(id), this.#gates.get(id)];
    if (before && before.position.sequence !== after?.position.sequence) {
      this.#doubt(ofQueue(this.#system, before));
      return true;
    }
    return after?.position.sequence !== queued[0]?.position.sequence;
  }

  /**
   * As it was before the window and before what waits, then each change in the groups that include it. What waits is in
   * some all the same where a redrive or a drop was cut off, or its queue taken over, between its commit and its end.
   */
  #countItem(
    own: readonly Change[],
    queued: readonly Change[],
    positions: Positions,
    passed: readonly Passed[] | undefined,
  ): void {
    const gate = queued[0]?.position.sequence;
    const changes = [...own.filter(({ position }) => !gate || isAfter(gate, position.sequence)), ...queued];
    const [first] = changes;
    const { source } = first ?? {};
    if (!first || !source) return;
    whereSound(() => this.#recomputation.apply(source, undefined, first.old));
    for (const change of changes) {
      const { stream, sequence } = change.position;
      const position = wasWorkedOff(passed, sequence)
        ? { ...change.position, shard: queueShard(stream, change.key) }
        : change.position;
      this.#countStep(position, source, soundStep(this.#system, change), positions);
    }
  }

  /** A step in the groups whose stored aggregates include its position. */
  #countStep(position: Position, source: Source<unknown>, step: Counted | undefined, positions: Positions): void {
    if (!step) return;
    this.#recomputation.apply(source, step.removed, step.added, (effect) =>
      this.#inclusions.includes(storedAt(effect, position.shard).id, position, positions),
    );
  }
}

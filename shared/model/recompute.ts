import { type Aggregate, aggregateItem, applyInputs, emptyAggregate } from './aggregate.ts';
import { type Effect, effectsOf } from './effects.ts';
import type { Source } from './source.ts';
import type { System } from './system.ts';

/**
 * Statistics from scratch, in memory: entities' items are added (and taken back) in any order, then the statistics that
 * feed on statistics are computed once, sources first. What a shadow is held against the live aggregates with.
 */
export class Recomputation {
  readonly #system: System;
  readonly #aggregates = new Map<string, Aggregate>();

  constructor(system: System) {
    this.#system = system;
  }

  /**
   * One step of an item, as in a change: from `removed` to `added`, either may be absent.
   * @param on the groups that take part in it; absent: all
   */
  apply(source: Source<unknown>, removed: unknown, added: unknown, on?: (effect: Effect) => boolean): void {
    for (const effect of effectsOf(this.#system, source, removed, added)) {
      if (on && !on(effect)) continue;
      const before = this.#aggregates.get(effect.id) ?? emptyAggregate(effect.statistic, effect.group, effect.key);
      this.#aggregates.set(effect.id, { ...before, state: applyInputs(before, effect.removed, effect.added) });
    }
  }

  /** Lets statistics feed statistics, and gives every aggregate that holds something, by key. Call once, at the end. */
  finish(): Map<string, Aggregate> {
    for (const statistic of this.#system.statistics) {
      if (this.#system.outletsOf(statistic).length === 0) continue;
      const own = [...this.#aggregates.values()].filter((aggregate) => aggregate.statistic === statistic);
      for (const aggregate of own) this.apply(statistic, undefined, aggregateItem(aggregate));
    }
    return this.aggregates();
  }

  /** What the steps so far gave, by key; without what is empty. */
  aggregates(): Map<string, Aggregate> {
    return new Map([...this.#aggregates].filter(([, aggregate]) => aggregateItem(aggregate) !== undefined));
  }
}

import { type Aggregate, aggregateItem, applyInputs, emptyAggregate, isEmptyAggregate } from './aggregate.ts';
import { type Effect, effectsOf } from './effects.ts';
import type { Source } from './source.ts';
import type { Statistic } from './statistic.ts';
import type { System } from './system.ts';
import { WholeInputs } from './wholeInputs.ts';

/**
 * Statistics from scratch, in memory: entities' items are added (and taken back) in any order, then the statistics that
 * feed on statistics are computed once, sources first. What a shadow is held against the live aggregates with. It holds all
 * values of measures that keep but the best: a journal that is sorted by item takes back more of them in a row than its stream did.
 */
export class Recomputation {
  readonly #system: System;
  readonly #aggregates = new Map<string, Aggregate>();
  /** By the aggregate's key id. */
  readonly #whole = new Map<string, WholeInputs>();

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
      const [out, into] = this.#kept(effect);
      this.#aggregates.set(effect.id, { ...before, state: applyInputs(before, out, into) });
    }
  }

  /** Lets statistics feed statistics, and gives every aggregate that holds something, by key. Call once, at the end. */
  finish(): Map<string, Aggregate> {
    for (const statistic of this.#system.statistics) {
      if (this.#system.outletsOf(statistic).length === 0) continue;
      const own = [...this.#aggregates].filter(([, aggregate]) => aggregate.statistic === statistic);
      for (const [id, aggregate] of own) this.apply(statistic, undefined, aggregateItem(this.#known(id, aggregate)));
    }
    return this.aggregates();
  }

  /** What the steps so far gave, by key; without what is empty. */
  aggregates(): Map<string, Aggregate> {
    const all = [...this.#aggregates].map(([id, aggregate]) => [id, this.#known(id, aggregate)] as const);
    return new Map(all.filter(([, aggregate]) => !isEmptyAggregate(aggregate)));
  }

  /** Puts aside what the measures that forget are given. @returns what is taken back and what is added of the others */
  #kept({ id, statistic, removed, added }: Effect): readonly [Effect['removed'], Effect['added']] {
    if (!forgets(statistic)) return [removed, added];
    const whole = this.#whole.get(id) ?? new WholeInputs();
    this.#whole.set(id, whole);
    return [removed.map((add) => whole.take(statistic, add, -1)), added.map((add) => whole.take(statistic, add, 1))];
  }

  #known(id: string, aggregate: Aggregate): Aggregate {
    const whole = this.#whole.get(id);
    return whole ? { ...aggregate, state: whole.applied(aggregate) } : aggregate;
  }
}

const forgets = ({ measures }: Statistic<unknown>): boolean =>
  Object.values(measures).some(({ isUnknown }) => isUnknown !== undefined);

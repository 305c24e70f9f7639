import { MARK_BYTES } from '../../processors/archive/leave.ts';
import { planBackfill } from '../../processors/backfill/plan.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { unfitIndexKey } from '../../shared/model/indexKeys.ts';
import { type Key, keyText } from '../../shared/model/keys.ts';
import { Samples } from '../../shared/model/samples.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../../shared/model/size.ts';
import type { System } from '../../shared/model/system.ts';
import { decodeItem, keyOf, millisecondsIn } from '../../shared/stream/change.ts';
import type { DueEntry } from '../../shared/stream/due.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';
import { HeavyHitters } from './heavyHitters.ts';

/** Of what an item may have. */
const LARGE = 0.875;
/** Of what a statistic is fed; of fewer feeds nobody can tell. */
const HOT = 0.2;
const FEWEST_FEEDS = 1_000;

/** Looks at items one by one, in constant memory; tells keys, never bodies. */
export class Examination {
  readonly #system: System;
  readonly #found = new Map<FindingCode, Samples>();
  readonly #groups = new Map<string, HeavyHitters>();
  #items = 0;

  constructor(system: System) {
    this.#system = system;
  }

  get items(): number {
    return this.#items;
  }

  look(item: Attributes): void {
    this.#items++;
    const { table } = this.#system;
    const key = keyOf(table, item);
    this.#lookAtExpiry(item, key);
    if (itemBytes(item) + MARK_BYTES > LARGE * MAX_ITEM_BYTES) this.#add('ITEM_LARGE', '', key);
    this.#lookAtIndexKeys(item, key);
    const source = this.#system.sourceOf(key);
    if (!source) this.#add('ITEM_UNMATCHED', shapeOf(key), key);
    else this.#lookAtGroups(source, item, key);
    this.#lookAtDerived(item, key);
  }

  /** Of items that come due, those of which nobody has noted it. */
  unnoted(entries: readonly DueEntry[]): void {
    for (const { queue, source } of entries) this.#add('DUE_UNNOTED', `'${queue.name}'`, source);
  }

  findings(): Finding[] {
    const items = [...this.#found].flatMap(([code, samples]) =>
      samples.all().map(({ kind, count, first }) => {
        const what = `${count} ${count === 1 ? 'item' : 'items'}${kind && `, ${kind}`}: ${first.join(', ')}`;
        return finding(code, 'items', count > first.length ? `${what} …` : what);
      }),
    );
    return [...items, ...this.#hotGroups()];
  }

  #add(code: FindingCode, kind: string, key: Key): void {
    const samples = this.#found.get(code) ?? new Samples();
    samples.add(kind, keyText(key));
    this.#found.set(code, samples);
  }

  #lookAtExpiry(item: Attributes, key: Key): void {
    const { ttl } = this.#system.table;
    const value = ttl === undefined ? undefined : item[ttl];
    if (value === undefined) return;
    if (millisecondsIn(this.#system.table, item) !== undefined) this.#add('TTL_MILLISECONDS', '', key);
    else if (!('N' in value)) this.#add('TTL_TYPE', `'${ttl}' is of type ${Object.keys(value).join()}`, key);
  }

  #lookAtIndexKeys(item: Attributes, key: Key): void {
    const unfit = unfitIndexKey(item, this.#system.table);
    if (unfit) this.#add('INDEX_KEY_UNFIT', unfit.what, key);
  }

  #lookAtDerived(item: Attributes, key: Key): void {
    const plan = planBackfill(this.#system, item);
    const lacking = Object.keys(plan?.backfilling?.added ?? {}).sort();
    const defaults = this.#system.entities.find(({ name }) => name === plan?.entity)?.defaults ?? {};
    const add = (code: FindingCode, names: readonly string[]): void => {
      if (names.length > 0) this.#add(code, `${names.join(', ')} of ${plan?.entity}`, key);
    };
    add(
      'INDEX_KEYS_ABSENT',
      lacking.filter((name) => !(name in defaults)),
    );
    add(
      'DEFAULTS_ABSENT',
      lacking.filter((name) => name in defaults),
    );
    for (const { reason, attributes } of plan?.left ?? [])
      if (reason === 'differs') add('INDEX_KEYS_DIFFER', attributes);
      else if (reason !== 'malformed')
        this.#add(
          'INDEX_KEYS_UNKNOWN',
          `${[attributes.join(', '), plan?.entity].filter(Boolean).join(' of ')} (${reason})`,
          key,
        );
  }

  #lookAtGroups(source: NonNullable<ReturnType<System['sourceOf']>>, item: Attributes, key: Key): void {
    try {
      const decoded = decodeItem(this.#system, source, key, item);
      if (decoded === undefined) return;
      for (const { statistic, shares } of this.#system.outletsOf(source)) {
        // Of all: what a feed refuses is malformed. A spread one bears it that all goes to one group.
        const fed = shares(decoded as object);
        if (statistic.spread !== undefined) continue;
        const groups = this.#groups.get(statistic.name) ?? new HeavyHitters();
        for (const { key: group } of fed) groups.add(keyText(group));
        this.#groups.set(statistic.name, groups);
      }
    } catch (error) {
      if (!isAfterwriteError(error)) throw error;
      this.#add('ITEM_MALFORMED', `'${source.name}'`, key);
    }
  }

  #hotGroups(): Finding[] {
    return [...this.#groups].flatMap(([name, groups]) =>
      groups.total < FEWEST_FEEDS
        ? []
        : groups
            .above(HOT)
            .map((group) =>
              finding('GROUP_HOT', group.name, `${Math.round(group.share * 100)} % of what feeds '${name}' goes there`),
            ),
    );
  }
}

/** What keys of a kind have in common: the words before their values. */
const shapeOf = ({ pk, sk }: Key): string => {
  const part = (text: string): string => (text.includes('#') ? `${text.slice(0, text.indexOf('#'))}#…` : '…');
  return sk === undefined ? part(pk) : `${part(pk)} / ${part(sk)}`;
};

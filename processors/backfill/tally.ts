import { type Key, keyId, keyText } from '../../shared/model/keys.ts';
import { Samples } from '../../shared/model/samples.ts';
import type { BackfillProgress } from '../../shared/state/backfill.ts';
import type { ItemPlan, Left } from './plan.ts';

/** Of one attribute of an entity: how many items got it. */
export interface Added {
  readonly entity: string;
  readonly attribute: string;
  readonly items: number;
}

/** What stays as it is, for one reason: how many items, and the first of them. */
export interface LeftItems extends Left {
  readonly items: number;
  readonly first: readonly string[];
}

/** So many items that are left are known by name: beyond that, one that is written again counts again. */
const MOST_KNOWN = 100_000;
const FIRST = 3;

/** What a backfill has met and done, also before it was cut off. */
export class Tally {
  items: number;
  backfilled: number;
  /** Deadlines and times to leave that nobody had noted. */
  noted: number;
  readonly #added: Samples;
  readonly #left: Samples;
  readonly #known = new Set<string>();

  constructor(before?: BackfillProgress) {
    this.items = before?.items ?? 0;
    this.backfilled = before?.backfilled ?? 0;
    this.noted = before?.noted ?? 0;
    this.#added = new Samples(0, before?.added);
    this.#left = new Samples(FIRST, before?.left);
  }

  wrote({ entity, backfilling }: ItemPlan): void {
    this.backfilled++;
    for (const attribute of Object.keys(backfilling?.added ?? {}))
      this.#added.add(JSON.stringify([entity, attribute]), '');
  }

  leaves(key: Key, left: readonly Left[]): void {
    const id = keyId(key);
    if (left.length === 0 || this.#known.has(id)) return;
    if (this.#known.size < MOST_KNOWN) this.#known.add(id);
    for (const one of left) this.#left.add(JSON.stringify([one.reason, one.entity, one.attributes]), keyText(key));
  }

  get added(): Added[] {
    return this.#added.all().map(({ kind, count }) => {
      const [entity, attribute] = JSON.parse(kind) as [string, string];
      return { entity, attribute, items: count };
    });
  }

  get left(): LeftItems[] {
    return this.#left.all().map(({ kind, count, first }) => {
      const [reason, entity, attributes] = JSON.parse(kind) as [Left['reason'], string, string[]];
      return { reason, entity, attributes, items: count, first };
    });
  }

  get stored(): Pick<BackfillProgress, 'items' | 'backfilled' | 'noted' | 'added' | 'left'> {
    const { items, backfilled, noted } = this;
    return { items, backfilled, noted, added: this.#added.all(), left: this.#left.all() };
  }
}

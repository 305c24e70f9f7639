import { changeOfRow } from '../../shared/archive/journal.ts';
import { type ColdObject, coldAmong } from '../../shared/archive/restoring.ts';
import type { Place, Row } from '../../shared/archive/rows.ts';
import { journalShelves, type Shelf } from '../../shared/archive/shelf.ts';
import { readTimeline, type Wanted } from '../../shared/archive/timeline.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { type Key, keyText, partitionOf } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchivedObject, ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { Selection } from '../../shared/state/replays.ts';
import { imageLeft } from '../../shared/stream/counted.ts';
import { type BundledItem, itemsIn, type LastEnds, lastEnds, newestCopies, unknownBundles } from './departures.ts';
import { coldAhead, type Feed, isUnreadable } from './feed.ts';
import { type Portion, portionsOf } from './portions.ts';
import { scopeOf } from './scope.ts';

/** An item that left the table because it was archived or expired, as it was last. */
export interface Departed {
  readonly key: Key;
  readonly item: Attributes;
  /** What its mark will name: its bundle, or the replay where it has none. */
  readonly from: string | undefined;
}

/** A bundle's items that come back. They come before all of the journal: a place of theirs has no sequence number. */
interface BundlePlace extends Place {
  readonly departed: readonly Departed[];
}

interface Index extends LastEnds {
  /** Objects of bundles that are read, with the items that come back from them. */
  readonly copies: ReadonlyMap<string, ReadonlySet<string>>;
  readonly count: number;
  /** Whose last copy nobody can tell. */
  readonly unclear: readonly string[];
}

/**
 * What is away because it was archived or expired, once an item: from the journal, and, where that lives no more, from
 * bundles. What a user has deleted since stays away. `from` and `to` are when it left; of a bundle, when it was due.
 * Held in memory: an entry for each item that ever ended.
 */
export class DepartedFeed implements Feed<Departed> {
  readonly archive: ArchiveStore;
  readonly #system: System;
  readonly #selection: Selection;
  readonly #shelves: () => Promise<Shelf[]>;
  readonly #bundles: () => AsyncIterable<ArchivedObject>;
  readonly #wanted: Wanted;
  #ends: LastEnds | undefined;
  #index: Index | undefined;

  constructor(system: System, names: Names, archive: ArchiveStore, selection: Selection) {
    this.archive = archive;
    this.#system = system;
    this.#selection = selection;
    const { items, shelves, list } = scopeOf(system, names, archive, selection);
    this.#shelves = () => shelves(journalShelves);
    this.#bundles = () => list('bundles');
    this.#wanted = { items };
  }

  /** How an item left last is known at the end of the journal alone: all of it is read, whatever was sent. */
  async coldAhead(): Promise<ColdObject[]> {
    // Who waits for what is cold waits for days: what came back or was deleted meanwhile is asked anew.
    [this.#ends, this.#index] = [undefined, undefined];
    const cold = await coldAhead({ archive: this.archive, shelves: this.#shelves, wanted: this.#wanted }, undefined);
    if (cold.some(isUnreadable)) return cold;
    const unknown = new Set(await this.#unknown(await this.#lastEnds()));
    return unknown.size === 0
      ? cold
      : [...cold, ...(await coldAmong(this.archive, this.#bundles(), (key) => unknown.has(key)))];
  }

  /** How many there are, and the keys of those whose last copy nobody can tell: they stay away. */
  async count(): Promise<{ count: number; unclear: readonly string[] }> {
    const { count, unclear } = await this.#indexed();
    return { count, unclear };
  }

  portions(after: Place | undefined, size: number): AsyncIterable<Portion<Departed>> {
    return portionsOf(this.#rows(after), (row) => this.#departedAt(row), size);
  }

  marked(departed: Departed, replay: string): Departed {
    return { ...departed, from: departed.from ?? replay };
  }

  async *#rows(after: Place | undefined): AsyncIterable<readonly (Row | BundlePlace)[]> {
    const { copies } = await this.#indexed();
    const isInJournal = after !== undefined && after.sequence !== '';
    if (!isInJournal)
      for (const [object, items] of copies) {
        if (after && object <= after.item) continue;
        const own = (await itemsIn(this.#system, this.archive, object)).filter(({ key }) =>
          items.has(partitionOf(key)),
        );
        const departed = own.map(({ key, attributes, bundle }) => ({ key, item: attributes, from: bundle }));
        yield [{ item: object, sequence: '', departed }];
      }
    yield* readTimeline(await this.#shelves(), { ...this.#wanted, after: isInJournal ? after : undefined });
  }

  #departedAt(row: Row | BundlePlace): readonly Departed[] {
    if ('departed' in row) return row.departed;
    if (this.#index?.ends.get(row.item) !== row.sequence) return [];
    const change = changeOfRow(this.#system, row);
    const item = imageLeft(change);
    return item ? [{ key: change.key, item, from: change.archived?.bundle }] : [];
  }

  async #lastEnds(): Promise<LastEnds> {
    this.#ends ??= await lastEnds(this.#system, await this.#shelves(), this.#wanted, ({ key, at }) =>
      this.#isAsked(key, at),
    );
    return this.#ends;
  }

  async #indexed(): Promise<Index> {
    this.#index ??= await this.#makeIndex();
    return this.#index;
  }

  async #makeIndex(): Promise<Index> {
    const last = await this.#lastEnds();
    const isAsked = ({ key, due }: BundledItem): boolean =>
      !last.ends.has(partitionOf(key)) && this.#isAsked(key, Date.parse(due));
    const newest = await newestCopies(this.#system, this.archive, await this.#unknown(last), isAsked);
    const copies = new Map<string, Set<string>>();
    const unclear: string[] = [];
    for (const [item, { object, isUnclear }] of newest) {
      const items = copies.get(object) ?? new Set();
      if (isUnclear) unclear.push(item);
      else copies.set(object, items.add(item));
    }
    const inJournal = [...last.ends.values()].filter((sequence) => sequence !== undefined).length;
    return {
      ...last,
      copies: new Map([...copies].sort(([a], [b]) => (a < b ? -1 : 1))),
      count: inJournal + newest.size - unclear.length,
      unclear,
    };
  }

  /** One item that the journal knows is looked for nowhere else. */
  async #unknown(last: LastEnds): Promise<string[]> {
    const isKnown = this.#wanted.items?.some((item) => last.ends.has(item)) ?? false;
    return isKnown ? [] : unknownBundles(this.#bundles(), last);
  }

  #isAsked(key: Key, leftAt: number): boolean {
    const { from, to, entity, key: wanted } = this.#selection;
    const source = this.#system.sourceOf(key);
    return (
      source?.derived !== true &&
      (entity === undefined || source?.name === entity) &&
      (wanted === undefined || keyText(key) === wanted) &&
      (from === undefined || leftAt >= Date.parse(from)) &&
      (to === undefined || leftAt < Date.parse(to))
    );
  }
}

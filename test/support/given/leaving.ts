import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { type Swept, sweep } from '../../../processors/archive/sweep.ts';
import { readBundle } from '../../../shared/archive/bundle.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { datasetPrefix } from '../../../shared/archive/layout.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { attributesToJson } from '../../../shared/model/attributeJson.ts';
import { type Names, namesOf } from '../../../shared/model/names.ts';
import type { System } from '../../../shared/model/system.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { loadCheckpoints } from '../../../shared/state/checkpoints.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { readMark, withoutMark } from '../../../shared/stream/mark.ts';
import { isAfter } from '../../../shared/stream/sequence.ts';
import { Door } from '../faults/door.ts';
import { MemoryArchive } from '../memory/memoryArchive.ts';
import { memoryState } from '../memory/memoryState.ts';
import { memoryStreamSource } from '../memory/memoryStreamSource.ts';
import { MemoryTable } from '../memory/memoryTable.ts';
import { TurnedClock } from '../memory/turnedClock.ts';
import { keysUnder } from './archivedHistory.ts';
import { readToTheEnd } from './reading.ts';
import { statisticsOver } from './statistics.ts';

/** A table, and the processes that archive it and take out what is due, each behind a door of its own. */
export class LeavingWorld {
  readonly system: System;
  readonly names: Names;
  readonly clock: TurnedClock;
  readonly table: MemoryTable;
  readonly state: StateStore = memoryState();
  readonly archive = new MemoryArchive();

  constructor(system: System, now: number) {
    this.system = system;
    this.names = namesOf(system, 'test');
    this.clock = new TurnedClock(now);
    this.table = new MemoryTable(system.table, this.clock);
  }

  async readStatistics(): Promise<void> {
    const { state, clock, table } = this;
    const source = memoryStreamSource(table.stream);
    await readToTheEnd({ source, state, processors: [statisticsOver(table, { state, source })], clock });
  }

  /** Reads all there is into the archive. @param batch changes at most that are written together */
  async archiveAll(door = new Door(), batch = 3): Promise<void> {
    const { system, names, clock, table } = this;
    const [archive, state] = [door.guard<MemoryArchive>(this.archive), door.guard(this.state)];
    const source = door.guard(memoryStreamSource(table.stream));
    const processors = [archiveProcessor(system, names, { archive, state })];
    await readToTheEnd({ system, source, state, processors, clock, batch });
  }

  sweep(now: number, door = new Door()): Promise<Swept> {
    const { system, names } = this;
    const [table, state] = [door.guard(this.table), door.guard(this.state)];
    const archive = door.guard<MemoryArchive>(this.archive);
    return sweep({ system, names, table, state, archive, log: silentLog }, now);
  }

  /**
   * THE INVARIANT: every image that ever was in the table is there still, unread in the stream, or proven in the archive; and what
   * the sweeper took is in the bundle that its mark names. What breaks it, by stream event.
   */
  async lost(): Promise<string[]> {
    const [journalled, bundles] = [await this.#journalled(), await this.#bundled()];
    const stored = new Set(this.table.items.map(textOf));
    const read = await this.#positions();
    return this.table.stream.shards.flatMap(({ id, records }) =>
      records.flatMap(({ eventId, sequence, old, new: image }) => {
        const unread = isAfter(sequence, read.get(id));
        const isKept = (one: Attributes): boolean => unread || stored.has(textOf(one)) || journalled.has(textOf(one));
        const lost = [old, image].some((one) => one !== undefined && !isKept(one));
        const bundle = image === undefined ? readMark(old)?.leaving : undefined;
        const taken = bundle !== undefined && old !== undefined && !bundles.get(bundle)?.has(textOf(old));
        return lost || taken ? [`${eventId}${taken ? ` left for ${bundle}` : ''}`] : [];
      }),
    );
  }

  /** Where the archive's reader has come to: undefined in a shard of which it has nothing. */
  async #positions(): Promise<Map<string, string | undefined>> {
    const checkpoints = await loadCheckpoints(this.state, this.table.stream.name);
    const own = checkpoints.filter(({ processor }) => processor === 'archive');
    return new Map(this.table.stream.shards.map(({ id }) => [id, own.find(({ shard }) => shard === id)?.sequence]));
  }

  async #journalled(): Promise<Set<string>> {
    const images = new Set<string>();
    for await (const { record } of readJournal(this.system, this.names, this.archive))
      for (const image of [record.old, record.new]) if (image) images.add(textOf(image));
    return images;
  }

  /** Sort keys of what left with a collection, over all its bundles. */
  async bundledIn(collection: string): Promise<string[]> {
    const found = new Set<string>();
    for (const key of await keysUnder(this.archive, datasetPrefix(this.system, this.names, 'bundles'))) {
      const { header, items } = await readBundle(this.archive, key);
      if (header.collection === collection)
        for (const item of items) found.add(keyOf(this.system.table, item).sk ?? '');
    }
    return [...found].sort();
  }

  /** By bundle: its items. */
  async #bundled(): Promise<Map<string, Set<string>>> {
    const bundles = new Map<string, Set<string>>();
    for (const key of await keysUnder(this.archive, datasetPrefix(this.system, this.names, 'bundles'))) {
      const { header, items } = await readBundle(this.archive, key);
      bundles.set(header.bundle, new Set(items.map(textOf)));
    }
    return bundles;
  }

  /** Which of them are in the table, marked or not. */
  present(items: readonly Attributes[]): Attributes[] {
    return items.filter((item) => this.table.item(keyOf(this.system.table, item)) !== undefined);
  }
}

const textOf = (image: Attributes): string =>
  attributesToJson(Object.fromEntries(Object.entries(withoutMark(image)).sort(([a], [b]) => (a < b ? -1 : 1))));

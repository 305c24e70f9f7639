import { statisticsProcessor } from '../../processors/statistics/handler.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { itemBytes } from '../../shared/model/size.ts';
import { aggregateFromAttributes } from '../../shared/model/storedAggregate.ts';
import { sumOfParts } from '../../shared/model/storedGroups.ts';
import type { System } from '../../shared/model/system.ts';
import { silentLog } from '../../shared/ports/log.ts';
import type { Shard } from '../../shared/ports/streamSource.ts';
import type { Replacement } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import { hotShop, ordered } from '../support/given/hotShop.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../support/memory/memoryTable.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';

/** A hot group that is written by 1,000 shards at once, each read by a worker of its own. */
const SHARDS = 1000;
const UNIT = 1024;
/** Id and sequence number as on AWS: 37 and 26 characters, and what a map takes for its member. */
const FENCE_BYTES = 64;
/** All of a part but its fences. */
const REST_BYTES = 300;
/** No hash deals 1,000 shards out evenly: three standard deviations of 1,000 throws on K parts. */
const mostShards = (parts: number): number => {
  const mean = SHARDS / parts;
  return Math.ceil(mean + 3 * Math.sqrt(mean));
};

const hex = (n: number): string => (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
const idOf = (generation: number, n: number): string =>
  `shardId-${String(1_700_000_000_000 + generation * 14_400_000).padStart(20, '0')}-${hex(generation * SHARDS + n)}`;
const sequenceOf = (at: number): string => `1${String(at).padStart(25, '0')}`;

class Fleet {
  readonly system: System;
  readonly table: MemoryTable;
  readonly shards: Shard[] = [];
  conflicts = 0;
  #at = 0;
  readonly #commits: ReturnType<typeof statisticsProcessor>[] = [];

  constructor(spread?: number) {
    this.system = hotShop(spread);
    this.table = new MemoryTable(this.system.table, new TurnedClock());
    const source = { ...memoryStreamSource(this.table.stream), shards: async () => this.shards };
    const lineage = new Lineage(source);
    const state = memoryState();
    const table = { read: this.table.read.bind(this.table), replace: this.#replace };
    for (let n = 0; n < SHARDS; n++)
      this.#commits.push(statisticsProcessor(this.system, { table, state, lineage, log: silentLog }));
  }

  /** Every worker reads an order of its shard, `together` of them at one time. */
  async everyShard(generation: number, together: number): Promise<void> {
    for (let first = 0; first < SHARDS; first += together)
      await Promise.all(
        this.#commits.slice(first, first + together).map((worker, i) => {
          const sequence = sequenceOf(this.#at++);
          const change = ordered(this.system, sequence, idOf(generation, first + i), sequence);
          return worker.process([change]);
        }),
      );
  }

  /** All shards roll over; the stream still holds the old ones. */
  roll(generation: number): void {
    for (let n = 0; n < SHARDS; n++)
      this.shards.push({ id: idOf(generation, n), parent: generation === 0 ? undefined : idOf(generation - 1, n) });
  }

  async items(): Promise<Attributes[]> {
    const items: Attributes[] = [];
    for await (const item of this.table.scan()) items.push(item);
    return items;
  }

  async orders(): Promise<unknown> {
    const statistic = this.system.statistic('total');
    const parts = (await this.items()).map((item) =>
      aggregateFromAttributes(statistic, keyOf(this.system.table, item), item),
    );
    return sumOfParts(parts)?.state.orders;
  }

  readonly #replace = async (replacements: readonly Replacement[]): Promise<('written' | 'conflict')[]> => {
    const outcomes = await this.table.replace(replacements);
    this.conflicts += outcomes.filter((outcome) => outcome === 'conflict').length;
    return outcomes;
  };
}

const largest = (items: readonly Attributes[]): number => Math.max(...items.map(itemBytes));
const units = (bytes: number): number => Math.ceil(bytes / UNIT);

/** Writers that meet at one time: more would lose more often, and only take longer. */
const TOGETHER = 8;
const PARTS = 8;

interface Measured {
  /** Of the largest item: each write costs its units. */
  readonly bytes: number;
  readonly conflicts: number;
}

async function measured(spread?: number): Promise<Measured> {
  const fleet = new Fleet(spread);
  fleet.roll(0);
  await fleet.everyShard(0, TOGETHER);
  expect(await fleet.orders()).toBe(SHARDS);
  return { bytes: largest(await fleet.items()), conflicts: fleet.conflicts };
}

test('in one item, 1,000 shards cost more than 60 write units a write; in 8 parts at most 11, and an eighth of the conflicts', async () => {
  const [whole, part] = [await measured(), await measured(PARTS)];
  expect(units(whole.bytes)).toBeGreaterThan(60);
  expect(part.bytes).toBeLessThanOrEqual(mostShards(PARTS) * FENCE_BYTES + REST_BYTES);
  expect(units(part.bytes)).toBeLessThanOrEqual(11);
  expect(part.conflicts).toBeLessThan((1.5 * whole.conflicts) / PARTS);
});

/** A stream holds its closed shards for a day; AWS rolls them over every few hours. */
const GENERATIONS = 6;

test('shards that roll over leave fences in the parts where no child of theirs writes: a day of them is the bound', async () => {
  const parts = 64;
  const fleet = new Fleet(parts);
  for (let generation = 0; generation < GENERATIONS; generation++) {
    fleet.roll(generation);
    await fleet.everyShard(generation, TOGETHER);
  }
  expect(await fleet.orders()).toBe(GENERATIONS * SHARDS);
  const day = largest(await fleet.items());
  expect(day).toBeLessThanOrEqual(mostShards(parts / GENERATIONS) * FENCE_BYTES + REST_BYTES);
  // Yesterday's shards are gone: their fences go with the next writes of their parts.
  fleet.shards.splice(0, (GENERATIONS - 1) * SHARDS);
  fleet.roll(GENERATIONS);
  await fleet.everyShard(GENERATIONS, TOGETHER);
  expect(largest(await fleet.items())).toBeLessThanOrEqual(mostShards(parts / 2) * FENCE_BYTES + REST_BYTES);
});

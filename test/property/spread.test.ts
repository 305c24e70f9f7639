import fc from 'fast-check';
import { allGroups } from '../../infra/views/groups.ts';
import { aggregateBefore, decideEffects, groupByAggregate, planReplacement } from '../../processors/statistics/plan.ts';
import type { Aggregate } from '../../shared/model/aggregate.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { keyFromId, keyId } from '../../shared/model/keys.ts';
import { partIn, partOf, type Spread } from '../../shared/model/spread.ts';
import { aggregateFromAttributes } from '../../shared/model/storedAggregate.ts';
import { sumOfParts } from '../../shared/model/storedGroups.ts';
import type { Change } from '../../shared/stream/change.ts';
import { isQueue, shardTree } from '../../shared/stream/lineage.ts';
import { hotShop, ordered } from '../support/given/hotShop.ts';

/**
 * THE LAW: however shards split, roll over and go, and whatever a zombie brings again of those that the stream holds:
 * each order counts once, although a child may write to another part than its parent.
 */
const PARTS = 3;
const system = hotShop(PARTS);
const statistic = system.statistic('total');
const spread = statistic.spread as Spread;

interface Open {
  readonly id: string;
  readonly parent: string | undefined;
  isOpen: boolean;
}

class Story {
  readonly items = new Map<string, Attributes>();
  readonly read: Change[] = [];
  #shards: Open[] = [{ id: 'shard-0', parent: undefined, isOpen: true }];
  #named = 0;

  order(pick: number): void {
    const open = this.#shards.filter(({ isOpen }) => isOpen);
    this.#next(open[pick % open.length]?.id ?? '');
  }

  /** What was parked comes from a queue of its own. */
  redrive(pick: number): void {
    this.#next(`parked#${pick % 4}`);
  }

  split(pick: number): void {
    const open = this.#shards.filter(({ isOpen }) => isOpen);
    const parent = open[pick % open.length] as Open;
    parent.isOpen = false;
    for (let child = 0; child <= pick % 2; child++)
      this.#shards.push({ id: `shard-${++this.#named}`, parent: parent.id, isOpen: true });
  }

  /** A day later: closed shards are gone, the oldest first. */
  forget(): void {
    const [oldest] = this.#shards;
    if (oldest && !oldest.isOpen) this.#shards = this.#shards.slice(1);
  }

  zombie(pick: number): void {
    const held = this.read.filter(
      ({ position: { shard } }) => isQueue(shard) || this.#shards.some(({ id }) => id === shard),
    );
    const first = held[pick % Math.max(1, held.length)];
    const again = held.filter(({ position }) => position.shard === first?.position.shard);
    this.#process(again.slice(pick % 3, 1 + (pick % 7)));
  }

  parts(): Aggregate[] {
    return [...this.items].map(([id, item]) => aggregateFromAttributes(statistic, keyFromId(id), item));
  }

  #next(shard: string): void {
    const sequence = String(100 + this.read.length);
    const change = ordered(system, sequence, shard, sequence);
    this.read.push(change);
    this.#process([change]);
  }

  #process(changes: readonly Change[]): void {
    const works = groupByAggregate(changes.map((change) => ({ change, result: decideEffects(system, change) })));
    for (const work of works) {
      const before = aggregateBefore(work, this.items.get(work.id), 1);
      const tree = shardTree(this.#shards);
      const known = { ...tree, holds: (id: string) => isQueue(id) || tree.holds(id) };
      const plan = planReplacement(system.table, work, before, known);
      if (plan) this.items.set(keyId(plan.replacement.key), plan.replacement.item);
    }
  }
}

const acts = fc.array(
  fc.record({
    act: fc.constantFrom('order', 'order', 'redrive', 'split', 'forget', 'zombie', 'zombie'),
    pick: fc.nat(),
  }),
  { maxLength: 120 },
);

test('each order counts once, and each fence stands in the part of its shard', () => {
  fc.assert(
    fc.property(acts, (all) => {
      const story = new Story();
      for (const { act, pick } of all) {
        story[act as 'order'](pick);
        expect(sumOfParts(story.parts())?.state.orders ?? 0).toBe(story.read.length);
      }
      for (const { key, fences } of story.parts())
        for (const shard in fences) expect(partOf(spread, shard)).toBe(partIn(spread, key));
    }),
    { numRuns: 300 },
  );
});

test('the table read whole tells one group, whatever parts it is in', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const story = new Story();
      for (const { act, pick } of all) story[act as 'order'](pick);
      const scan = async function* () {
        yield* story.items.values();
      };
      const orders: unknown[] = [];
      for await (const { state } of allGroups({ system, table: { scan } })) orders.push(state.orders);
      expect(orders).toEqual(story.read.length === 0 ? [] : [story.read.length]);
    }),
    { numRuns: 50 },
  );
});

test('shards are dealt out evenly', () => {
  const dealt = new Map<string, number>();
  for (let n = 0; n < 3000; n++) {
    const part = partOf(spread, `shardId-0000000170000000${String(n).padStart(4, '0')}-0000abcd`);
    dealt.set(part, (dealt.get(part) ?? 0) + 1);
  }
  expect(dealt.size).toBe(PARTS);
  for (const n of dealt.values()) expect(Math.abs(n - 1000)).toBeLessThan(100);
});

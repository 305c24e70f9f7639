import fc from 'fast-check';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { countRecords, listRecordCounts } from '../../shared/state/recordCounts.ts';
import type { Change } from '../../shared/stream/change.ts';
import { below, type Random, randomFrom } from '../simulation/random.ts';
import { changeOf } from '../support/given/changes.ts';
import { versionItem } from '../support/given/reviewerItems.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { Crash, Lifeline } from './world/lifeline.ts';

/**
 * THE LAW: however batches are cut and brought again, whoever dies in whichever call, and though two owners read a shard at
 * once, each record counts once, in its shard and hour.
 */
const START = Date.parse('2026-02-01T10:00:00.000Z');
const SHARDS = ['shard-1', 'shard-2'];

/** In order; the time of a record is no order, and may go back. */
const recordsOf = (random: Random, shard: string, count: number): Change[] =>
  Array.from({ length: count }, (_, i) =>
    changeOf({
      new: versionItem({ reviewId: `${shard}-${i}` }),
      sequence: String(95 + i),
      shard,
      at: START + below(random, 3) * 3_600_000 + i,
    }),
  );

/** Reads a shard as a reader does: what lies behind its position, in any cut, some of it twice; it may die. */
async function own(state: StateStore, records: readonly Change[], random: Random): Promise<void> {
  for (let done = 0; done < records.length; ) {
    const end = Math.min(records.length, done + 1 + below(random, 6));
    const from = random() < 0.3 ? below(random, done + 1) : done;
    await countRecords(state, records.slice(from, end));
    done = end;
  }
}

test('each record counts once', () =>
  fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.nat(30),
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
      async (seed, count, deaths) => {
        const random = randomFrom(seed);
        const state = memoryState();
        const records = SHARDS.map((shard) => recordsOf(random, shard, count));
        const owner = async (diesAtCall: number | undefined): Promise<void> => {
          const mine = new Lifeline({ random, diesAtCall, failing: 0 }).state(state);
          for (const shard of records) await own(mine, shard, random);
        };
        await Promise.allSettled(
          deaths.map((call) => owner(call).catch((error) => expect(error).toBeInstanceOf(Crash))),
        );
        await Promise.all([owner(undefined), owner(undefined)]);
        const counted = await listRecordCounts(state);
        const expected = new Map<string, number>();
        for (const { at, position } of records.flat()) {
          const id = `${Math.floor(at / 3_600_000)} ${position.shard}`;
          expected.set(id, (expected.get(id) ?? 0) + 1);
        }
        expect(new Map(counted.map(({ hour, shard, user }) => [`${hour / 3_600_000} ${shard}`, user]))).toEqual(
          expected,
        );
      },
    ),
  ));

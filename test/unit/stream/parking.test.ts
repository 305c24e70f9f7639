import { AfterwriteError } from '../../../shared/model/errors.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { firstParked, listParked, type Parked } from '../../../shared/state/parked.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { parkingProcessor } from '../../../shared/stream/parkingProcessor.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

const change = (reviewId: string, sequence: number, riskScore = 1): Change =>
  changeOf({ new: versionItem({ reviewId, riskScore }), sequence: String(sequence) });

/** A processor whose only work is to look at each change. */
function given(): {
  start(): Processor;
  committed: string[];
  parked(): Promise<Parked[]>;
  state: ReturnType<typeof memoryState>;
} {
  const state = memoryState();
  const committed: string[] = [];
  const start = () =>
    parkingProcessor<unknown>(
      {
        name: 'looking',
        decide: (one) => one.new,
        drop: () => [],
        commit: async (decided) => {
          committed.push(...decided.map((one) => one.change.position.sequence));
          return [];
        },
      },
      state,
      silentLog,
    );
  const parked = async (): Promise<Parked[]> => {
    const found: Parked[] = [];
    for await (const one of listParked(state, 'looking')) found.push(one);
    return found;
  };
  return { start, committed, parked, state };
}

test('a poison change is parked with its reason and its whole record, what follows of its item waits behind it', async () => {
  const { start, committed, parked } = given();
  await start().process([change('a', 9, 140), change('b', 10), change('a', 11)]);
  expect(committed).toEqual(['10']);
  const found = await parked();
  expect(found.map(({ position }) => position.sequence)).toEqual(['9', '11']);
  expect(found[0]).toMatchObject({
    code: 'ITEM_MALFORMED',
    entity: 'version',
    key: { pk: 'REVIEW#a', sk: 'VERSION#1' },
  });
  expect(found[0]?.reason).toContain('riskScore');
  expect(found[0]?.record).toEqual(change('a', 9, 140).record);
  expect(found[1]).toMatchObject({ code: undefined, reason: undefined });
});

test('another process finds the gate closed, and parks behind it in the order of sequence numbers', async () => {
  const { start, committed, parked } = given();
  await start().process([change('a', 99, 140)]);
  await start().process([change('a', 100), change('a', 1000)]);
  expect(committed).toEqual([]);
  expect((await parked()).map(({ position }) => position.sequence)).toEqual(['99', '100', '1000']);
});

test('what only the commit finds to be poison is parked too', async () => {
  const { state } = given();
  const poison = change('a', 1);
  const error = new AfterwriteError('PUBLISH_REFUSED', 'too large', { mend: 'x' });
  const processor = parkingProcessor<null>(
    {
      name: 'looking',
      decide: () => null,
      drop: () => [],
      commit: async (decided) => decided.map((one) => ({ change: one.change, error })),
    },
    state,
    silentLog,
  );
  await processor.process([poison]);
  expect([...(await firstParked(state, 'looking')).values()]).toMatchObject([{ code: 'PUBLISH_REFUSED' }]);
});

test('an item of binary values is parked byte for byte', async () => {
  const { start, parked } = given();
  const item = { ...versionItem({ riskScore: 140 }), blob: { B: new Uint8Array([0, 1, 255]) } };
  await start().process([changeOf({ new: item })]);
  expect((await parked())[0]?.record.new).toEqual(item);
});

test('changes before the poison one, given again, are not parked', async () => {
  const { start, parked } = given();
  const batch = [change('a', 1), change('a', 2, 140)];
  await start().process(batch);
  await start().process(batch);
  expect((await parked()).map(({ position }) => position.sequence)).toEqual(['2']);
});

test('a poison change that is given again keeps its reason', async () => {
  const { start, parked } = given();
  await start().process([change('a', 2, 140)]);
  await start().process([change('a', 2, 140)]);
  expect((await parked())[0]?.code).toBe('ITEM_MALFORMED');
});

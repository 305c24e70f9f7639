import { FlowReading } from '../../../infra/console/flowReading.ts';
import { mostBehind } from '../../../infra/console/readings.ts';
import { RecentEvents } from '../../../infra/console/recentEvents.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { stack } from '../../../shared/systems/reviewerStatistics.ts';
import { storedGroup } from '../../support/console/storedGroup.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('writes, aggregates and events are told apart, as the archive has them, of this hour and the one before', async () => {
  const clock = new TurnedClock(Date.parse('2026-02-01T10:30:00.000Z'));
  const names = namesOf(reviewer, 'flow');
  const place = { system: reviewer, names, state: memoryState(), archive: new MemoryArchive(clock) };
  const reading = new FlowReading(place, clock, new RecentEvents({ events: 100, characters: 1_000_000 }));
  const archive = archiveProcessor(reviewer, names, place);
  let sequence = 100;
  /** @param ago milliseconds before now */
  const archived = (ago: number, ...items: Parameters<typeof changeOf>[0]['new'][]) =>
    archive.process(items.map((item) => changeOf({ new: item, sequence: String(sequence++), at: clock.now() - ago })));
  const reviewed = storedGroup(reviewer, stack, { stackId: 'network' }, { reviews: 1 });
  await archived(2 * HOUR, versionItem({ reviewId: 'earlier' }));
  await archived(50 * MINUTE, versionItem({ reviewId: 'before' }));
  const first = await reading.read(null);
  expect(first.flow).toMatchObject({
    user: 0,
    derived: 0,
    events: 0,
    lagSeconds: null,
    totals: { user: 1, derived: 0 },
  });
  await archived(
    0,
    versionItem({ reviewId: 'a' }),
    versionItem({ reviewId: 'b' }),
    versionItem({ reviewId: 'c' }),
    reviewed,
  );
  clock.advance(1_000);
  const { flow, samples } = await reading.read(7);
  expect(flow).toMatchObject({
    user: 3,
    derived: 1,
    events: 3,
    lagSeconds: 7,
    totals: { user: 4, derived: 1, events: 5 },
  });
  expect(samples).toHaveLength(2);
});

test('the lag of a pipeline is that of its slowest processor', () => {
  expect(mostBehind({ shards: [] })).toBe(0);
  expect(mostBehind({ shards: [{ lagSeconds: 3 }, { lagSeconds: 90 }, { lagSeconds: 0 }] as never })).toBe(90);
});

import { planBackfill } from '../../../processors/backfill/plan.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { LeavingWorld } from '../../support/given/leaving.ts';
import { lives } from '../../support/given/review.ts';

const START = Date.parse('2026-02-03T08:59:00.000Z');
const DUE = Date.parse('2026-02-03T08:00:00.000Z') + 400 * DAY_MS;
const ITEMS: readonly Attributes[] = [lives.pending, lives.completed, ...(lives.findings as Attributes[]), lives.fix];

/** A backfill comes in between two steps of the sweeper. */
async function sweptBeside(step: 'before' | 'after'): Promise<LeavingWorld> {
  const world = new LeavingWorld(reviewer, START);
  for (const item of ITEMS) world.table.put(item);
  await world.readStatistics();
  await world.archiveAll();
  const { table } = world;
  const mark = table.mark.bind(table);
  table.mark = async (markings) => {
    const copies = markings.map(({ copy }) => planBackfill(reviewer, copy.attributes)?.backfilling);
    const planned = copies.flatMap((backfilling) => backfilling ?? []);
    if (step === 'before') await table.backfill(planned);
    const marked = await mark(markings);
    if (step === 'after')
      expect((await table.backfill(planned)).filter((outcome) => outcome !== 'conflict')).toEqual([]);
    return marked;
  };
  await world.sweep(DUE);
  table.mark = mark;
  return world;
}

const causes = ({ table }: LeavingWorld): string[] =>
  table.stream.records.flatMap((record) => {
    const { source, cause } = decodeChange(reviewer, record, 'stream', 'shard');
    return source?.derived === false && record.new === undefined ? [cause] : [];
  });

test.each(['before', 'after'] as const)(
  'what gets its keys %s it is marked to leave never leaves as deleted by its user',
  async (step) => {
    const world = await sweptBeside(step);
    // Whose keys came first is another item than its copy, and stays for now.
    expect(world.present(ITEMS).length).toBe(step === 'before' ? 4 : 0);
    expect(await world.lost()).toEqual([]);
    await world.readStatistics();
    await world.archiveAll();
    await world.sweep(DUE);
    expect(world.present(ITEMS)).toEqual([]);
    expect(new Set(causes(world))).toEqual(new Set(['archived']));
    expect(await world.lost()).toEqual([]);
  },
);

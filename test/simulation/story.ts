import { loadCheckpoints } from '../../shared/state/checkpoints.ts';
import { act, meddle } from './history.ts';
import { brokenCheckpoints } from './laws/archive.ts';
import type { Fate } from './lifeline.ts';
import { below, between, chance, pick, pickWeighted, type Random } from './random.ts';
import type { World } from './world.ts';

/** What kind of story it is: each seed tells one kind, so that some faults are left out and others can show. */
export interface Plot {
  readonly workers: 1 | 2;
  readonly dying: boolean;
  readonly hanging: boolean;
  readonly failing: boolean;
  readonly slow: boolean;
  readonly trims: boolean;
  /** The bus is out for a while, and takes some entries of a call only. */
  readonly outages: boolean;
  readonly leased: boolean;
  /** Users write to what is on its way out just before the sweeper's next step. */
  readonly meddling: boolean;
  readonly malformedPart: number;
  readonly events: number;
}

/** What happens beside the acts on items. */
const EVENTS = {
  act: 14,
  turn: 6,
  start: 5,
  split: 0.7,
  roll: 0.7,
  'expire iterators': 0.7,
  'stop workers': 0.5,
  wake: 1,
  'jump of a clock': 0.5,
  'days pass': 0.5,
  'forget old shards': 0.4,
  'bus goes or comes': 2,
  'bus stutters': 1,
};

/** A process that dies or hangs does so in one of its first calls: few come to more. */
const LAST_CALL = 60;
/** Any call, or a write that may come late. */
const HANGS_IN = [
  undefined,
  'replace',
  'mark',
  'removeMarked',
  'bus.put',
  'state.put',
  'put v1/spill',
  'remove v1/spill',
  'put v1/bundles',
];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const anyPlot = (random: Random): Plot => ({
  workers: chance(random, 0.5) ? 2 : 1,
  dying: chance(random, 0.6),
  hanging: chance(random, 0.4),
  failing: chance(random, 0.6),
  slow: chance(random, 0.4),
  trims: chance(random, 0.1),
  outages: chance(random, 0.4),
  leased: chance(random, 0.3),
  meddling: chance(random, 0.4),
  malformedPart: chance(random, 0.25) ? 0.08 : 0,
  events: between(random, 5, 34),
});

/** Lets the story happen, then one sound worker read the rest. */
export async function tell(world: World, plot: Plot, random: Random): Promise<void> {
  if (plot.meddling)
    world.meddler = () => {
      if (chance(random, 0.2)) meddle(world, random);
    };
  for (let i = 0; i < plot.events; i++) {
    await happen(world, plot, random);
    if (chance(random, 0.3)) await world.turn(below(random, 2));
    if (plot.trims && chance(random, 0.1)) await trim(world, random);
    // What was trimmed before it was read is in no journal: that it was lost is held against what is told, at the end.
    if (!plot.trims && chance(random, 0.1)) world.failures.push(...(await brokenCheckpoints(world)));
  }
  world.meddler = undefined;
  world.bus.isOut = false;
  world.bus.stutters = 0;
  await world.readToTheEnd(random);
}

async function happen(world: World, plot: Plot, random: Random): Promise<void> {
  const event = pickWeighted(random, EVENTS);
  world.trace.note(event);
  switch (event) {
    case 'act':
      act(world, random, plot.malformedPart);
      return;
    case 'turn':
      return world.turn(between(random, 1, 6));
    case 'start':
      if (world.working.length < plot.workers) world.start(fateOf(plot, random));
      return;
    case 'stop workers':
      return world.stopAll();
    case 'wake':
      pick(random, world.hanging)?.wake();
      return;
    case 'days pass':
      world.clock.advance(pick(random, [1, 40, 410]) * DAY_MS);
      return;
    case 'jump of a clock':
      for (const worker of world.working) if (chance(random, 0.5)) worker.skewMs += pick(random, [-1, 1]) * HOUR_MS;
      return;
    case 'bus goes or comes':
      world.bus.isOut = plot.outages && !world.bus.isOut;
      return;
    case 'bus stutters':
      world.bus.stutters = plot.outages ? between(random, 1, 9) : 0;
      return;
    default:
      return befall(event, world, random);
  }
}

/** What happens to the stream. */
async function befall(event: string, world: World, random: Random): Promise<void> {
  const { stream } = world.table;
  const open = stream.shards.filter(({ closed }) => !closed);
  if (event === 'split') stream.split(pick(random, open).id, 2);
  if (event === 'roll') stream.split(pick(random, open).id, 1);
  if (event === 'expire iterators') stream.epoch++;
  if (event === 'forget old shards') await forgetOldShards(world);
}

const fateOf = ({ dying, hanging, failing, slow, leased }: Plot, random: Random): Fate => ({
  random,
  diesAtCall: dying && chance(random, 0.6) ? between(random, 1, LAST_CALL) : undefined,
  hangsAtCall: hanging && chance(random, 0.7) ? between(random, 1, LAST_CALL) : undefined,
  hangsIn: pick(random, HANGS_IN),
  failing: failing ? pick(random, [0, 0.05, 0.1]) : 0,
  slow: slow ? pick(random, [0, 0.05]) : 0,
  leased,
});

/** The first records of a shard are gone, read or not. */
async function trim(world: World, random: Random): Promise<void> {
  const { stream } = world.table;
  const { id, records, trimmed } = pick(random, stream.shards);
  const upTo = between(random, trimmed, records.length);
  if (upTo > trimmed) world.trims++;
  const gone = records.slice(0, upTo).map(({ sequence }) => BigInt(sequence));
  stream.trim(id, upTo);
  const checkpoints = (await loadCheckpoints(world.state, stream.name)).filter(({ shard }) => shard === id);
  for (const processor of ['statistics', 'fanout', 'archive'] as const) {
    const checkpoint = checkpoints.find((one) => one.processor === processor);
    if (checkpoint?.finished) continue;
    const done = BigInt(checkpoint?.sequence ?? -1);
    if (gone.some((sequence) => sequence > done))
      world.trimmed.push({ processor, couldKnow: checkpoint?.sequence !== undefined });
  }
}

/** Closed shards that everybody has finished are gone after a day; while somebody may still read them, they are young. */
async function forgetOldShards(world: World): Promise<void> {
  if (world.working.length + world.hanging.length > 0) return;
  const { stream } = world.table;
  const checkpoints = await loadCheckpoints(world.state, stream.name);
  for (const { id } of stream.shards.filter(({ closed }) => closed))
    if (checkpoints.filter(({ shard, finished }) => shard === id && finished).length === 3) stream.drop(id);
}

import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import { noteDeclared } from '../../infra/pipeline/declared.ts';
import { rebuild } from '../../processors/statistics/rebuild.ts';
import { withDownstream } from '../../shared/model/fingerprint.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { declarationChanges } from '../../shared/state/declared.ts';
import { brokenStatistics } from '../simulation/laws/statistics.ts';
import { FIRST, ordersCast, type Version } from '../simulation/systems/orders.ts';
import { Beside } from './world/beside.ts';

/**
 * THE LAW: whatever an author changes in a declaration, `rebuild --changed` makes the statistics what is declared, exactly,
 * while writes go on and readers of the new version have worked on what the old one left.
 */
const RUNS = 100;

const version: fc.Arbitrary<Version> = fc.record({
  paidOnly: fc.boolean(),
  percent: fc.constantFrom(50, 90),
  key: fc.constantFrom('CUSTOMER', 'CLIENT'),
  measure: fc.constantFrom('none', 'mean', 'sum'),
  factor: fc.constantFrom(1, 2),
  shown: fc.boolean(),
  days: fc.boolean(),
});

async function deployed(beside: Beside, next: Version): Promise<string[]> {
  const { world } = beside;
  await world.stopAll();
  world.deploy(ordersCast(next));
  await noteDeclared(world.system, world.state, silentLog);
  beside.start();
  await beside.happens();
  return (await declarationChanges(world.system, world.state)).map(({ statistic }) => statistic);
}

const story = fc.record({ seed: fc.nat(), before: fc.constant(0), acts: fc.integer({ min: 4, max: 30 }) });

test('rebuild --changed: what is declared now is what is counted, at every depth', () =>
  fc.assert(
    fc.asyncProperty(story, version, version, fc.option(version), async (given, first, next, last) => {
      const beside = new Beside(given, ordersCast(first));
      const { world } = beside;
      expect(await deployed(beside, first)).toEqual([]);
      for (let times = 0; times < 3; times++) await beside.happens();
      const changed = await deployed(beside, next);
      expect(changed.length === 0).toBe(isSame(first, next));
      // Taken back before anything was rebuilt, a change has counted all the same.
      const all = await deployed(beside, last ?? first);
      expect(all).toEqual(expect.arrayContaining(changed.filter((name) => name !== 'day')));
      await rebuild(beside.context, withDownstream(world.system, all), beside.options);
      await beside.end();
      expect(await brokenStatistics(world)).toEqual([]);
      const left = await declarationChanges(world.system, world.state);
      expect(left.filter(({ statistic }) => statistic !== 'day')).toEqual([]);
    }),
    { numRuns: RUNS },
  ));

const isSame = (a: Version, b: Version): boolean => JSON.stringify(a) === JSON.stringify(b);

test('a rebuild that was cut off and goes on under yet another declaration writes all of it anew', () =>
  fc.assert(
    fc.asyncProperty(story, version, fc.nat(6), async (given, next, steps) => {
      const beside = new Beside(given, ordersCast(FIRST));
      const { world } = beside;
      await deployed(beside, FIRST);
      for (let times = 0; times < 3; times++) await beside.happens();
      await deployed(beside, { ...FIRST, paidOnly: true });
      await rebuild(dying(beside, steps), world.system.statistics, beside.options).catch(() => {});
      const changed = await deployed(beside, next);
      await rebuild(beside.context, withDownstream(world.system, changed), beside.options);
      await beside.end();
      expect(await brokenStatistics(world)).toEqual([]);
    }),
    { numRuns: RUNS / 2 },
  ));

/** The table refuses after so many writes. */
function dying(beside: Beside, writes: number): Beside['context'] {
  const { context } = beside;
  let left = writes;
  return {
    ...context,
    table: {
      scan: () => context.table.scan(),
      replace: async (replacements) => {
        const some = replacements.slice(0, left);
        left -= some.length;
        const outcomes = await context.table.replace(some);
        if (some.length < replacements.length) throw new Error('dies');
        return outcomes;
      },
    },
  };
}

test('a view that another statistic counts by: the changed statistic alone would leave a drift below it', async () => {
  const told = async (seed: number, choose: (changed: string[], beside: Beside) => string[]): Promise<string[]> => {
    const beside = new Beside({ seed, before: 0, acts: 40 }, ordersCast(FIRST));
    const { world } = beside;
    await deployed(beside, FIRST);
    for (let times = 0; times < 10; times++) await beside.happens();
    await world.turn(60);
    const changed = await deployed(beside, { ...FIRST, percent: 90 });
    expect(changed).toEqual(['customer']);
    const chosen = choose(changed, beside);
    const statistics = world.system.statistics.filter(({ name }) => chosen.includes(name));
    await rebuild(beside.context, statistics, beside.options);
    await beside.end();
    return brokenStatistics(world);
  };
  const alone: string[] = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    alone.push(...(await told(seed, (changed) => changed)));
    const withAll = await told(seed, (changed, { world }) => withDownstream(world.system, changed).map((s) => s.name));
    expect(withAll).toEqual([]);
  }
  expect(alone).not.toEqual([]);
});

import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import { rebuild, repair } from '../../processors/statistics/rebuild.ts';
import { verify } from '../../processors/statistics/verify.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { loadGenerations } from '../../shared/state/generations.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { brokenStatistics } from '../simulation/laws/statistics.ts';
import { Beside } from './world/beside.ts';

/**
 * THE LAW: verify, repair, rebuild and attach are exact while writes go on. Whatever is written between any two of
 * their steps, nothing that is right is called wrong, nothing is lost and nothing is counted twice.
 */
const RUNS = 60;

const holds = (property: (beside: Beside) => Promise<void>, acts = fc.nat(24)): Promise<void> =>
  fc.assert(
    fc.asyncProperty(fc.record({ seed: fc.nat(), before: fc.nat(8), acts }), (one) => property(new Beside(one))),
    { numRuns: RUNS },
  );

test('attach: what was there before and what is written meanwhile count once', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    await beside.end();
    expect(await brokenStatistics(beside.world)).toEqual([]);
  }));

test('attach beside a pipeline that runs already', () =>
  holds(async (beside) => {
    beside.start();
    await repair(beside.context, beside.options);
    await beside.end();
    expect(await brokenStatistics(beside.world)).toEqual([]);
  }));

test('attach fires no event, at no depth of statistics', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    await beside.end();
    expect(beside.world.bus.taken).toEqual([]);
  }, fc.constant(0)));

test('verify finds nothing wrong with what is right, whatever is unread', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    beside.start();
    for (let times = 0; times < 3; times++) expect((await verify(beside.context, beside.options)).drifts).toEqual([]);
    await beside.end();
  }));

test('what was spoiled is found, and repaired for good', () =>
  holds(async (beside) => {
    const { world } = beside;
    await repair(beside.context, beside.options);
    beside.start();
    await beside.happens();
    const own: Attributes[] = [];
    for await (const item of world.table.scan())
      if (item.afterwrite && 'M' in item.afterwrite && item.afterwrite.M.state) own.push(item);
    const [victim] = own;
    if (victim) world.table.remove(keyOf(world.system.table, victim));
    await repair(beside.context, beside.options);
    await beside.end();
    await repair(beside.context, beside.options);
    await beside.end();
    expect(await brokenStatistics(world)).toEqual([]);
  }));

test('rebuild writes each group anew, and changes no number', () =>
  holds(async (beside) => {
    await repair(beside.context, beside.options);
    beside.start();
    await beside.happens();
    await rebuild(beside.context, beside.world.system.statistics, beside.options);
    await beside.end();
    expect(await brokenStatistics(beside.world)).toEqual([]);
    const generations = [...(await loadGenerations(beside.world.state)).values()];
    expect(generations).toEqual(beside.world.system.statistics.map(() => ({ generation: 2, state: 'complete' })));
  }));

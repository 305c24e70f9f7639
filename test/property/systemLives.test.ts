import { generatorOf } from '../../infra/feed/generated/generators.ts';
import { generate } from '../../infra/feed/generated/lives.ts';
import { decodeAttributes } from '../../shared/model/attribute.ts';
import type { System } from '../../shared/model/system.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { organizations } from '../../shared/systems/organizations.ts';
import { workbench } from '../../shared/systems/workbench.ts';
import { Stage } from '../support/given/stage.ts';

const UNTIL = Date.UTC(2026, 1, 1);
const LIVES = 7;
const SEED = 1;
/** So many writes are read together. */
const PORTION = 200;

/** Generated lives of a system, through the whole pipeline in memory. What is told of them, by type. */
async function lived(system: System) {
  const generator = generatorOf(system);
  const stage = new Stage(system, new Date(UNTIL).toISOString());
  let writes = 0;
  for (const write of generate(generator, { lives: LIVES, seed: SEED, until: UNTIL, stage: 'test' })) {
    if ('put' in write) stage.put(decodeAttributes(write.put));
    if ('remove' in write) stage.delete(keyOf(system.table, write.remove));
    if (++writes % PORTION === 0) await stage.turn(20);
  }
  await stage.settle();
  expect(await stage.drifts()).toEqual([]);
  await stage.pass(100);
  expect(await stage.drifts()).toEqual([]);
  return { stage, types: new Set(stage.events().map(({ type }) => type)) };
}

test('workbench: lives of projects give every event, nothing is parked, and all statistics are right', async () => {
  const { types } = await lived(workbench);
  expect([...types].sort()).toEqual([...new Set(workbench.events.map(({ type }) => type))].sort());
});

test('organizations: lives give every event; what left holds no token, no address, and nothing of two of them', async () => {
  const { stage, types } = await lived(organizations);
  expect([...types].sort()).toEqual([...new Set(organizations.events.map(({ type }) => type))].sort());
  const left = await stage.everythingThatLeft();
  expect(left.filter((text) => /token-|@example\.com|Person /.test(text))).toEqual([]);
  expect(await stage.mixedObjects()).toEqual([]);
});

import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { endTurn, takeTurn } from '../../../shared/state/turns.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

let state: StateStore;

beforeEach(() => {
  state = memoryState();
});

const turn = (by: string, until = 100, task = 'sweep') => ({ task, by, until });

test('one at a time has the turn at a task, whoever else has another task', async () => {
  expect(await takeTurn(state, turn('a'), 0)).toBe(true);
  expect(await takeTurn(state, turn('b'), 99)).toBe(false);
  expect(await takeTurn(state, turn('b', 100, 'drain'), 0)).toBe(true);
});

test('who is done gives it back', async () => {
  await takeTurn(state, turn('a'), 0);
  await endTurn(state, turn('a'));
  expect(await takeTurn(state, turn('b'), 1)).toBe(true);
});

test('the turn of who died is over with its time, and is not taken from the next by a late return', async () => {
  await takeTurn(state, turn('a'), 0);
  expect(await takeTurn(state, turn('b', 200), 100)).toBe(true);
  await endTurn(state, turn('a'));
  expect(await takeTurn(state, turn('c', 300), 150)).toBe(false);
});

test('of two that see the same end one takes it', async () => {
  await takeTurn(state, turn('a'), 0);
  const taken = await Promise.all([takeTurn(state, turn('b', 200), 100), takeTurn(state, turn('c', 200), 100)]);
  expect(taken.filter(Boolean)).toHaveLength(1);
});

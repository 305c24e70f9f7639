import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { forgetFinished, loadCheckpoints, saveCheckpoint } from '../../../shared/state/checkpoints.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

let state: StateStore;

beforeEach(() => {
  state = memoryState();
});

const save = (sequence: string | undefined, known: string | undefined, finished = false): Promise<void> =>
  saveCheckpoint(state, 's', { processor: 'p', shard: '1', sequence, at: undefined, finished }, known);
const saved = async (): Promise<unknown[]> =>
  (await loadCheckpoints(state, 's')).map(({ sequence, finished }) => (finished ? 'finished' : sequence));

test('goes forward from where it is known to stand', async () => {
  await save('5', undefined);
  await save('10', '5');
  expect(await saved()).toEqual(['10']);
});

test('never goes back, whoever thinks it stands elsewhere', async () => {
  await save('10', undefined);
  await save('9', undefined);
  await save('9', '5');
  expect(await saved()).toEqual(['10']);
});

test('what was done beyond the place of another is saved all the same', async () => {
  await save('10', undefined);
  await save('11', '5');
  expect(await saved()).toEqual(['11']);
});

test('an end is never undone', async () => {
  await save('10', undefined);
  await save('10', '10', true);
  await save('11', '10');
  expect(await saved()).toEqual(['finished']);
});

test('an end is saved over whatever place another one told', async () => {
  await save('10', undefined);
  await save('5', '5', true);
  expect(await saved()).toEqual(['finished']);
});

test('the end of a shard that held nothing', async () => {
  await save(undefined, undefined, true);
  await save(undefined, undefined, true);
  expect(await saved()).toEqual(['finished']);
});

test('of a finished shard that is gone for two days nothing is kept; of one that is held, or was not finished, all', async () => {
  const state = memoryState();
  const save = (shard: string, finished: boolean) =>
    saveCheckpoint(state, 'stream', { processor: 'a', shard, sequence: '1', at: 0, finished }, undefined);
  for (const shard of ['gone', 'held', 'lost']) await save(shard, shard !== 'lost');
  const held = (shard: string): boolean => shard === 'held';
  const kept = async (hours: number): Promise<string[]> => {
    await forgetFinished(state, 'stream', await loadCheckpoints(state, 'stream'), held, hours * 3_600_000);
    return (await loadCheckpoints(state, 'stream')).map(({ shard }) => shard);
  };
  expect(await kept(48)).toEqual(['gone', 'held', 'lost']);
  expect(await kept(49)).toEqual(['held', 'lost']);
});

import type { StateRecord, StateStore } from '../../shared/ports/stateStore.ts';
import { gather } from './reading.ts';

const record = (sk: string, fields: Record<string, unknown> = {}): StateRecord => ({ pk: 'P', sk, ...fields });
const numbered = (count: number): StateRecord[] =>
  Array.from({ length: count }, (_, i) => record(String(i).padStart(4, '0'), { i }));

/** What every StateStore does, whatever it stands on. */
export function stateStoreContract(make: () => Promise<StateStore>): void {
  let state: StateStore;
  beforeEach(async () => {
    state = await make();
  });

  test('a record is read as it was put: texts, numbers, bytes, lists, maps; undefined members are gone', async () => {
    const whole = record('a', {
      text: '',
      number: 1.5,
      flag: false,
      nothing: null,
      bytes: new Uint8Array([0, 255]),
      list: [1, 'x', { deep: true }],
      map: { a: { b: [] } },
    });
    await state.put([{ ...whole, missing: undefined }]);
    expect(await state.get('P', 'a')).toEqual(whole);
    expect(await state.get('P', 'a')).not.toHaveProperty('missing');
    expect(await state.get('P', 'b')).toBeUndefined();
  });

  test('a record that is put again is another record', async () => {
    await state.put([record('a', { old: 1, both: 1 })]);
    await state.put([record('a', { both: 2 })]);
    expect(await state.get('P', 'a')).toEqual(record('a', { both: 2 }));
  });

  test('any number of records is put and read', async () => {
    const records = numbered(130);
    await state.put([]);
    await state.put(records);
    const read = await state.getMany([...records, { pk: 'P', sk: 'none' }]);
    expect(read.sort((a, b) => (a.sk < b.sk ? -1 : 1))).toEqual(records);
    expect(await state.getMany([])).toEqual([]);
  });

  test('of two that put what is absent, one wins', async () => {
    const outcomes = await Promise.all(['x', 'y', 'z'].map((by) => state.putIfAbsent(record('a', { by }))));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect((await state.get('P', 'a'))?.by).toBe(['x', 'y', 'z'][outcomes.indexOf(true)]);
  });

  test('of two that replace what they have read, one wins; the other has replaced nothing', async () => {
    await state.put([record('a', { owner: 'none', turn: 1 })]);
    const take = (owner: string) => state.putIf(record('a', { owner, turn: 2 }), { owner: 'none', turn: 1 });
    const outcomes = await Promise.all(['x', 'y', 'z'].map(take));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await state.get('P', 'a')).toEqual(record('a', { owner: ['x', 'y', 'z'][outcomes.indexOf(true)], turn: 2 }));
  });

  test('a condition on a record that is not there, or lacks the field, does not hold', async () => {
    await state.put([record('b', { other: 1 })]);
    for (const sk of ['a', 'b']) {
      expect(await state.putIf(record(sk, { turn: 2 }), { turn: 1 })).toBe(false);
      expect(await state.removeIf('P', sk, { turn: 1 })).toBe(false);
    }
    expect(await state.get('P', 'a')).toBeUndefined();
    expect(await state.get('P', 'b')).toEqual(record('b', { other: 1 }));
  });

  test('a record is removed on its condition', async () => {
    await state.put([record('a', { name: 'x', done: true })]);
    expect(await state.removeIf('P', 'a', { name: 'x', done: false })).toBe(false);
    expect(await state.removeIf('P', 'a', { name: 'x', done: true })).toBe(true);
    expect(await state.get('P', 'a')).toBeUndefined();
  });

  test('what is removed is gone, twice too, and can be put as absent', async () => {
    await state.put([record('a')]);
    await state.remove('P', 'a');
    await state.remove('P', 'a');
    expect(await state.get('P', 'a')).toBeUndefined();
    expect(await state.putIfAbsent(record('a'))).toBe(true);
  });

  test('a partition is read in the order of its sort keys, as bytes', async () => {
    const keys = ['b', 'a', 'Z', 'a#1', '\u{FF5E}', '\u{1F600}', 'é'];
    await state.put([...keys.map((sk) => record(sk)), { pk: 'Q', sk: 'a' }]);
    const read = (await gather(state.query('P'))).map(({ sk }) => sk);
    expect(read).toEqual(['Z', 'a', 'a#1', 'b', 'é', '\u{FF5E}', '\u{1F600}']);
  });

  test('a range includes both of its ends', async () => {
    await state.put(numbered(6));
    const read = async (range: { from?: string; to?: string }) =>
      (await gather(state.query('P', range))).map(({ i }) => i);
    expect(await read({ from: '0002', to: '0004' })).toEqual([2, 3, 4]);
    expect(await read({ from: '0004' })).toEqual([4, 5]);
    expect(await read({ to: '0001' })).toEqual([0, 1]);
    expect(await read({ to: '0001$' })).toEqual([0, 1]);
  });

  test('a partition may be longer than a page of the service', async () => {
    await state.put(numbered(60).map((one) => ({ ...one, weight: 'x'.repeat(30_000) })));
    expect(await gather(state.query('P'))).toHaveLength(60);
  });
}

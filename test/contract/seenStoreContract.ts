import type { Attempt, SeenStore } from '../../shared/ports/seenStore.ts';
import type { TurnedClock } from '../support/memory/turnedClock.ts';

export interface SeenPlace {
  readonly seen: SeenStore;
  readonly clock: TurnedClock;
  /** One effect with its mark, in one transaction. */
  commit(attempt: Attempt): Promise<'written' | 'already'>;
  effects(): Promise<number>;
}

const LEASE = 60_000;

/** What every SeenStore does, whatever it stands on. */
export function seenStoreContract(make: () => Promise<SeenPlace>): void {
  let place: SeenPlace;
  beforeEach(async () => {
    place = await make();
  });

  const attempt = (by: string, fields: Partial<Attempt> = {}): Attempt => ({
    event: 'e1',
    item: 'reviews#REVIEW#r1',
    sequence: '100',
    ordered: false,
    by,
    until: place.clock.now() + LEASE,
    ...fields,
  });
  const at = (by: string, sequence: string): Attempt => attempt(by, { sequence, ordered: true });
  const die = (): void => place.clock.advance(LEASE);

  test('an event is begun by one; to the others it is busy, and done once it is done', async () => {
    const { seen } = place;
    const answers = await Promise.all(['a', 'b', 'c'].map((by) => seen.begin(attempt(by))));
    expect([...answers].sort()).toEqual(['begun', 'busy', 'busy']);
    const winner = ['a', 'b', 'c'][answers.indexOf('begun')] ?? '';
    expect(await seen.begin(attempt(winner))).toBe('begun');
    await seen.done(attempt(winner));
    expect(await seen.begin(attempt('d'))).toBe('done');
    die();
    expect(await seen.begin(attempt('e'))).toBe('done');
    expect(await seen.begin(attempt('e', { event: 'e2' }))).toBe('begun');
  });

  test('what is let go is begun again; only its own try can let it go, and nobody what is done', async () => {
    const { seen } = place;
    await seen.letGo(attempt('a'));
    await seen.begin(attempt('a'));
    await seen.letGo(attempt('b'));
    expect(await seen.begin(attempt('b'))).toBe('busy');
    await seen.letGo(attempt('a'));
    expect(await seen.begin(attempt('b'))).toBe('begun');
    await seen.done(attempt('b'));
    await seen.letGo(attempt('b'));
    expect(await seen.begin(attempt('c'))).toBe('done');
  });

  test('who died is followed by another, and what the dead says then does no harm', async () => {
    const { seen, clock } = place;
    const dead = attempt('dead');
    await seen.begin(dead);
    clock.advance(LEASE - 1);
    expect(await seen.begin(attempt('b'))).toBe('busy');
    clock.advance(1);
    expect(await seen.begin(attempt('b'))).toBe('begun');
    await seen.letGo(dead);
    expect(await seen.begin(attempt('c'))).toBe('busy');
    await seen.done(dead);
    expect(await seen.begin(attempt('c'))).toBe('done');
    await seen.letGo(attempt('b'));
    expect(await seen.begin(attempt('c'))).toBe('done');
  });

  test('of an item one is handled at a time; what is older than what was handled is stale', async () => {
    const { seen } = place;
    const answers = await Promise.all(['a', 'b', 'c'].map((by) => seen.enter(at(by, '100'))));
    expect([...answers].sort()).toEqual(['busy', 'busy', 'entered']);
    const winner = ['a', 'b', 'c'][answers.indexOf('entered')] ?? '';
    expect(await seen.enter(at(winner, '100'))).toBe('entered');
    expect(await seen.enter(at('d', '99'))).toBe('busy');
    await seen.leave(at('d', '99'), 'handled');
    expect(await seen.enter(at('d', '101'))).toBe('busy');
    await seen.leave(at(winner, '100'), 'handled');
    expect(await seen.enter(at('d', '99'))).toBe('stale');
    expect(await seen.enter(at('d', '100'))).toBe('entered');
    expect(await seen.enter(at('e', '99'))).toBe('stale');
    await seen.leave(at('d', '100'), 'handled');
    expect(await seen.enter(at('e', '101'))).toBe('entered');
    expect(await seen.enter({ ...at('f', '1'), item: 'another' })).toBe('entered');
  });

  test('what failed leaves the item as it was', async () => {
    const { seen } = place;
    await seen.enter(at('a', '20'));
    await seen.leave(at('a', '20'), 'failed');
    await seen.leave(at('a', '20'), 'handled');
    expect(await seen.enter(at('b', '10'))).toBe('entered');
    await seen.leave(at('b', '10'), 'handled');
    expect(await seen.enter(at('c', '9'))).toBe('stale');
    await seen.enter(at('c', '20'));
    await seen.leave(at('c', '20'), 'failed');
    expect(await seen.enter(at('d', '10'))).toBe('entered');
  });

  test('where a change was tried by one who died, older ones wait until it, or a newer one, is handled', async () => {
    const { seen } = place;
    await seen.enter(at('dead', '20'));
    expect(await seen.enter(at('b', '30'))).toBe('busy');
    die();
    expect(await seen.enter(at('b', '10'))).toBe('busy');
    expect(await seen.enter(at('b', '30'))).toBe('entered');
    await seen.leave(at('dead', '20'), 'handled');
    await seen.leave(at('dead', '20'), 'failed');
    expect(await seen.enter(at('c', '40'))).toBe('busy');
    await seen.leave(at('b', '30'), 'failed');
    expect(await seen.enter(at('c', '10'))).toBe('busy');
    expect(await seen.enter(at('c', '20'))).toBe('entered');
    await seen.leave(at('c', '20'), 'handled');
    expect(await seen.enter(at('d', '10'))).toBe('stale');
  });

  test('sequences are compared as integers of any length that DynamoDB has', async () => {
    const { seen } = place;
    const long = '4'.repeat(39);
    for (const [i, sequence] of ['9', '10', `${long}1`, `${long}2`].entries()) {
      expect(await seen.enter(at(`a${i}`, sequence))).toBe('entered');
      await seen.leave(at(`a${i}`, sequence), 'handled');
    }
    expect(await seen.enter(at('b', `${long}1`))).toBe('stale');
    expect(await seen.enter(at('b', '10'))).toBe('stale');
  });

  test('names may be of any length and letters', async () => {
    const { seen } = place;
    const long = (end: string): Attempt =>
      attempt('a', { event: `${'é#'.repeat(2_000)}${end}`, item: 'ü'.repeat(3_000) });
    expect(await seen.begin(long('1'))).toBe('begun');
    expect(await seen.begin(long('2'))).toBe('begun');
    expect(await seen.enter(long('1'))).toBe('entered');
    await seen.done(long('1'));
    expect(await seen.begin({ ...long('1'), by: 'b' })).toBe('done');
  });

  test('an effect that is written with its mark happens once, whoever writes it again', async () => {
    const { seen } = place;
    const dead = attempt('dead');
    await seen.begin(dead);
    die();
    await seen.begin(attempt('b'));
    const answers = await Promise.all([place.commit(dead), place.commit(attempt('b'))]);
    expect([...answers].sort()).toEqual(['already', 'written']);
    expect(await place.commit(attempt('b'))).toBe('already');
    expect(await place.effects()).toBe(1);
    await seen.letGo(attempt('b'));
    expect(await seen.begin(attempt('c'))).toBe('done');
  });

  test('an effect of an item whose turn was lost is not written', async () => {
    const { seen } = place;
    const dead = at('dead', '10');
    const later = { ...at('b', '20'), event: 'e2' };
    await seen.begin(dead);
    await seen.enter(dead);
    die();
    const alive = { ...later, until: place.clock.now() + LEASE };
    await seen.begin(alive);
    expect(await seen.enter(alive)).toBe('entered');
    await expect(place.commit(dead)).rejects.toMatchObject({ code: 'EVENT_BUSY', retry: true });
    expect(await place.commit(alive)).toBe('written');
    await seen.leave(alive, 'handled');
    await seen.done(alive);
    await expect(place.commit(dead)).rejects.toMatchObject({ code: 'EVENT_BUSY' });
    expect(await place.effects()).toBe(1);
    expect(await seen.enter(at('c', '10'))).toBe('stale');
    expect(await seen.enter(at('c', '20'))).toBe('entered');
  });
}

import { AfterwriteError } from '../../../shared/model/errors.ts';
import { keyId } from '../../../shared/model/keys.ts';
import type { Gate } from '../../../shared/state/gates.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { type Settled, settle } from '../../../shared/stream/settle.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';

const change = (reviewId: string, sequence: number): Change =>
  changeOf({ new: versionItem({ reviewId }), sequence: String(sequence) });
const poison = (message: string, retry = false) => new AfterwriteError('ITEM_MALFORMED', message, { retry, mend: 'x' });
const sequences = (changes: readonly { change: Change }[]): string[] =>
  changes.map((one) => one.change.position.sequence);

const parkedOf = ({ queued }: Settled<unknown>): [string[], string | undefined][] =>
  [...queued.values()].map(({ changes, poison: error }) => [
    changes.map(({ position }) => position.sequence),
    error?.message,
  ]);

/** The gate of item a. */
function gated(gate: Partial<Gate>): ReadonlyMap<string, Gate> {
  const { key } = change('a', 0);
  const closed: Gate = {
    key,
    state: 'closed',
    queue: '0',
    first: '0',
    last: '0',
    done: undefined,
    at: 0,
    by: undefined,
    turn: 1,
    passed: [],
  };
  return new Map([[keyId(key), { ...closed, ...gate }]]);
}

test('a poison change costs its own item alone: it and what follows of the item is parked, in order', () => {
  const given = [change('b', 2), change('a', 3), change('b', 4), change('a', 5)];
  const settled = settle(given, new Map(), ({ position }) => {
    if (position.sequence === '3') throw poison('bad');
    return position.sequence;
  });
  expect(sequences(settled.decided)).toEqual(['2', '4']);
  expect(settled.decided.map(({ result }) => result)).toEqual(['2', '4']);
  expect(parkedOf(settled)).toEqual([[['3', '5'], 'bad']]);
  expect(settled.rest).toEqual([]);
});

test('what leads up to a poison change of the same item is to be durable before the gate closes: the rest waits', () => {
  const given = [change('a', 1), change('b', 2), change('a', 3), change('b', 4)];
  const settled = settle(given, new Map(), ({ position }) => {
    if (position.sequence === '3') throw poison('bad');
    return null;
  });
  expect(sequences(settled.decided)).toEqual(['1', '2']);
  expect(parkedOf(settled)).toEqual([]);
  expect(settled.rest.map(({ position }) => position.sequence)).toEqual(['3', '4']);
});

test('behind a gate that was closed before, nothing of the item is decided', () => {
  const decide = jest.fn();
  const settled = settle([change('a', 8), change('b', 9)], gated({ first: '7', last: '7' }), decide);
  expect(sequences(settled.decided)).toEqual(['9']);
  expect(parkedOf(settled)).toEqual([[['8'], undefined]]);
  expect(decide).toHaveBeenCalledTimes(1);
});

test('what lies before the poison, and is given again, is decided again; what waits already is left alone', () => {
  const given = [change('a', 99), change('a', 100), change('a', 1000)];
  const settled = settle(given, gated({ first: '100', last: '100' }), () => null);
  expect(sequences(settled.decided)).toEqual(['99']);
  expect(parkedOf(settled)).toEqual([[['1000'], undefined]]);
});

test('what was worked off behind a gate is left alone when it comes again; what lies around it is decided', () => {
  const passed = [{ queue: '10', first: '10', last: '12', at: 0 }];
  const given = [9, 10, 11, 12, 13].map((sequence) => change('a', sequence));
  const open = settle(given, gated({ state: 'open', first: '10', last: '12', passed }), () => null);
  expect([sequences(open.decided), parkedOf(open)]).toEqual([['9', '13'], []]);
  const closedAgain = settle(given, gated({ first: '13', last: '13', passed }), () => null);
  expect([sequences(closedAgain.decided), parkedOf(closedAgain)]).toEqual([['9'], []]);
});

test('an error that passes is thrown: nothing is parked for it', () => {
  const decide = () => {
    throw poison('later', true);
  };
  expect(() => settle([change('a', 1)], new Map(), decide)).toThrow('later');
});

test("a declared function that throws parks its item; what it says may be the item's content, and is not told", () => {
  const { queued } = settle([change('a', 1)], new Map(), () => {
    throw new TypeError('do-not-tell');
  });
  expect([...queued.values()][0]?.poison).toMatchObject({
    code: 'DECLARATION_WRONG',
    message: 'REVIEW#a/VERSION#1: a function of the declaration throws TypeError',
  });
});

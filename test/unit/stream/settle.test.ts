import { AfterwriteError } from '../../../shared/model/errors.ts';
import { keyId } from '../../../shared/model/keys.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { settle } from '../../../shared/stream/settle.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';

const change = (reviewId: string, sequence: number): Change =>
  changeOf({ new: versionItem({ reviewId }), sequence: String(sequence) });
const poison = (message: string, retry = false) => new AfterwriteError('ITEM_MALFORMED', message, { retry, mend: 'x' });
const sequences = (changes: readonly { change: Change }[]): string[] =>
  changes.map((one) => one.change.position.sequence);

test('a poison change costs its own item alone: it and what follows of the item is parked, in order', () => {
  const given = [change('a', 1), change('b', 2), change('a', 3), change('b', 4), change('a', 5)];
  const { decided, parked } = settle(given, new Map(), ({ position }) => {
    if (position.sequence === '3') throw poison('bad');
    return position.sequence;
  });
  expect(sequences(decided)).toEqual(['1', '2', '4']);
  expect(decided.map(({ result }) => result)).toEqual(['1', '2', '4']);
  expect(sequences(parked)).toEqual(['3', '5']);
  expect(parked.map(({ error }) => error?.message)).toEqual(['bad', undefined]);
});

test('behind a gate that was closed before, nothing of the item is decided', () => {
  const decide = jest.fn();
  const { decided, parked } = settle(
    [change('a', 7), change('b', 8)],
    new Map([[keyId(change('a', 0).key), '7']]),
    decide,
  );
  expect(sequences(decided)).toEqual(['8']);
  expect(sequences(parked)).toEqual(['7']);
  expect(decide).toHaveBeenCalledTimes(1);
});

test('what lies before the poison, and is given again, is decided again', () => {
  const gates = new Map([[keyId(change('a', 0).key), '100']]);
  const { decided, parked } = settle([change('a', 99), change('a', 100), change('a', 1000)], gates, () => null);
  expect(sequences(decided)).toEqual(['99']);
  expect(sequences(parked)).toEqual(['100', '1000']);
});

test('an error that passes is thrown: nothing is parked for it', () => {
  const decide = () => {
    throw poison('later', true);
  };
  expect(() => settle([change('a', 1)], new Map(), decide)).toThrow('later');
});

test("a declared function that throws parks its item; what it says may be the item's content, and is not told", () => {
  const { parked } = settle([change('a', 1)], new Map(), () => {
    throw new TypeError('do-not-tell');
  });
  expect(parked[0]?.error).toMatchObject({
    code: 'DECLARATION_WRONG',
    message: 'REVIEW#a/VERSION#1: a function of the declaration throws TypeError',
  });
});

import { emptyAggregate } from '../../../shared/model/aggregate.ts';
import { max, min } from '../../../shared/model/measures/extreme.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { WholeInputs } from '../../../shared/model/wholeInputs.ts';
import { randomFrom } from '../../simulation/random.ts';

const [least, greatest] = [min<number>({ keep: 3 }), max<number>({ keep: 3 })];
const given: number[] = [];
/** How many inputs a measure was given together. */
const watched = <Each extends typeof least>(measure: Each): Each => ({
  ...measure,
  apply: (state, removed, added) => {
    given.push(removed.length + added.length);
    return measure.apply(state, removed, added);
  },
});
const standing = statistic('standing', {
  key: 'STANDING / STATS',
  measures: { least: watched(least), greatest: watched(greatest) },
  feeds: () => [],
});

const random = randomFrom(7);
const VALUES = 20_000;
const shuffled = Array.from({ length: VALUES }, (_, i) => i).sort(() => random() - 0.5);

test.each<[string, readonly number[]]>([
  ['one after the other', [...shuffled].sort((a, b) => a - b)],
  ['in any order, some of them twice', [...shuffled, ...shuffled.slice(0, 100)]],
])(
  'what a large group was given, %s, comes to the state that it has all at once, and never all at once',
  (_, values) => {
    given.length = 0;
    const whole = new WholeInputs();
    for (const value of values) whole.take(standing, { least: value, greatest: value }, 1);
    for (const value of values.slice(0, 50)) whole.take(standing, { least: value, greatest: value }, -1);
    const left = values.slice(50);
    expect(whole.applied(emptyAggregate(standing, {}, { pk: 'STANDING', sk: 'STATS' }))).toEqual({
      least: least.apply(least.empty, [], left),
      greatest: greatest.apply(greatest.empty, [], left),
    });
    expect(Math.max(...given)).toBeLessThan(VALUES / 10);
  },
);

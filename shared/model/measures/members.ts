import { addToMultiset, type Measure, type Multiset, net } from './measure.ts';

/** The members of a group by id, each with one text (the issue a finding is of). Retracted by id and text. */
export type Members = Measure<{ id: string; text: string }, Multiset, Record<string, string>>;

export function members(): Members {
  const entry = ({ id, text }: { id: string; text: string }): string => JSON.stringify([id, text]);
  return {
    kind: 'members',
    empty: {},
    apply: (state, removed, added) => addToMultiset(state, net(removed.map(entry), added.map(entry))),
    view: (state) => {
      // Sorted: where one id has two texts, the greater one shows, in whatever order they came.
      const pairs = Object.keys(state)
        .filter((e) => (state[e] as number) > 0)
        .sort();
      return Object.fromEntries(pairs.map((e) => JSON.parse(e) as [string, string]));
    },
    isEmpty: (state) => Object.keys(state).length === 0,
  };
}

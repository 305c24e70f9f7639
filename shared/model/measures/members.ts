import { addToMultiset, isEmptyMultiset, type Measure, type Multiset, multisets, net } from './measure.ts';

/**
 * The members of a group by id, each with one text (the issue a finding is of).
 * State: each id and text, with a count. Laws: identity, any order (state too), inverse. Taken back by id and text.
 * Costs the bytes of each id and text, about 1.1 times: some thousands of members at most.
 */
export type Members = Measure<{ id: string; text: string }, Multiset, Record<string, string>>;

export function members(): Members {
  const entry = ({ id, text }: { id: string; text: string }): string => JSON.stringify([id, text]);
  return {
    kind: 'members',
    empty: {},
    apply: (state, removed, added) => addToMultiset(state, net(removed.map(entry), added.map(entry))),
    ...multisets,
    view: (state) => {
      // Sorted: where one id has two texts, the greater one shows, in whatever order they came.
      const pairs = Object.keys(state)
        .filter((e) => (state[e] as number) > 0)
        .sort();
      return Object.fromEntries(pairs.map((e) => JSON.parse(e) as [string, string]));
    },
    isEmpty: isEmptyMultiset,
  };
}

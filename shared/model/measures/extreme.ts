import { canonical } from '../canonical.ts';
import { type Measure, net } from './measure.ts';

/** How many distinct values are kept beside the extreme: so many may be taken back before the group must be read again. */
const KEPT = 32;

/**
 * `kept`: the best values with their counts, best first; `hidden`: how many more there are, none better than the worst kept.
 * While something is hidden and nothing is kept, the extreme is unknown (`view` gives null) until the statistic is rebuilt.
 */
type State = { kept: [string, number][]; hidden: number };

/** The least or greatest value (text or number), with retraction out of the kept ones. */
export type Extreme<Value extends string | number> = Measure<Value, State, Value | null>;

export const min = <Value extends string | number>(): Extreme<Value> => extreme('min', (a, b) => a < b);
export const max = <Value extends string | number>(): Extreme<Value> => extreme('max', (a, b) => a > b);

function extreme<Value extends string | number>(kind: string, better: (a: Value, b: Value) => boolean): Extreme<Value> {
  const value = (text: string): Value => JSON.parse(text) as Value;
  return {
    kind,
    empty: { kept: [], hidden: 0 },
    apply: (state, removed, added) => {
      let next = state;
      // What is taken back goes first, so that what comes finds the room that it leaves.
      const changes = [...net(removed.map(canonical), added.map(canonical))].sort(([, a], [, b]) => a - b);
      for (const [text, n] of changes) next = addOne(next, text, n, (a, b) => better(value(a), value(b)));
      return next;
    },
    view: (state) => {
      const best = state.kept.find(([, n]) => n > 0);
      return best ? value(best[0]) : null;
    },
    isEmpty: (state) => state.kept.length === 0 && state.hidden === 0,
    essence: ({ kept, hidden }) => kept.reduce((sum, [, n]) => sum + n, hidden),
  };
}

function addOne(state: State, text: string, n: number, better: (a: string, b: string) => boolean): State {
  const known = state.kept.find(([kept]) => kept === text);
  if (known) {
    const kept = state.kept.map(([t, c]): [string, number] => [t, t === text ? c + n : c]).filter(([, c]) => c !== 0);
    return { kept, hidden: state.hidden };
  }
  const place = state.kept.findIndex(([kept]) => better(text, kept));
  const belowAll = place === -1;
  if (belowAll && (state.hidden !== 0 || state.kept.length >= KEPT))
    return { kept: state.kept, hidden: state.hidden + n };
  const kept = [...state.kept];
  kept.splice(belowAll ? kept.length : place, 0, [text, n]);
  const overflow = kept.splice(KEPT).reduce((sum, [, c]) => sum + c, 0);
  return { kept, hidden: state.hidden + overflow };
}

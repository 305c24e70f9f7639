import { compareExact, type Exact, exactFromText, exactToText } from '../decimal.ts';
import { wrong } from '../errors.ts';
import type { Measure } from './measure.ts';
import { exact } from './whole.ts';

/** How many distinct values are kept where a declaration names no number: as many retractions are sure to be survived. */
const KEEP = 32;

/** Text and numbers as they are; a number that JavaScript can't hold exactly by its digits. */
type Stored = string | number | { exact: string };

/**
 * `kept`: the best values with their counts, best first. `beyond`: what had no room, none of it better than `floor`; how
 * many, and a checksum of them that can be added to and subtracted from, so that it is known when all of them are gone.
 */
type State = { kept: [Stored, number][]; beyond: Beyond | null };
type Beyond = { floor: Stored; n: number; sum: number };

/**
 * The least or the greatest of texts or numbers.
 * State: the `keep` best distinct values, and how many more there are. Laws: identity; any order and inverse of the view
 * while it is known: it is right or unknown, never wrong. What is taken back uncovers the next best; when none is left that is
 * kept, but others are, the view is null and `isUnknown` says that the group must be read again. A better value than any
 * that is not kept makes it known again. Costs up to `keep` values and their counts: 1.1 KB for 32 timestamps.
 */
export type Extreme<Value extends string | Exact> = Measure<Value, State, Value | null>;

interface Options {
  /** How many distinct values are kept: so many may be taken back before the group must be read again. */
  readonly keep?: number;
}

export const min = <Value extends string | Exact>(options?: Options): Extreme<Value> => extreme('min', -1, options);
export const max = <Value extends string | Exact>(options?: Options): Extreme<Value> => extreme('max', 1, options);

function extreme<Value extends string | Exact>(kind: string, sign: 1 | -1, options: Options = {}): Extreme<Value> {
  const { keep = KEEP } = options;
  if (!Number.isSafeInteger(keep) || keep < 1)
    throw wrong(`${kind}({ keep: ${keep} })`, 'it must keep a value', 'give a whole number of 1 or more');
  const better: Better = (a, b) => sign * compare(a, b) > 0;
  return {
    kind,
    empty: { kept: [], beyond: null },
    parameters: { keep },
    check: (value) => void (typeof value === 'string' || exact(kind, value)),
    apply: (state, removed, added) => {
      const next = { kept: [...state.kept], beyond: state.beyond };
      for (const value of removed) put(next, store(value), -1, better);
      for (const value of added) put(next, store(value), 1, better);
      return trim(next, keep);
    },
    merge: (a, b) => trim(mergeStates(a, b, better), keep),
    negate: ({ kept, beyond }) => ({
      kept: kept.map(([value, n]) => [value, -n]),
      beyond: beyond && { floor: beyond.floor, n: 0 - beyond.n, sum: (0 - beyond.sum) | 0 },
    }),
    view: ({ kept }) => {
      const best = kept.find(([, n]) => n > 0);
      return best ? (load(best[0]) as Value) : null;
    },
    isEmpty: ({ kept, beyond }) => kept.length === 0 && beyond === null,
    isUnknown: ({ kept, beyond }) => beyond !== null && !kept.some(([, n]) => n > 0),
    essence: ({ kept, beyond }) => {
      const all = kept.reduce((sum, [value, n]) => move(sum, value, n), beyond ?? { floor: '', n: 0, sum: 0 });
      return [all.n, all.sum];
    },
  };
}

type Better = (a: Stored, b: Stored) => boolean;

/** Changes the count of a value in a state of our own; its entries may be shared, and are replaced. */
function put(state: State, value: Stored, n: number, better: Better): void {
  const { kept, beyond } = state;
  if (beyond && !better(value, beyond.floor)) {
    state.beyond = move(beyond, value, n);
    return;
  }
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (better((kept[middle] as State['kept'][number])[0], value)) low = middle + 1;
    else high = middle;
  }
  const found = kept[low];
  if (!found || better(value, found[0])) kept.splice(low, 0, [value, n]);
  else if (found[1] + n === 0) kept.splice(low, 1);
  else kept[low] = [found[0], found[1] + n];
}

/**
 * Only what is better than both floors is known by value in both states; all else of either is beyond. So the best of
 * the two is right, or unknown.
 */
function mergeStates(a: State, b: State, better: Better): State {
  const next: State = { kept: [...a.kept], beyond: a.beyond };
  if (b.beyond) {
    const { floor, n, sum } = b.beyond;
    const own = a.beyond ?? { floor, n: 0, sum: 0 };
    next.beyond = {
      floor: better(own.floor, floor) ? own.floor : floor,
      n: own.n + n,
      sum: (own.sum + sum) | 0,
    };
    next.kept = [];
    for (const [value, n] of a.kept) put(next, value, n, better);
  }
  for (const [value, n] of b.kept) put(next, value, n, better);
  return next;
}

/** Only now, so that in whatever order a batch adds and takes back, no value gives way to one that does not stay. */
function trim(state: State, keep: number): State {
  const surplus = state.kept.splice(keep);
  let { beyond } = state;
  if (surplus[0]) beyond = { n: 0, sum: 0, ...beyond, floor: surplus[0][0] };
  for (const [value, n] of surplus) beyond = move(beyond as Beyond, value, n);
  return { kept: state.kept, beyond: beyond?.n === 0 && beyond.sum === 0 ? null : beyond };
}

const move = ({ floor, n, sum }: Beyond, value: Stored, by: number): Beyond => ({
  floor,
  n: n + by,
  sum: (sum + Math.imul(by, checksum(value))) | 0,
});

/**
 * FNV-1a, and MurmurHash3's last steps: without them texts that differ in one place differ by a like amount, so that
 * -30 and 10 add up to what -10 and 30 do. http://www.isthe.com/chongo/tech/comp/fnv/
 * https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp (fmix32)
 */
function checksum(value: Stored): number {
  const text = typeof value === 'object' ? value.exact : String(value);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

function compare(a: Stored, b: Stored): number {
  if (typeof a === 'string' || typeof b === 'string') return a === b ? 0 : a < b ? -1 : 1;
  return compareExact(load(a) as Exact, load(b) as Exact);
}

/** Equal numbers are stored alike, in whatever form they come. */
function store(value: string | Exact): Stored {
  if (typeof value === 'string') return value;
  const exact = typeof value === 'number' ? value + 0 : exactFromText(exactToText(value));
  return typeof exact === 'number' ? exact : { exact: exactToText(exact) };
}

const load = (stored: Stored): string | Exact => (typeof stored === 'object' ? exactFromText(stored.exact) : stored);

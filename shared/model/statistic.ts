import { AfterwriteError, wrong } from './errors.ts';
import { type KeyPattern, parseKeyPattern } from './keys.ts';
import type { Measure } from './measures/measure.ts';
import type { Source } from './source.ts';
import { type Spread, spreadOver } from './spread.ts';

// biome-ignore lint/suspicious/noExplicitAny: a statistic holds measures of every input; each feed is typed where it is declared
export type Measures = Record<string, Measure<any, any, any>>;

export type Views<M extends Measures> = { [Name in keyof M]: ReturnType<M[Name]['view']> };
type Inputs<M extends Measures> = { [Name in keyof M]?: Parameters<M[Name]['apply']>[2][number] };

/** The names between braces in a key grammar. */
type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type Group<Text extends string> = { [Name in Placeholders<Text>]: string };

/** What one item adds to one group: an input a measure; a measure that is not named gets nothing. */
export interface Contribution<M extends Measures = Measures, G = Record<string, string>> {
  into: G;
  add: Inputs<M>;
}

/** One source of a statistic: a pure function from an item to what it adds, to any number of groups. */
interface Feed {
  readonly of: Source<unknown>;
  contribute(item: unknown): Contribution[];
}

export type StatisticItem<Text extends string, M extends Measures> = Group<Text> & Views<M>;

/**
 * A grouping with measures. Its stored item per group is an aggregate. To other statistics and events a statistic is a
 * source: its item is the group's fields and the views of its measures. `shape` is what people read in the table.
 */
export interface Statistic<Item> extends Source<Item> {
  readonly derived: true;
  /** Of its groups; where it is spread, their parts have a grammar of their own. */
  readonly key: KeyPattern;
  /** Absent: one item a group. */
  readonly spread: Spread | undefined;
  readonly measures: Measures;
  readonly feeds: readonly Feed[];
  /** Each change of a group is written by itself. */
  readonly stepwise: boolean;
  /** Milliseconds of real time; absent: a group that empties is gone at once. */
  readonly lingersMs: number | undefined;
  /** Whether it declares index attributes. */
  readonly hasIndexes: boolean;
  /** What its author says of a change that its fingerprint can't see; 1 where nothing was declared. */
  readonly revision: number;
  /** The text of its optional functions; empty where one is not declared. Only to notice that it changed. */
  readonly texts: { readonly shape: string; readonly indexes: string };
  shape(item: unknown): Record<string, unknown>;
  /** Attributes that only exist for an index of the table. */
  indexes(item: unknown): Record<string, string | number>;
}

type FeedBuilder<M extends Measures, G> = <Item>(
  of: Source<Item>,
  contribute: (item: Item) => Contribution<M, G>[],
) => Feed;

export interface StatisticDeclaration<Text extends string, M extends Measures> {
  /** Key grammar of the aggregate; its placeholders are the group. */
  key: Text;
  measures: M;
  feeds: (from: FeedBuilder<M, Group<Text>>) => Feed[];
  shape?: (item: StatisticItem<Text, M>) => Record<string, unknown>;
  indexes?: (item: StatisticItem<Text, M>) => Record<string, string | number>;
  /**
   * For groups that hundreds of shards write to: so many parts, decided by the shard and summed on read. It feeds no other
   * statistic, event or index, and the number can't be changed later: it is part of the keys.
   */
  spread?: number;
  /** Each change of a group is a write of its own: no batch hides one from events. It costs a write a change, and not one a batch. */
  stepwise?: boolean;
  /**
   * A group that empties stands for events, and for statistics that it feeds, as it was last, for so many milliseconds; people see
   * at once that it is empty. So who is moved to another key, deleted there and inserted here, in whatever order, has not left and
   * come. Implies `stepwise`.
   */
  lingersMs?: number;
  /** A whole number from 1. Raise it where what is counted changes in a way that only a helper's code shows. */
  revision?: number;
}

export function statistic<const Text extends string, M extends Measures>(
  name: string,
  declaration: StatisticDeclaration<Text, M>,
): Statistic<StatisticItem<Text, M>> {
  type Item = StatisticItem<Text, M>;
  const path = `statistics.${name}`;
  const key = parseKeyPattern(declaration.key, `${path}.key`);
  const from: FeedBuilder<M, Group<Text>> = (of, contribute) => ({ of, contribute: contribute as Feed['contribute'] });
  const { shape, indexes, spread, lingersMs, revision = 1 } = declaration;
  const feeds = declaration.feeds(from);
  checkLingering(path, { lingersMs, spread, feeds });
  if (!Number.isSafeInteger(revision) || revision < 1)
    throw new AfterwriteError('DECLARATION_WRONG', `statistics.${name}.revision: ${revision} is none`, {
      mend: 'give a whole number from 1, and raise it with each change that it stands for',
    });
  for (const [measure, made] of Object.entries(declaration.measures))
    if (typeof made?.view !== 'function')
      throw wrong(`${path}.measures.${measure}`, 'it is no measure', "write it with its parentheses: 'count()'");
  const views = Object.fromEntries(Object.entries(declaration.measures).map(([n, m]) => [n, m.view(m.empty)]));
  const group = Object.fromEntries(key.placeholders.map((placeholder) => [placeholder, `example-${placeholder}`]));
  return {
    name,
    derived: true,
    key,
    spread: spread === undefined ? undefined : spreadOver(spread, key, path),
    stepwise: declaration.stepwise === true || lingersMs !== undefined,
    lingersMs,
    hasIndexes: indexes !== undefined,
    fields: [...key.placeholders, ...Object.keys(declaration.measures)],
    example: { ...group, ...views } as Item,
    measures: declaration.measures,
    feeds,
    revision,
    texts: { shape: String(shape ?? ''), indexes: String(indexes ?? '') },
    shape: (item) => (shape ? shape(item as Item) : (item as Record<string, unknown>)),
    indexes: (item) => indexes?.(item as Item) ?? {},
  };
}

/** It delays what is told of an end: longer than this nobody would wait. */
const LONGEST_LINGERING_MS = 3_600_000;

interface Lingering {
  readonly lingersMs: number | undefined;
  readonly spread: number | undefined;
  readonly feeds: readonly Feed[];
}

/**
 * A group may end when all is read that was written while it lingered. What follows from that in another statistic is written
 * only then, however late: of a group that takes from one, nobody could tell.
 */
function checkLingering(path: string, { lingersMs, spread, feeds }: Lingering): void {
  if (lingersMs === undefined) return;
  if (!Number.isSafeInteger(lingersMs) || lingersMs < 1 || lingersMs > LONGEST_LINGERING_MS)
    throw wrong(
      `${path}.lingersMs`,
      `${lingersMs} is no such time`,
      `give milliseconds from 1 to ${LONGEST_LINGERING_MS}`,
    );
  if (spread !== undefined)
    throw wrong(
      `${path}.lingersMs`,
      'it is spread, and no part knows when its group is empty',
      "leave out 'spread', or 'lingersMs'",
    );
  const derived = feeds.find(({ of }) => of.derived);
  if (derived)
    throw wrong(
      `${path}.lingersMs`,
      `it takes from '${derived.of.name}', which is a statistic`,
      `take from what feeds '${derived.of.name}', or leave out 'lingersMs'`,
    );
}

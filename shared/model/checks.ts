import { checkDerivedKeys } from './derivedKeys.ts';
import type { Entity } from './entity.ts';
import { wrong } from './errors.ts';
import type { EventRule } from './event.ts';
import { checkEvent, checkVersions } from './eventChecks.ts';
import type { KeyPattern } from './keys.ts';
import { RESERVED_ATTRIBUTE } from './reserved.ts';
import type { Collection } from './retention.ts';
import { secretsAt } from './secrets.ts';
import type { Source } from './source.ts';
import { storedGrammar } from './spread.ts';
import type { Statistic } from './statistic.ts';
import type { OwnTable } from './tables.ts';
import { attempt, watched } from './watched.ts';

interface Declared {
  readonly table: OwnTable;
  readonly sources: readonly (Entity<unknown> | Statistic<unknown>)[];
  readonly statistics: readonly Statistic<unknown>[];
  readonly events: readonly EventRule[];
  readonly retention: readonly Collection[];
}

/** Everything that can be known to be wrong before the first change is read. */
export function checkSystem(declared: Declared): void {
  checkNames(declared.sources);
  checkKeys(declared);
  checkReserved(declared.sources);
  for (const source of declared.sources) if (!source.derived) checkEntity(source, declared.table);
  for (const statistic of declared.statistics) checkFeeds(statistic, declared.sources);
  checkEvents(declared);
  for (const collection of declared.retention) checkCollection(collection, declared.sources);
}

/** What comes back of a collection counts on; what was taken back when it expired would have to count anew, and nobody could tell. */
function checkCollection({ name, of, members }: Collection, sources: Declared['sources']): void {
  known(`retention.${name}.of`, of, sources);
  const retracted = members.find(({ retractsExpired }) => retractsExpired);
  if (retracted)
    throw wrong(
      `retention.${name}`,
      `'${retracted.name}' is taken back when it expires, and what leaves with a collection counts on`,
      "leave it out of the collection, or leave out its 'onExpiry'",
    );
}

/** Sources before what they feed. Throws where statistics feed each other in a circle. */
export function topologicalOrder(statistics: readonly Statistic<unknown>[]): Statistic<unknown>[] {
  const sorted: Statistic<unknown>[] = [];
  const visit = (statistic: Statistic<unknown>, path: readonly string[]): void => {
    if (path.includes(statistic.name))
      throw wrong(
        `statistics.${statistic.name}.feeds`,
        `a circle: ${[...path, statistic.name].join(' -> ')}`,
        'feed one of them from an entity',
      );
    if (sorted.includes(statistic)) return;
    for (const feed of statistic.feeds) {
      const upstream = statistics.find((other) => other.name === feed.of.name);
      if (upstream) visit(upstream, [...path, statistic.name]);
    }
    sorted.push(statistic);
  };
  for (const statistic of statistics) visit(statistic, []);
  return sorted;
}

function checkNames(sources: Declared['sources']): void {
  for (const [i, source] of sources.entries())
    if (sources.findIndex((other) => other.name === source.name) !== i)
      throw wrong(pathOf(source), 'the name is taken twice', 'name every entity and statistic differently');
}

function checkKeys({ table, sources }: Declared): void {
  for (const [i, source] of sources.entries()) {
    if (source.key.hasSortKey !== (table.sortKey !== undefined))
      throw wrong(
        `${pathOf(source)}.key`,
        `'${source.key.text}' does not fit the table's key`,
        "write 'PK / SK' where the table has a sort key",
      );
    for (const other of sources.slice(0, i))
      for (const grammar of grammarsOf(source)) {
        const rival = grammarsOf(other).find((one) => one.overlaps(grammar));
        if (rival)
          throw wrong(
            `${pathOf(source)}.key`,
            `'${grammar.text}' and '${rival.text}' of ${pathOf(other)} can match one key`,
            'tell them apart by a literal',
          );
      }
  }
}

/** Of its groups, and of the items that are stored. */
const grammarsOf = (source: Declared['sources'][number]): KeyPattern[] => [
  ...new Set([source.key, storedGrammar(source)]),
];

function checkReserved(sources: Declared['sources']): void {
  for (const source of sources)
    if (source.fields.includes(RESERVED_ATTRIBUTE))
      throw wrong(pathOf(source), `'${RESERVED_ATTRIBUTE}' is reserved`, 'name the field differently');
}

/** Runs each feed on its source's example, so that a wrong field or a wrong group fails now and not on the first change. */
function checkFeeds(statistic: Statistic<unknown>, sources: Declared['sources']): void {
  if (statistic.spread && statistic.hasIndexes)
    throw wrong(
      `statistics.${statistic.name}.indexes`,
      'it is spread, and an index would show its parts',
      "leave out 'indexes', or 'spread'",
    );
  for (const feed of statistic.feeds) {
    const path = `statistics.${statistic.name}.feeds.${feed.of.name}`;
    known(path, feed.of, sources);
    whole(path, feed.of, sources);
    const contributions = attempt(path, () => feed.contribute(watched(feed.of, path)));
    for (const { into, add } of contributions) {
      const missing = statistic.key.placeholders.find((name) => into[name] === undefined);
      if (missing)
        throw wrong(path, `the group lacks '${missing}'`, `'into' needs ${statistic.key.placeholders.join(', ')}`);
      for (const name of Object.keys(add)) {
        const measure = statistic.measures[name];
        if (!measure)
          throw wrong(
            path,
            `'${name}' is no measure`,
            `declare it, or add to one of: ${Object.keys(statistic.measures).join(', ')}`,
          );
        if (add[name] !== undefined) attempt(`${path}.${name}`, () => tried(measure, add[name]));
      }
    }
  }
}

function tried(measure: Statistic<unknown>['measures'][string], input: unknown): void {
  measure.check?.(input);
  measure.apply(measure.empty, [], [input]);
}

/** What an entity tells of its items is tried on the example; what afterwrite itself reads of an item can't be secret. */
function checkEntity(entity: Entity<unknown>, table: Declared['table']): void {
  const path = pathOf(entity);
  const { partitionKey, sortKey, ttl } = table;
  for (const name of [partitionKey, sortKey, ttl]) {
    const hidden = name === undefined || !entity.secrets ? undefined : secretsAt(entity.secrets, name);
    if (hidden === 'secret')
      throw wrong(path, `'${name}' is secret, and the table works by it`, 'keep the secret in another attribute');
    if (hidden !== undefined)
      throw wrong(`${path}.archive`, `'${name}' is left out, and the table works by it`, `add it to 'keep'`);
  }
  const item = watched(entity, path);
  for (const tell of ['time', 'correlate', 'trace', 'actor', 'tenant'] as const)
    attempt(`${path}.${tell}`, () => entity[tell](item));
  const { indexes } = entity;
  if (!indexes) return;
  checkDerivedKeys(
    `${path}.indexes`,
    entity,
    attempt(`${path}.indexes`, () => indexes(item)),
    table,
  );
}

function checkEvents({ events, sources }: Declared): void {
  checkVersions(events);
  for (const rule of events) {
    const path = `events.${rule.type}`;
    known(path, rule.of, sources);
    whole(path, rule.of, sources);
    checkEvent(rule, path);
  }
}

/** A change of a part tells nothing of its group. */
function whole(path: string, of: Source<unknown>, sources: Declared['sources']): void {
  const spread = sources.some((source) => source.name === of.name && source.derived && source.spread !== undefined);
  if (spread)
    throw wrong(
      path,
      `'${of.name}' is spread: its parts' changes tell nothing of the whole`,
      `take from what feeds '${of.name}', or leave out its 'spread'`,
    );
}

function known(path: string, of: Source<unknown>, sources: readonly Source<unknown>[]): void {
  if (!sources.includes(of))
    throw wrong(path, `'${of.name}' is not part of the system`, 'list it under entities or statistics');
}

const pathOf = (source: Source<unknown>): string => `${source.derived ? 'statistics' : 'entities'}.${source.name}`;

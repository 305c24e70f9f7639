import { checkSystem, topologicalOrder } from './checks.ts';
import type { Entity } from './entity.ts';
import { calling } from './errors.ts';
import type { EventRule } from './event.ts';
import { checkLoad, type Load } from './forecast/load.ts';
import type { Key } from './keys.ts';
import { perItem } from './memo.ts';
import type { Collection } from './retention.ts';
import { checkShape } from './shapeChecks.ts';
import { type Share, sharesOf } from './share.ts';
import type { Source } from './source.ts';
import { storedGrammar } from './spread.ts';
import type { Contribution, Statistic } from './statistic.ts';
import { type ArchiveDeclaration, type ArchiveRules, archiveRules } from './storageRules.ts';
import { checkParts, type OwnTable, type TablePart } from './tables.ts';
import { type TenantDeclaration, type TenantRule, tenantRule } from './tenant.ts';
import { checkTenant } from './tenantChecks.ts';

/** One table, or several that are read as one (`tablesAsOne`). */
export interface TableDeclaration extends OwnTable {
  readonly parts?: readonly TablePart[];
}

export interface SystemDeclaration<Rule extends EventRule = EventRule> {
  readonly name: string;
  readonly table: TableDeclaration;
  readonly entities: readonly Entity<unknown>[];
  readonly statistics: readonly Statistic<unknown>[];
  readonly events: readonly Rule[];
  readonly retention: readonly Collection[];
  /** How the archive is compacted, where it lies and how long it is kept; absent: all in Standard, for ever. */
  readonly archive?: ArchiveDeclaration;
  /** What it is expected to carry, and may cost: forecasts are made by it; absent: nobody knows. */
  readonly load?: Load | undefined;
  /** How it is known whose an item is; absent: the system has no tenants. */
  readonly tenant?: TenantDeclaration | undefined;
}

/** A feed of a statistic, seen from the source that it takes from. */
interface Outlet {
  readonly statistic: Statistic<unknown>;
  /** What an item adds to each group; the same list for the same item. Throws ITEM_MALFORMED. */
  shares(item: object): readonly Share[];
}

/** A checked declaration, indexed for the ways in which processors ask. */
export interface System<Rule extends EventRule = EventRule> {
  readonly name: string;
  readonly table: TableDeclaration;
  readonly entities: readonly Entity<unknown>[];
  /** In an order in which every statistic comes after those that feed it. */
  readonly statistics: readonly Statistic<unknown>[];
  readonly events: readonly Rule[];
  readonly retention: readonly Collection[];
  readonly archive: ArchiveRules;
  readonly load: Load | undefined;
  /** Undefined where the system has no tenants. */
  readonly tenant: TenantRule | undefined;
  /** The entity or statistic whose items have such keys. */
  sourceOf(key: Key): Entity<unknown> | Statistic<unknown> | undefined;
  outletsOf(source: Source<unknown>): readonly Outlet[];
  eventsOf(source: Source<unknown>): readonly EventRule[];
  statistic(name: string): Statistic<unknown>;
}

const contributed = (
  { name }: Statistic<unknown>,
  { of, contribute }: Statistic<unknown>['feeds'][number],
  item: object,
): Contribution[] =>
  calling(
    () => `the feed of '${name}' from '${of.name}'`,
    () => contribute(item),
  );

/** Checks a declaration as a whole and makes it usable. Throws DECLARATION_WRONG with the path and the mend. */
export function defineSystem<Rule extends EventRule>(declaration: SystemDeclaration<Rule>): System<Rule> {
  checkShape(declaration);
  const { entities } = declaration;
  const statistics = topologicalOrder(declaration.statistics);
  const sources = [...entities, ...statistics];
  checkSystem({
    table: declaration.table,
    events: declaration.events,
    retention: declaration.retention,
    statistics,
    sources,
  });
  checkParts(declaration.table, sources);
  const tenant = declaration.tenant && tenantRule(declaration.tenant);
  if (declaration.load) checkLoad(declaration.load);
  if (tenant) checkTenant(tenant, entities, sources);
  const outlets = new Map<string, Outlet[]>(sources.map((source) => [source.name, []]));
  for (const statistic of statistics)
    for (const feed of statistic.feeds)
      outlets.get(feed.of.name)?.push({
        statistic,
        shares: perItem((item: object) => sharesOf(statistic, contributed(statistic, feed, item))),
      });
  return {
    name: declaration.name,
    table: declaration.table,
    entities,
    statistics,
    events: declaration.events,
    retention: declaration.retention,
    archive: archiveRules(declaration.archive, declaration.retention),
    load: declaration.load,
    tenant,
    sourceOf: (key) => sources.find((source) => storedGrammar(source).match(key) !== undefined),
    outletsOf: (source) => outlets.get(source.name) ?? [],
    eventsOf: (source) => declaration.events.filter((rule) => rule.of.name === source.name),
    statistic: (name) => {
      const found = statistics.find((statistic) => statistic.name === name);
      if (!found) throw new Error(`no statistic '${name}' in system '${declaration.name}'`);
      return found;
    },
  };
}

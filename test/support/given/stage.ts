import '../../simulation/syncZlib.ts';
import { oneGroup } from '../../../infra/views/groups.ts';
import { changesOf } from '../../../processors/archive/awayCopies.ts';
import { restoreCollection } from '../../../processors/archive/restoreItems.ts';
import { compareShadow } from '../../../processors/replay/shadow.ts';
import { statisticsSteps } from '../../../processors/statistics/handler.ts';
import { type Rebuilt, rebuild } from '../../../processors/statistics/rebuild.ts';
import type { RepairContext, RepairOptions } from '../../../processors/statistics/repair.ts';
import { type Verification, verify } from '../../../processors/statistics/verify.ts';
import { readBundles } from '../../../shared/archive/bundle.ts';
import { readJournal } from '../../../shared/archive/journal.ts';
import { datasetRoot } from '../../../shared/archive/layout.ts';
import { aggregateItem } from '../../../shared/model/aggregate.ts';
import { decodeAttributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import { type Key, keyFromId, keyId, keyText } from '../../../shared/model/keys.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import type { System } from '../../../shared/model/system.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { listParked } from '../../../shared/state/parked.ts';
import { listMisdated } from '../../../shared/state/ttlUnits.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import { workOff } from '../../../shared/stream/workOff.ts';
import { randomFrom } from '../../simulation/random.ts';
import type { Cast } from '../../simulation/systems/cast.ts';
import { Trace } from '../../simulation/trace.ts';
import { World } from '../../simulation/world.ts';
import { memoryStreamSource } from '../memory/memoryStreamSource.ts';
import { everythingThatLeft, mixedObjects, sayingInto } from './left.ts';

type Item = Record<string, unknown>;

interface JournalledChange {
  readonly cause: string;
  readonly old: Item | undefined;
  readonly new: Item | undefined;
}

const SOUND = {
  random: randomFrom(5),
  ...{ diesAtCall: undefined, hangsAtCall: undefined, hangsIn: undefined, failing: 0, slow: 0, leased: false },
};

/** A system in one stage, whole and in memory, as a scenario tells of it: what users do, what time does, and what can be seen then. */
export class Stage {
  readonly #world: World;
  readonly #system: System;
  readonly #said: string[] = [];

  /** @param at ISO 8601, UTC */
  constructor(system: System, at: string) {
    this.#system = system;
    // Nobody acts by chance here.
    this.#world = new World({ system } as Cast, new Trace(), {
      firstSequence: 95n,
      now: Date.parse(at),
      log: sayingInto(this.#said),
    });
  }

  put(...items: Item[]): void {
    for (const item of items) this.#world.table.put(encodeAttributes(item));
  }

  delete(key: Key): void {
    this.#world.table.remove(key);
  }

  /** The table's own TTL takes it, so many days on: before anybody else comes. */
  expire(key: Key, days: number): void {
    this.wait(days);
    this.#world.table.remove(key, { byTtl: true });
  }

  /** Somebody reads for a while, and stops. */
  async turn(times: number): Promise<void> {
    this.#world.start(SOUND);
    await this.#world.turn(times);
    await this.#world.stopAll();
  }

  /** Until all is read and published, and all that is due or has expired is gone. */
  async settle(): Promise<void> {
    await this.settleParked();
    const [parked] = await this.parked();
    if (parked) throw new Error(`parked: ${parked}`);
  }

  /** The same, whatever is parked. */
  async settleParked(): Promise<void> {
    // What was due is known once it was read, and leaves the next time.
    for (let times = 0; times < 2; times++) await this.#world.readToTheEnd(randomFrom(3));
    if (this.#world.failures.length > 0) throw new Error(String(this.#world.failures[0]));
  }

  async parked(): Promise<string[]> {
    const all: string[] = [];
    for (const processor of ['statistics', 'fanout'])
      for await (const { key } of listParked(this.#world.state, processor)) all.push(`${processor} ${keyText(key)}`);
    return all.sort();
  }

  /** Keys of items whose TTL attribute holds milliseconds. */
  async misdated(): Promise<string[]> {
    return (await listMisdated(this.#world.state)).map(({ key }) => keyText(key)).sort();
  }

  /** Bus, archive with claims and spills, what is parked, and logs: a text each. */
  everythingThatLeft(): Promise<string[]> {
    return everythingThatLeft(this.#world, this.#said);
  }

  /** Objects of the archive that hold anything of two tenants, or of another than their key says. */
  mixedObjects(): Promise<string[]> {
    return mixedObjects(this.#world);
  }

  /** While nobody works. */
  wait(days: number): void {
    this.#world.clock.advance(days * DAY_MS);
  }

  async pass(days: number): Promise<void> {
    await this.settle();
    this.wait(days);
    await this.settle();
  }

  /** As a person gives up what statistics have parked of an item. */
  async drop(key: Key): Promise<void> {
    const { system, state, table } = this.#world;
    const steps = statisticsSteps(system, { table, state, lineage: new Lineage(memoryStreamSource(table.stream)) });
    await workOff(steps, { system, state }, { how: 'drop', key, by: 'me' });
  }

  /** A group as people read it; undefined where there is nothing in it. */
  async statistic(name: string, group: Record<string, string>): Promise<Item | undefined> {
    const statistic = this.#system.statistic(name);
    const stored = await oneGroup({ system: this.#system, table: this.#world.table }, statistic, group);
    const item = stored && aggregateItem(stored);
    return item && statistic.shape(item);
  }

  /** Of these types, as the bus has taken them. */
  events(...types: string[]): { type: string; data: Item; metadata: Item }[] {
    return this.#world.bus.taken
      .filter(({ detailType }) => types.length === 0 || types.includes(detailType))
      .map(({ detailType, detail }) => ({ type: detailType, ...JSON.parse(detail) }));
  }

  has(key: Key): boolean {
    return this.#world.table.item(key) !== undefined;
  }

  item(key: Key): Item | undefined {
    return this.#world.table.item(key);
  }

  /** Sort keys, or what else tells them, of what left with a collection. */
  async bundled(collection: string, source: Key): Promise<string[]> {
    const { system, names, archive } = this.#world;
    const items = await readBundles(system, names, archive.store, collection, source);
    return [...items.keys()]
      .map((id) => keyFromId(id))
      .map(({ pk, sk }) => sk ?? pk)
      .sort();
  }

  /** An item's versions as the journal has them, oldest first; undefined where it was gone. */
  async history(key: Key): Promise<(Item | undefined)[]> {
    const { system, names, archive } = this.#world;
    const changes = (await changesOf({ system, names, archive: archive.store }, [key]))(key);
    return changes.map(({ record }) => record.new && decodeAttributes(record.new));
  }

  async putBack(collection: string, source: Key): Promise<string[]> {
    const { system, names, archive, table } = this.#world;
    const back = await restoreCollection({ system, names, table, archive: archive.store }, collection, source);
    return back.map(({ key, outcome }) => `${key.sk ?? key.pk} ${outcome}`).sort();
  }

  /** Changes of an entity's items, as the archive has them. */
  async journal(entity: string, fits: (line: JournalledChange) => boolean): Promise<JournalledChange[]> {
    const { system, names, archive } = this.#world;
    const found: JournalledChange[] = [];
    for await (const { source, cause, record } of readJournal(system, names, archive.store)) {
      const line = {
        cause,
        old: record.old && decodeAttributes(record.old),
        new: record.new && decodeAttributes(record.new),
      };
      if (source?.name === entity && fits(line)) found.push(line);
    }
    return found;
  }

  /** What statistics say otherwise than a recomputation from table and archive, and than a replay of the whole journal. */
  async drifts(): Promise<unknown[]> {
    const { system, names } = this.#world;
    const { drifts } = await this.verified();
    return [...drifts, ...(await compareShadow(system, names, this.#ports)).drifts];
  }

  verified(): Promise<Verification> {
    return verify(this.#ports, this.#repairing);
  }

  rebuilt(): Promise<Rebuilt[]> {
    return rebuild(this.#ports, this.#system.statistics, this.#repairing);
  }

  /** As the archive's lifecycle does, once its life is over. */
  async letJournalGo(): Promise<void> {
    const { system, names, archive } = this.#world;
    for (const dataset of ['journal', 'segments', 'manifests'] as const) {
      const keys: string[] = [];
      for await (const { key } of archive.store.list(datasetRoot(system, names, dataset))) keys.push(key);
      for (const key of keys) await archive.store.remove(key);
    }
  }

  get #ports(): RepairContext {
    const { system, names, archive, state, table } = this.#world;
    return {
      system,
      names,
      archive: archive.store,
      state,
      table,
      stream: async () => memoryStreamSource(table.stream),
    };
  }

  get #repairing(): RepairOptions {
    const { clock } = this.#world;
    return { clock, pause: async () => {}, log: silentLog, signal: new AbortController().signal };
  }

  /** Users' items that are in the table, by key. */
  get items(): string[] {
    const keys = this.#world.table.items.map((item) => keyOf(this.#system.table, item));
    return keys
      .filter((key) => this.#system.sourceOf(key)?.derived === false)
      .map(keyId)
      .sort();
  }
}

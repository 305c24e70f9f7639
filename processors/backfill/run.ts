import type { Attributes } from '../../shared/model/attribute.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyFromId, keyId } from '../../shared/model/keys.ts';
import type { System } from '../../shared/model/system.ts';
import { HOUR_MS } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { STREAM_KEEPS_MS, type StreamSource } from '../../shared/ports/streamSource.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { type BackfillProgress, saveBackfill } from '../../shared/state/backfill.ts';
import { saveFoundDue, unnotedDue } from '../../shared/state/due.ts';
import { stageTime } from '../../shared/state/fedClock.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { dueOfStored } from '../../shared/stream/due.ts';
import type { Persistence } from '../../shared/stream/persist.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { shardRecords } from '../../shared/stream/window.ts';
import { type ItemPlan, planBackfill } from './plan.ts';
import { Tally } from './tally.ts';

export interface BackfillContext {
  readonly system: System;
  readonly table: Pick<TableStore, 'pages' | 'read' | 'backfill'>;
  readonly state: StateStore;
  readonly clock: Clock;
  stream(): Promise<StreamSource>;
}

export interface BackfillOptions extends Persistence {
  readonly signal: AbortSignal;
  /** Writes a second; absent: as fast as the table takes them. */
  readonly rate?: number | undefined;
  onProgress?(items: number, backfilled: number): void;
}

/** Places in the stream older than this may be about to be trimmed: what lies behind them would be missed. */
export const MOST_BEHIND_MS = STREAM_KEEPS_MS - 4 * HOUR_MS;
const FOLLOW_EVERY_MS = 600_000;
/** Records are stamped by the service's clock, which is this much apart from ours at most: AWS refuses what is signed further off. */
const MOST_SKEW_MS = 300_000;
const ITEMS_A_WRITE = 100;
const WRITES_A_SECOND = 5;
const RECORDS_AT_ONCE = 200;

/** One run over the table and the stream, from where it was. */
export class BackfillRun {
  readonly tally: Tally;
  readonly #context: BackfillContext;
  readonly #options: BackfillOptions;
  readonly #source: StreamSource;
  readonly #declaration: string;
  readonly #positions: Map<string, string>;
  readonly #began: number;
  #written = 0;
  #followedAt: number;
  #after: Key | undefined;

  constructor(context: BackfillContext, options: BackfillOptions, source: StreamSource, from: BackfillProgress) {
    this.tally = new Tally(from);
    this.#context = context;
    this.#options = options;
    this.#source = source;
    this.#declaration = from.declaration;
    this.#positions = new Map(Object.entries(from.positions));
    this.#followedAt = from.followedAt;
    this.#after = from.after === undefined ? undefined : keyFromId(from.after);
    this.#began = context.clock.now();
  }

  /** To the table's end; may be called again, and goes on where it was. */
  async scan(): Promise<void> {
    const { system, table, clock } = this.#context;
    const { signal, onProgress } = this.#options;
    for await (const page of table.pages(this.#after)) {
      await this.#add(page);
      await this.#noteDue(page);
      if (signal.aborted) return;
      this.tally.items += page.length;
      this.#after = keyOf(system.table, page.at(-1) as Attributes);
      onProgress?.(this.tally.items, this.tally.backfilled);
      // So the stream never gets far ahead of a long scan.
      if (clock.now() - this.#followedAt >= FOLLOW_EVERY_MS) await this.follow();
      else await this.#save();
    }
  }

  /**
   * Reads the stream to its present end, and adds what items lack that were written since it was read last.
   * @returns how many those were. Throws STREAM_TRIMMED
   */
  async follow(): Promise<number> {
    const { clock } = this.#context;
    const now = clock.now();
    if (now - this.#followedAt > MOST_BEHIND_MS)
      throw new AfterwriteError('STREAM_TRIMMED', 'the backfill stood still for longer than the stream keeps changes', {
        mend: 'run the same command again: it begins anew',
      });
    let lacking = 0;
    for (const { id: shard } of await this.#source.shards()) lacking += await this.#followShard(shard, now);
    if (this.#options.signal.aborted) return lacking;
    this.#followedAt = now;
    await this.#save();
    return lacking;
  }

  async #followShard(shard: string, now: number): Promise<number> {
    const after = this.#positions.get(shard) ?? '';
    if (after === 'all') return 0;
    let lacking = 0;
    let batch: StreamRecord[] = [];
    const work = async (): Promise<void> => {
      lacking += await this.#addTold(batch);
      const last = batch.at(-1)?.sequence;
      if (last !== undefined && !this.#options.signal.aborted) this.#positions.set(shard, last);
      batch = [];
    };
    for await (const record of shardRecords(this.#source, shard, after || undefined, now + MOST_SKEW_MS)) {
      batch.push(record);
      if (batch.length >= RECORDS_AT_ONCE) await work();
      if (this.#options.signal.aborted) return lacking;
    }
    await work();
    return lacking;
  }

  /** An item is read again as it is by now: later records tell of the same one. */
  async #addTold(records: readonly StreamRecord[]): Promise<number> {
    const { system, table } = this.#context;
    const keys = new Map<string, Key>();
    await this.#noteDue(records.flatMap(({ new: image }) => (image ? [image] : [])));
    for (const { new: image } of records) {
      const plan = image && planBackfill(system, image);
      if (plan && (plan.backfilling || plan.left.length > 0)) keys.set(keyId(plan.key), plan.key);
    }
    return keys.size === 0 ? 0 : this.#add([...(await table.read([...keys.values()])).values()]);
  }

  /** How many lacked something that can be added; where somebody else was faster, the stream tells of it. */
  async #add(items: readonly Attributes[]): Promise<number> {
    const plans = items.flatMap((item) => planBackfill(this.#context.system, item) ?? []);
    for (const { key, left } of plans) this.tally.leaves(key, left);
    const wanting = plans.filter(({ backfilling }) => backfilling !== undefined);
    const { rate, signal } = this.#options;
    const portion = rate === undefined ? ITEMS_A_WRITE : Math.max(1, Math.floor(rate / WRITES_A_SECOND));
    for (let at = 0; at < wanting.length && !signal.aborted; at += portion)
      await this.#write(wanting.slice(at, at + portion));
    return wanting.length;
  }

  /** What an image of long ago says is held against its item when the time has come. */
  async #noteDue(images: readonly Attributes[]): Promise<void> {
    const { system, state, clock } = this.#context;
    const { now } = await stageTime(state, clock);
    const due = images.flatMap((image) => dueOfStored(system, image, now));
    for (const entry of await unnotedDue(state, due)) if (await saveFoundDue(state, entry)) this.tally.noted++;
  }

  async #write(plans: readonly ItemPlan[]): Promise<void> {
    const { table, clock } = this.#context;
    const { rate, pause, signal } = this.#options;
    const outcomes = await table.backfill(plans.flatMap(({ backfilling }) => backfilling ?? []));
    for (const [i, plan] of plans.entries()) {
      const attributes = Object.keys(plan.backfilling?.added ?? {}).sort();
      if (outcomes[i] === 'written') this.tally.wrote(plan);
      if (outcomes[i] === 'refused')
        this.tally.leaves(plan.key, [{ reason: 'refused', entity: plan.entity, attributes }]);
    }
    this.#written += plans.length;
    if (rate !== undefined) await pause(Math.max(0, this.#began + (1000 * this.#written) / rate - clock.now()), signal);
  }

  #save(): Promise<void> {
    return saveBackfill(this.#context.state, {
      declaration: this.#declaration,
      stream: this.#source.stream,
      positions: Object.fromEntries(this.#positions),
      followedAt: this.#followedAt,
      after: this.#after && keyId(this.#after),
      ...this.tally.stored,
    });
  }
}

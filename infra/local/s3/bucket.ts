import { checkWrite, isConditional, type WriteConditions } from './conditions.ts';
import { S3Error } from './errors.ts';
import type { BodyWriter, BucketFiles } from './files.ts';
import { dayOf, dueOf, type LocalRule, parseLifecycle } from './lifecycle.ts';
import type { BucketSettings, ObjectRecord } from './objectRecord.ts';
import { SortedKeys } from './sortedKeys.ts';

type RecordWithoutBody = Omit<ObjectRecord, 'bodyId'>;

/**
 * One bucket: its records in memory, sorted, and the files behind them.
 *
 * States of a write: under way (its body comes in, nobody sees it) -> committed (checks, record and index in one turn of
 * the event loop: of many writers, each sees all or nothing of another), or refused (the body is discarded).
 */
export class Bucket {
  readonly keys: SortedKeys<ObjectRecord>;
  /** Conditional writes under way, by key. */
  private readonly conditional = new Map<string, Set<{ keyWasDeleted: boolean }>>();
  /** The day whose midnight the lifecycle has seen; it has more to do on the next one, or by other rules. */
  private agedOn: number | undefined;

  constructor(
    readonly name: string,
    readonly settings: BucketSettings,
    private readonly files: BucketFiles,
    objects: readonly ObjectRecord[] = [],
  ) {
    this.keys = new SortedKeys(objects.map((record) => [record.key, record] as const));
  }

  find(key: string): ObjectRecord {
    const record = this.keys.get(key);
    if (record === undefined) throw new S3Error('NoSuchKey', undefined, { Key: key });
    return record;
  }

  open(record: ObjectRecord, range = { first: 0, last: record.size - 1 }): ReturnType<BucketFiles['openBody']> {
    return this.files.openBody(record.bodyId, range);
  }

  /** Stores what `fill` brings: the body, then the record that belongs to it. */
  async write(
    key: string,
    conditions: WriteConditions,
    fill: (body: BodyWriter) => Promise<RecordWithoutBody>,
  ): Promise<ObjectRecord> {
    const flight = this.enter(key, conditions);
    const body = this.files.newBody();
    try {
      const record = { ...(await fill(body)), bodyId: body.id };
      await body.close();
      if (flight.keyWasDeleted) throw new S3Error('ConditionalRequestConflict', undefined, { Key: key });
      this.replace(record, conditions);
      return record;
    } catch (error) {
      await body.discard();
      throw error;
    } finally {
      this.leave(key, flight);
    }
  }

  /** Puts a record in place, at once. It may name the body of the record before it, which then stays. */
  replace(record: ObjectRecord, conditions?: WriteConditions): void {
    const before = this.keys.get(record.key);
    if (conditions !== undefined) checkWrite(conditions, before);
    this.files.saveObject(record);
    this.keys.set(record.key, record);
    if (before !== undefined && before.bodyId !== record.bodyId) this.files.dropBody(before.bodyId);
  }

  delete(key: string): void {
    const record = this.keys.get(key);
    if (record === undefined) return;
    this.files.removeObject(record);
    this.keys.delete(key);
    for (const flight of this.conditional.get(key) ?? []) flight.keyWasDeleted = true;
  }

  changeSettings(change: Partial<BucketSettings>): void {
    const settings = { ...this.settings, ...change };
    this.files.saveSettings(settings);
    Object.assign(this.settings, change);
    this.agedOn = undefined;
  }

  dropLifecycle(): void {
    const { lifecycle: _, ...settings } = this.settings;
    this.files.saveSettings(settings);
    delete this.settings.lifecycle;
  }

  /** Moves and removes what the lifecycle says is due. One pass a day is all, for days end at midnight. */
  age(now: number): void {
    if (this.agedOn === dayOf(now)) return;
    this.agedOn = dayOf(now);
    if (this.settings.lifecycle === undefined) return;
    const rules = parseLifecycle(Buffer.from(this.settings.lifecycle.xml));
    const records: ObjectRecord[] = [];
    for (let position = 0, entry = this.keys.at(0); entry !== undefined; entry = this.keys.at(++position))
      records.push(entry[1]);
    for (const record of records) this.ageOne(record, rules, now);
  }

  private ageOne(record: ObjectRecord, rules: readonly LocalRule[], now: number): void {
    const due = dueOf(record, rules, now);
    if (due === 'gone') this.delete(record.key);
    else if (due !== undefined) {
      const { restore: _, ...kept } = record;
      this.replace({ ...kept, storageClass: due.storageClass });
    }
  }

  private enter(key: string, conditions: WriteConditions): { keyWasDeleted: boolean } {
    const flight = { keyWasDeleted: false };
    if (isConditional(conditions)) {
      const flights = this.conditional.get(key) ?? new Set();
      this.conditional.set(key, flights.add(flight));
    }
    return flight;
  }

  private leave(key: string, flight: { keyWasDeleted: boolean }): void {
    const flights = this.conditional.get(key);
    flights?.delete(flight);
    if (flights?.size === 0) this.conditional.delete(key);
  }
}

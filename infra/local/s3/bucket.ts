import { randomUUID } from 'node:crypto';
import { checkWrite, isConditional, type WriteConditions } from './conditions.ts';
import { S3Error } from './errors.ts';
import type { BodyWriter, BucketFiles } from './files.ts';
import { HiddenVersions, versionIdOf } from './hiddenVersions.ts';
import { dayOf, dueOf, type LocalRule, parseLifecycle } from './lifecycle.ts';
import { checkUnlocked, defaultRetention } from './locks.ts';
import type { BucketSettings, ObjectRecord } from './objectRecord.ts';
import { SortedKeys } from './sortedKeys.ts';

type RecordWithoutBody = Omit<ObjectRecord, 'bodyId'>;

/**
 * One bucket: its records in memory, sorted, and the files behind them.
 *
 * States of a write: under way (its body comes in, nobody sees it) -> committed (checks, record and index in one turn of
 * the event loop: of many writers, each sees all or nothing of another), or refused (the body is discarded).
 *
 * States of a version, where the bucket keeps them: shown -> hidden (by a newer one, or by a delete's marker) -> deleted by
 * its id, or by the lifecycle, once no lock holds it. What lies below a deleted one is shown again.
 */
export class Bucket {
  /** What is shown. */
  readonly keys: SortedKeys<ObjectRecord>;
  readonly hidden: HiddenVersions;
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
    const isHidden = ({ hiddenAt, marker }: ObjectRecord): boolean => hiddenAt !== undefined || marker === true;
    this.keys = new SortedKeys(objects.filter((one) => !isHidden(one)).map((record) => [record.key, record] as const));
    // A process that was killed while it hid a version has left it in both places: it is shown still.
    const isBoth = (one: ObjectRecord): boolean => this.keys.get(one.key)?.versionId === one.versionId;
    const hidden = objects.filter(isHidden);
    for (const record of hidden.filter(isBoth)) files.removeObject(record);
    this.hidden = new HiddenVersions(
      files,
      hidden.filter((one) => !isBoth(one)),
    );
  }

  find(key: string): ObjectRecord {
    const record = this.keys.get(key);
    if (record === undefined) throw new S3Error('NoSuchKey', undefined, { Key: key });
    return record;
  }

  /** Shown or hidden. */
  version(key: string, versionId: string): ObjectRecord | undefined {
    const shown = this.keys.get(key);
    return [...(shown ? [shown] : []), ...this.hidden.of(key)].find((one) => versionIdOf(one) === versionId);
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
      return this.put(record, conditions);
    } catch (error) {
      await body.discard();
      throw error;
    } finally {
      this.leave(key, flight);
    }
  }

  /** Puts a new version in place, at once. It may name the body of the record before it. */
  put(given: ObjectRecord, conditions: WriteConditions): ObjectRecord {
    const before = this.keys.get(given.key);
    checkWrite(conditions, before);
    const { versionId: _, retention: __, ...plain } = given;
    const retention = defaultRetention(this.settings, given.modifiedAt);
    const record = {
      ...plain,
      ...(this.settings.versioning && { versionId: randomUUID().replaceAll('-', '') }),
      ...(retention && { retention }),
    };
    if (before && this.settings.versioning) this.hidden.add({ ...before, hiddenAt: given.modifiedAt });
    this.files.saveObject(record);
    this.keys.set(record.key, record);
    if (before) this.dropUnnamed(before);
    return record;
  }

  /** Changes what is known of the version that is shown. */
  replace(record: ObjectRecord): void {
    this.files.saveObject(record);
    this.keys.set(record.key, record);
  }

  delete(key: string, now: number): void {
    const record = this.keys.get(key);
    if (record === undefined) return;
    if (this.settings.versioning) {
      this.hidden.add({ ...record, hiddenAt: now });
      const versionId = randomUUID().replaceAll('-', '');
      this.hidden.add({ ...record, ...NO_BODY, versionId, modifiedAt: now, marker: true });
    }
    this.files.removeObject(record);
    this.keys.delete(key);
    this.dropUnnamed(record);
    for (const flight of this.conditional.get(key) ?? []) flight.keyWasDeleted = true;
  }

  /** For good. Throws AccessDenied while it is locked. */
  deleteVersion(key: string, versionId: string, now: number): void {
    const record = this.version(key, versionId);
    if (record === undefined) return;
    checkUnlocked(record, now);
    if (this.keys.get(key) === record) {
      this.files.removeObject(record);
      this.keys.delete(key);
    } else this.hidden.take(record);
    this.dropUnnamed(record);
    const [next] = this.hidden.of(key);
    if (this.keys.get(key) !== undefined || next === undefined || next.marker) return;
    const { hiddenAt: _, ...shown } = next;
    this.replace(shown);
    this.hidden.take(next);
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
    for (const record of [...records, ...this.hidden.all()]) this.ageOne(record, rules, now);
  }

  private ageOne(record: ObjectRecord, rules: readonly LocalRule[], now: number): void {
    const isAlone = this.keys.get(record.key) === undefined && this.hidden.of(record.key).length === 1;
    const due = dueOf(record, rules, now, isAlone);
    const isShown = record.hiddenAt === undefined && record.marker === undefined;
    if (due === 'gone' && isShown) this.delete(record.key, now);
    else if (due === 'gone') this.deleteVersion(record.key, versionIdOf(record), now);
    else if (due !== undefined) {
      const { restore: _, ...kept } = record;
      this.replace({ ...kept, storageClass: due.storageClass });
    }
  }

  private dropUnnamed({ key, bodyId }: ObjectRecord): void {
    const named = [this.keys.get(key), ...this.hidden.of(key)];
    if (bodyId !== '' && !named.some((one) => one?.bodyId === bodyId)) this.files.dropBody(bodyId);
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

const NO_BODY = { bodyId: '', size: 0, etag: '', storageClass: 'STANDARD', tags: [], headers: {} };

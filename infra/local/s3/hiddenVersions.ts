import type { BucketFiles } from './files.ts';
import type { ObjectRecord } from './objectRecord.ts';
import { SortedKeys } from './sortedKeys.ts';

/** S3's name of what was written while a bucket kept no versions. */
const NULL_VERSION = 'null';

export const versionIdOf = ({ versionId }: Pick<ObjectRecord, 'versionId'>): string => versionId ?? NULL_VERSION;

/** What one bucket keeps and does not show: older versions and the markers of deletes, newest first. */
export class HiddenVersions {
  readonly keys: SortedKeys<ObjectRecord[]>;

  constructor(
    private readonly files: BucketFiles,
    records: readonly ObjectRecord[],
  ) {
    const byKey = new Map<string, ObjectRecord[]>();
    for (const record of records) byKey.set(record.key, [...(byKey.get(record.key) ?? []), record]);
    const newestFirst = (a: ObjectRecord, b: ObjectRecord): number =>
      b.modifiedAt - a.modifiedAt || Number(b.marker ?? false) - Number(a.marker ?? false);
    this.keys = new SortedKeys([...byKey].map(([key, own]) => [key, own.sort(newestFirst)] as const));
  }

  of(key: string): readonly ObjectRecord[] {
    return this.keys.get(key) ?? [];
  }

  add(record: ObjectRecord): void {
    this.files.saveObject(record);
    this.keys.set(record.key, [record, ...this.of(record.key)]);
  }

  /** The record alone: its body is the caller's. */
  take(record: ObjectRecord): void {
    this.files.removeObject(record);
    const left = this.of(record.key).filter((other) => other !== record);
    if (left.length === 0) this.keys.delete(record.key);
    else this.keys.set(record.key, left);
  }

  *all(): Generator<ObjectRecord> {
    const lists: ObjectRecord[][] = [];
    for (let position = 0, entry = this.keys.at(0); entry !== undefined; entry = this.keys.at(++position))
      lists.push(entry[1]);
    for (const list of lists) yield* list;
  }
}

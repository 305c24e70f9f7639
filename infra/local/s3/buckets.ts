import type { Clock } from '../../../shared/ports/clock.ts';
import { Bucket } from './bucket.ts';
import { S3Error } from './errors.ts';
import type { Storage } from './files.ts';
import { SortedKeys } from './sortedKeys.ts';

/** S3 User Guide, "General purpose bucket naming rules". What fits is also a safe folder name. */
const BUCKET_NAME = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** A new bucket blocks all public access, as AWS's do since April 2023. */
const BLOCK_ALL = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

export class Buckets {
  private readonly byName: SortedKeys<Bucket>;

  constructor(
    private readonly storage: Storage,
    private readonly clock: Clock,
  ) {
    const found = storage.load().map(({ name, settings, files, objects }) => {
      return [name, new Bucket(name, settings, files, objects)] as const;
    });
    this.byName = new SortedKeys(found);
  }

  /** As its lifecycle has left it by now. */
  find(name: string): Bucket {
    const bucket = this.byName.get(name);
    if (bucket === undefined) throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
    bucket.age(this.clock.now());
    return bucket;
  }

  /** One owner has all buckets, so a taken name is always one's own; AWS's us-east-1 alone would answer 200. */
  create(name: string, region: string, now: number, withLock = false): Bucket {
    if (!BUCKET_NAME.test(name)) throw new S3Error('InvalidBucketName', undefined, { BucketName: name });
    if (this.byName.get(name) !== undefined) {
      throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: name });
    }
    const lock = withLock ? ({ versioning: 'Enabled', lock: {} } as const) : {};
    const settings = { region, createdAt: now, publicAccessBlock: BLOCK_ALL, ...lock };
    const bucket = new Bucket(name, settings, this.storage.createBucket(name, settings));
    this.byName.set(name, bucket);
    return bucket;
  }

  *all(): Generator<Bucket> {
    for (let position = 0; ; position++) {
      const entry = this.byName.at(position);
      if (entry === undefined) return;
      yield entry[1];
    }
  }
}

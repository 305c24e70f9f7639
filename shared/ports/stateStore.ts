/** A record of afterwrite's own state table. Values are plain; `undefined` members are not stored. */
export interface StateRecord {
  readonly pk: string;
  readonly sk: string;
  readonly [field: string]: unknown;
}

/** Fields of a stored record and the values that a conditional write relies on: at least one. */
export type Expected = Readonly<Record<string, string | number | boolean>>;

export interface SortRange {
  /** Inclusive. */
  readonly from?: string;
  /** Inclusive. */
  readonly to?: string;
}

/** Checkpoints, parked changes, due entries, collections that left: small records by key. Strongly consistent. */
export interface StateStore {
  get(pk: string, sk: string): Promise<StateRecord | undefined>;
  /** Those that are there, in no order. Any number of keys. */
  getMany(keys: readonly { pk: string; sk: string }[]): Promise<StateRecord[]>;
  put(records: readonly StateRecord[]): Promise<void>;
  /** False where a record of that key is there already. */
  putIfAbsent(record: StateRecord): Promise<boolean>;
  /** Replaces a record whose stored fields have these values; false where it is not so, or where there is none. */
  putIf(record: StateRecord, expected: Expected): Promise<boolean>;
  remove(pk: string, sk: string): Promise<void>;
  /** Removes a record whose stored fields have these values; false where it is not so, or where there is none. */
  removeIf(pk: string, sk: string, expected: Expected): Promise<boolean>;
  /** Ordered by `sk`. */
  query(pk: string, range?: SortRange): AsyncIterable<StateRecord>;
}

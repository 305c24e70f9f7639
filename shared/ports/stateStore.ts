/** A record of afterwrite's own state table. Values are plain; `undefined` members are not stored. */
export interface StateRecord {
  readonly pk: string;
  readonly sk: string;
  readonly [field: string]: unknown;
}

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
  remove(pk: string, sk: string): Promise<void>;
  /** Ordered by `sk`. */
  query(pk: string, range?: SortRange): AsyncIterable<StateRecord>;
}

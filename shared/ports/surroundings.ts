/** A table as the service describes it. */
export interface TableFacts {
  readonly partitionKey: string | undefined;
  readonly sortKey: string | undefined;
  /** Those of the two that hold numbers or bytes; absent: none. */
  readonly keysNotText?: readonly string[];
  /** What the stream's records hold; undefined: it is off. */
  readonly stream: string | undefined;
  /** Absent: it has never had a stream. */
  readonly streamArn?: string;
  /** The attribute that TTL reads; undefined: it is off, or the endpoint knows of none. */
  readonly ttl: string | undefined;
  readonly indexes: readonly IndexFacts[];
}

interface IndexFacts {
  readonly name: string;
  readonly partition: string | undefined;
  readonly sort: string | undefined;
  readonly sortType: 'S' | 'N' | undefined;
}

/** What is around a system in an account. It only looks. */
export interface Surroundings {
  /** Undefined where there is none of that name. */
  table(name: string): Promise<TableFacts | undefined>;
  /** Names of what reads a stream by event source mappings; undefined where the endpoint does not tell. */
  readers(streamArn: string): Promise<string[] | undefined>;
  hasBus(name: string): Promise<boolean>;
  /** Whether the bucket's rules are those of the declaration; undefined where there is no such bucket. */
  bucket(name: string): Promise<{ readonly rulesFit: boolean } | undefined>;
  /** What the service takes for now, epoch milliseconds, to the second; undefined where its answers do not say. */
  serviceTime(): Promise<number | undefined>;
}

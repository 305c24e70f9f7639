/** Numbers about the work, for alarms and dashboards. Dimensions hold names and shards, never keys or content. */
export interface Metrics {
  /** A value as it stands now; a name that ends with `Seconds` or `Bytes` tells its unit. */
  gauge(name: string, value: number, dimensions: Readonly<Record<string, string>>): void;
}

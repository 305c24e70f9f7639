import { MONTH_DAYS } from '../storageCost.ts';
import type { System } from '../system.ts';
import type { Deployed } from './deployed.ts';
import type { Footprint } from './footprint.ts';
import type { ServicePrices } from './prices.ts';

/** One thing that is paid for. */
export interface Line {
  readonly service: string;
  readonly what: string;
  /** A month. */
  readonly quantity: number;
  readonly unit: string;
  readonly dollars: number;
}

/** Batches of a month, by reader. */
export interface Batches {
  readonly live: number;
  readonly archive: number;
}

/** What all lines are computed from: quantities of a month. */
export interface Month {
  readonly system: System;
  readonly footprint: Footprint;
  readonly deployed: Deployed;
  readonly prices: ServicePrices;
  /** Of users' items. */
  readonly changes: number;
  /** Of the stream: changes, and the aggregates that were written for them. */
  readonly records: number;
  readonly batches: Batches;
  readonly tenants: number;
  readonly shards: number;
}

export const MONTH_HOURS = MONTH_DAYS * 24;
export const MONTH_S = MONTH_HOURS * 3_600;
export const MILLION = 1_000_000;

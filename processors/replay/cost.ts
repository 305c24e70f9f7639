import type { ReplayTo } from '../../shared/state/replays.ts';
import { RECORDS_A_CALL } from './targets/function.ts';

/** What is sent. */
export interface Volume {
  readonly events: number;
  /** Of the envelopes as JSON, UTF-8. */
  readonly bytes: number;
  /** Of 64 KB, begun ones too, each event by itself. */
  readonly chunks: number;
}

/*
 * Prices in US dollars, US East (N. Virginia), as published in the middle of 2026:
 * https://aws.amazon.com/eventbridge/pricing/ https://aws.amazon.com/sqs/pricing/
 * Free tiers are not taken off; what goes out to the internet is not added.
 */
const CHUNK_BYTES = 64 * 1024;
const MILLION = 1_000_000;
/** Custom events, a million chunks. */
const PUT_EVENTS_MILLION = 1;
/** A million requests, each of up to 64 KB. */
const SQS_MILLION = 0.4;
const SQS_FIFO_MILLION = 0.5;
const MESSAGES_A_REQUEST = 10;
/** A million calls. https://aws.amazon.com/lambda/pricing/ */
const LAMBDA_MILLION = 0.2;

/** A million write units of 1 KB, on demand. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
const WRITES_MILLION = 0.625;
const WRITE_UNIT_BYTES = 1024;

export const chunksOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / CHUNK_BYTES));

/** What it costs to send it, dollars. */
export function sendingDollars(
  to: Exclude<ReplayTo['kind'], 'table'> | 'fifo',
  { events, bytes, chunks }: Volume,
): number {
  if (to === 'bus') return (chunks * PUT_EVENTS_MILLION) / MILLION;
  if (to === 'http' || to === 'file') return 0;
  // Without the function's time and memory, which nobody knows here.
  if (to === 'function') return (Math.ceil(events / RECORDS_A_CALL) * LAMBDA_MILLION) / MILLION;
  const requests = Math.max(Math.ceil(events / MESSAGES_A_REQUEST), Math.ceil(bytes / CHUNK_BYTES));
  return (requests * (to === 'fifo' ? SQS_FIFO_MILLION : SQS_MILLION)) / MILLION;
}

/** What it costs to put items of these sizes into a table that is paid on demand, dollars. */
export const writingDollars = (sizes: readonly number[]): number =>
  (sizes.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES)), 0) * WRITES_MILLION) / MILLION;

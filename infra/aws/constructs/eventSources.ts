import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { wrong } from '../../../shared/model/errors.ts';
import { READER_BATCHES, TUMBLING_WINDOW_SECONDS } from '../../../shared/model/readerBatches.ts';
import { perTable, type Stream } from './tables.ts';

/** How one reader takes batches. */
export interface ReaderOptions {
  /** Records; at most 10,000, and 6 MB in all. */
  readonly batchSize?: number;
  /** Seconds that a batch may wait to be full. */
  readonly windowSeconds?: number;
  /** 1 alone is taken. */
  readonly parallelizationFactor?: number;
}

export type ReaderName = 'live' | 'archive';

interface Mapping {
  readonly stream: Stream;
  /** ARN of the bucket of what Lambda gives up on. */
  readonly failed: string;
  readonly reader: lambda.Function;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html */
const MAX_BATCH = 10_000;
const MAX_WINDOW_SECONDS = 300;
const UNLIMITED = -1;

/**
 * A reader's mapping, every option stated. Retries and age are unlimited: what can't be processed is parked by the handler, so that
 * nothing is ever discarded; the bucket is for what no handler has seen. No filter: derived items feed statistics and events too.
 * Throws DECLARATION_WRONG.
 */
export function mapStream(
  scope: Construct,
  name: ReaderName,
  { stream, failed, reader }: Mapping,
  options: ReaderOptions = {},
): lambda.CfnEventSourceMapping {
  const { batchSize, windowSeconds } = checked(name, options);
  return new lambda.CfnEventSourceMapping(scope, perTable(name === 'live' ? 'LiveMapping' : 'ArchiveMapping', stream), {
    eventSourceArn: stream.arn,
    functionName: reader.functionArn,
    enabled: true,
    startingPosition: 'TRIM_HORIZON',
    batchSize,
    maximumBatchingWindowInSeconds: windowSeconds,
    tumblingWindowInSeconds: TUMBLING_WINDOW_SECONDS,
    parallelizationFactor: 1,
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: UNLIMITED,
    maximumRecordAgeInSeconds: UNLIMITED,
    functionResponseTypes: ['ReportBatchItemFailures'],
    destinationConfig: { onFailure: { destination: failed } },
  });
}

function checked(name: ReaderName, options: ReaderOptions): { batchSize: number; windowSeconds: number } {
  const usual = READER_BATCHES[name];
  const { batchSize = usual.records, windowSeconds = usual.windowSeconds } = options;
  const path = `readers.${name}`;
  if (options.parallelizationFactor !== undefined && options.parallelizationFactor !== 1)
    throw wrong(`${path}.parallelizationFactor`, `${options.parallelizationFactor} ${PARALLEL}`, 'leave it out');
  within(`${path}.batchSize`, batchSize, 1, MAX_BATCH);
  within(`${path}.windowSeconds`, windowSeconds, 0, name === 'live' ? MAX_WINDOW_SECONDS : usual.windowSeconds);
  return { batchSize, windowSeconds };
}

export const PARALLEL =
  'at a time would read one shard: a later batch could pass the fence first, and the earlier one would never be counted';

function within(path: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw wrong(path, `${value} is no whole number from ${least} to ${most}`, 'give one');
}

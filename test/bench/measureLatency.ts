import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { onThisMachine } from '../../infra/pipeline/options.ts';
import { Pipeline } from '../../infra/pipeline/pipeline.ts';
import { encodeAttributes } from '../../shared/model/attribute.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { type BenchStage, patientClients, surroundings, withStage } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { reviewOf, type Seen, stackOf, watchArrivals } from './watchArrivals.ts';

const WRITES_A_SECOND = 200;
/** Not counted: the first writes find nothing compiled, on either side, and the rest has a backlog to work off. */
const WARM_UP_WRITES = 3_000;
/** How long after the last write everything must have arrived. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/**
 * New reviews at a steady rate into the whole pipeline (both readers, the product's own waits). From the moment that a
 * write is sent, whatever became of the ones before, to the acknowledged write of its review's statistic, of its stack's
 * (a second turn through the stream), and to the bus's acknowledgement of its event.
 */
export async function measureLatency(duration: number): Promise<Figure[]> {
  return withStage('bench-steady', async (stage) => {
    const writes = WARM_UP_WRITES + WRITES_A_SECOND * duration;
    const seen = watchArrivals(stage.place);
    const stop = new AbortController();
    const pipeline = new Pipeline(stage.place, onThisMachine(surroundings.log)).run(stop.signal);
    const sent = await Promise.race([writeSteadily(stage, writes), pipeline.then(() => [])]);
    await Promise.race([arrived(seen, writes), pipeline]);
    stop.abort();
    await pipeline;
    const rate = ((writes - 1) * 1000) / ((sent[writes - 1] ?? 0) - (sent[0] ?? 0));
    const counted = sent.map((at, i) => ({ at, i })).slice(WARM_UP_WRITES);
    const figures = (what: string, arrivals: readonly (number | undefined)[]): Figure[] =>
      percentiles(
        `write to ${what}`,
        counted.map(({ at, i }) => (arrivals[i] ?? Number.NaN) - at),
      );
    const { reviews, stacks, events } = seen();
    return [
      { name: 'steady writes', unit: 'writes/s', rate, beside: { what: 'asked for', rate: WRITES_A_SECOND } },
      ...figures("review's statistic", reviews),
      ...figures("stack's statistic", stacks),
      ...figures('event on the bus', events),
    ];
  });
}

/** When each was sent. Open loop: a slow answer holds up no later write. */
async function writeSteadily({ stack, place, signal }: BenchStage, writes: number): Promise<number[]> {
  const { dynamodb, close } = patientClients(stack);
  const sent: number[] = [];
  const answers: Promise<string | undefined>[] = [];
  const start = performance.now();
  for (let i = 0; i < writes; i++) {
    const early = start + (i * 1000) / WRITES_A_SECOND - performance.now();
    if (early > 0) await surroundings.pause(early, signal);
    sent.push(performance.now());
    const put = new PutItemCommand({ TableName: place.names.table, Item: reviewItem(i) as never });
    answers.push(
      dynamodb.send(put).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    );
  }
  const refused = (await Promise.all(answers)).filter((message) => message !== undefined);
  close();
  if (refused.length > 0) throw new Error(`${refused.length} of ${writes} steady writes failed: ${refused[0]}`);
  return sent;
}

function reviewItem(i: number) {
  const reviewId = reviewOf(i);
  const now = isoUtc(Date.now());
  return encodeAttributes({
    PK: `REVIEW#${reviewId}`,
    SK: 'VERSION#1',
    reviewId,
    version: 1,
    stackId: stackOf(i),
    status: 'pending',
    requestedAt: now,
    createdAt: now,
    createdBy: 'bench',
  });
}

async function arrived(seen: () => Seen, writes: number): Promise<void> {
  const { signal } = new AbortController();
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    if (counts(seen()).every(([, count]) => count === writes)) return;
    await surroundings.pause(POLL_MS, signal);
  }
  throw new Error(`of ${writes} writes there arrived: ${counts(seen()).join('; ')}`);
}

const counts = ({ reviews, stacks, events }: Seen): [string, number][] =>
  Object.entries({ reviews, stacks, events }).map(([what, all]) => [what, all.filter((at) => at !== undefined).length]);

function percentiles(name: string, values: readonly number[]): Figure[] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (percent: number): number => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? Number.NaN;
  return [50, 99].map((percent) => ({ name: `${name}, p${percent}`, unit: 'ms', rate: at(percent) }));
}

import { type Drainer, drain } from '../../processors/fanout/drain.ts';
import { listSpilled } from '../../shared/archive/spilled.ts';
import { SPILLED } from '../../shared/model/metricNames.ts';
import { listSpills, type Spill } from '../../shared/state/spill.ts';
import type { LeaseKeeper } from '../../shared/stream/leaseKeeper.ts';
import { persist } from '../../shared/stream/persist.ts';
import type { PipelineOptions } from './options.ts';

/** The lease of who publishes what was spilled. */
const DRAINER = 'drainer';

const EVERY_MS = 2_000;
/** The longest pause while the bus is not to be reached. */
const LONGEST_MS = 30_000;
/** Objects that an append left behind when it died are looked for so often. */
const LEFT_BEHIND_EVERY_MS = 600_000;
const REPORT_EVERY_MS = 10_000;

type Options = Pick<PipelineOptions, 'clock' | 'pause' | 'random' | 'log' | 'metrics'>;

/**
 * Publishes what is spilled, by whichever process, beside the readers and without any: a shard that is idle or finished is
 * drained too. While the bus takes nothing it is tried again at growing pauses. Ends with the signal.
 */
export async function runDrainer(
  drainer: Drainer,
  options: Options,
  leases: Pick<LeaseKeeper, 'once'>,
  signal: AbortSignal,
): Promise<void> {
  const { pause, random } = options;
  const waits = lookout(drainer, options);
  for (let failures = 0; !signal.aborted; ) {
    const isWaiting = await persist(options, { worker: DRAINER }, signal, waits);
    const drained = isWaiting
      ? await leases.once(DRAINER, signal, (mine) =>
          persist(options, { worker: DRAINER }, mine, () => drain(drainer, mine)),
        )
      : undefined;
    failures = drained?.out ? failures + 1 : 0;
    await pause(Math.min(LONGEST_MS, EVERY_MS * 2 ** failures) * (1 - random() / 2), signal);
  }
}

/** Tells whether there may be something to drain, and reports it. */
function lookout({ state, archive, place }: Drainer, { clock, metrics }: Options): () => Promise<boolean> {
  let looked = Number.NEGATIVE_INFINITY;
  let reported = Number.NEGATIVE_INFINITY;
  return async () => {
    const spills = await listSpills(state);
    const now = clock.now();
    if (metrics && isDue(reported, REPORT_EVERY_MS, now)) {
      reported = now;
      for (const [name, value] of spillGauges(spills, now)) metrics.gauge(name, value, { processor: 'fanout' });
    }
    if (spills.length > 0) return true;
    if (!isDue(looked, LEFT_BEHIND_EVERY_MS, now)) return false;
    for await (const _ of listSpilled(archive, place)) return true;
    looked = now;
    return false;
  };
}

const isDue = (last: number, everyMs: number, now: number): boolean => now - last >= everyMs || now < last;

/** How many shards wait for the bus, and for how long the first of them has. */
export const spillGauges = (spills: readonly Spill[], now: number): [name: string, value: number][] => [
  ['spilledShards', spills.length],
  [SPILLED, Math.round(Math.max(0, ...spills.map(({ since }) => now - since)) / 1000)],
];

import { appendFileSync } from 'node:fs';
import { embeddedMetrics } from '../../shared/aws/embeddedMetrics.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import type { PipelineOptions } from '../pipeline/options.ts';
import type { Workplace } from '../pipeline/workplace.ts';

export const METRICS_HELP =
  "append lag and time to loss of each shard to a file, in CloudWatch's embedded metric format";

/** Nothing where no file is named. */
export function metricsOf({ system, names }: Workplace, file: string | undefined): Pick<PipelineOptions, 'metrics'> {
  if (file === undefined) return {};
  const write = (line: string): void => appendFileSync(file, `${line}\n`);
  return {
    metrics: embeddedMetrics({ write, clock: systemClock, common: { system: system.name, stage: names.stage } }),
  };
}

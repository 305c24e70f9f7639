import { readConfig, readDeployedConfig } from '../../../shared/config.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import { onThisMachine, type PipelineOptions } from '../../pipeline/options.ts';
import { type Workplace, workplace } from '../../pipeline/workplace.ts';
import { powertoolsLog, powertoolsMetrics } from './observability.ts';

/** What all functions of a deployed system work with. */
export interface Opened {
  readonly place: Workplace;
  readonly options: PipelineOptions & Required<Pick<PipelineOptions, 'metrics'>>;
}

/** By the environment. Throws USAGE with the variable that is missing or wrong. */
export function openDeployed(system: System, environment: NodeJS.ProcessEnv): Opened {
  const { region, endpoints } = readConfig(environment);
  const { system: name, stage, names } = readDeployedConfig(environment);
  if (name !== system.name)
    throw new AfterwriteError(
      'USAGE',
      `AFTERWRITE_SYSTEM is '${name}', and the declaration's name is '${system.name}'`,
      {
        mend: 'deploy it with the declaration of that system',
      },
    );
  const told = { system: system.name, stage };
  const options = { ...onThisMachine(powertoolsLog(told)), metrics: powertoolsMetrics(told) };
  return { place: workplace(system, stage, { region, endpoints }, names), options };
}

/** As `openDeployed` by the process's own environment, at the first call. */
export const openOnce = (system: System): (() => Promise<Opened>) =>
  once(async () => openDeployed(system, process.env));

/** Once in a process; what failed is tried again by the next who asks. */
export function once<Result>(open: () => Promise<Result>): () => Promise<Result> {
  let opened: Promise<Result> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

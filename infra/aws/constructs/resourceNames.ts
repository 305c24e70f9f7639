import type { System } from '../../../shared/model/system.ts';

/** What exists on AWS alone is named as everything else: it ends with the stage. The rest is in shared/model/names.ts. */
export const resourceName = (system: Pick<System, 'name'>, what: string, stage: string): string =>
  `afterwrite-${system.name}-${what}-${stage}`;

/** Every function: two readers, and what runs now and then or on request. */
export const FUNCTIONS = ['live', 'archive', 'sweeper', 'compactor', 'replayWorker'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** What a function is called in AWS. */
export const functionName = (system: Pick<System, 'name'>, name: FunctionName, stage: string): string =>
  resourceName(system, name === 'replayWorker' ? 'replay-worker' : name, stage);

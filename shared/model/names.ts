import type { System } from './system.ts';

/** The names of everything that belongs to a system in one stage; all end with the stage. */
export interface Names {
  readonly stage: string;
  readonly table: string;
  readonly stateTable: string;
  readonly bucket: string;
  readonly bus: string;
  /** Replayed events go to a bus of their own, so that they reach only those who opted in by a rule there. */
  readonly replayBus: string;
  /** CloudWatch log group that a rule on the bus writes every event to. */
  readonly logGroup: string;
  readonly replayLogGroup: string;
}

export function namesOf(system: System, stage: string): Names {
  const own = (what: string): string => `afterwrite-${system.name}-${what}-${stage}`;
  return {
    stage,
    table: system.table.name(stage),
    stateTable: own('state'),
    bucket: own('archive'),
    bus: own('events'),
    replayBus: own('replay'),
    logGroup: `/afterwrite/${system.name}/events/${stage}`,
    replayLogGroup: `/afterwrite/${system.name}/replay/${stage}`,
  };
}

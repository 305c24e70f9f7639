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

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const LONGEST_BUCKET_NAME = 63;

/** A bucket's name is the only one in the world: on AWS the account is part of it. In another Region the stage must be another one. */
export const bucketName = (
  { name }: Pick<System, 'name'>,
  what: string,
  stage: string,
  account: string | undefined,
): string => `afterwrite-${name}-${what}-${account === undefined ? '' : `${account}-`}${stage}`;

/** @param account of AWS; undefined on one machine, where nobody else's buckets are */
export function namesOf(system: System, stage: string, account?: string): Names {
  const own = (what: string): string => `afterwrite-${system.name}-${what}-${stage}`;
  return {
    stage,
    table: system.table.name(stage),
    stateTable: own('state'),
    bucket: bucketName(system, 'archive', stage, account),
    bus: own('events'),
    replayBus: own('replay'),
    logGroup: `/afterwrite/${system.name}/events/${stage}`,
    replayLogGroup: `/afterwrite/${system.name}/replay/${stage}`,
  };
}

import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { System } from '../../../shared/model/system.ts';

/** Where functions and tasks run, if nothing else is said: private subnets with a way out. */
export const WITH_EGRESS: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };

/** What each is told; `readDeployedConfig` reads it. */
export const environmentOf = (system: System, stage: string, bucket: string): Record<string, string> => ({
  AFTERWRITE_SYSTEM: system.name,
  AFTERWRITE_STAGE: stage,
  AFTERWRITE_BUCKET: bucket,
  NODE_OPTIONS: '--enable-source-maps',
});

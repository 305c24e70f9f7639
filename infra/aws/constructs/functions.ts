import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { wrong } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import { BUNDLING, DECLARATION, declarationFile, handlerFile, NODE_MAJOR } from '../bundles/bundling.ts';
import { type FunctionName, functionName } from './resourceNames.ts';
import { environmentOf, WITH_EGRESS } from './running.ts';

export interface FunctionsOptions {
  readonly system: System;
  readonly stage: string;
  /** The archive's: on AWS the account is part of its name, and no function knows that. */
  readonly bucket: string;
  /** The file that exports the system, as `--system` takes it; absent: afterwrite's own of that name. */
  readonly declaration?: string;
  /** Functions run in its private subnets. */
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  /** Absent: true. */
  readonly tracing?: boolean;
}

interface Shape {
  readonly memory: number;
  readonly timeout: Duration;
}

/** A vCPU is 1,769 MB. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const SHAPES: Readonly<Record<FunctionName, Shape>> = {
  live: { memory: 1_769, timeout: Duration.minutes(2) },
  archive: { memory: 1_769, timeout: Duration.minutes(3) },
  sweeper: { memory: 1_769, timeout: Duration.minutes(15) },
  // It holds the lines of two segments.
  compactor: { memory: 3_008, timeout: Duration.minutes(15) },
  replayWorker: { memory: 1_769, timeout: Duration.minutes(15) },
};

/** A function with a role of its own, that may write its own log group, and be traced. */
export function makeFunction(
  scope: Construct,
  name: FunctionName,
  options: FunctionsOptions,
  permissions: readonly iam.PolicyStatement[],
): lambda.Function {
  const { system, stage, bucket, vpc } = options;
  const own = functionName(system, name, stage);
  const id = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const logGroup = new logs.LogGroup(scope, `${id}Logs`, {
    logGroupName: `/aws/lambda/${own}`,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  for (const statement of [...runs(logGroup, vpc !== undefined), ...permissions]) role.addToPolicy(statement);
  const { memory, timeout } = SHAPES[name];
  return new NodejsFunction(scope, id, {
    functionName: own,
    description: `afterwrite ${system.name} ${stage}: ${name}`,
    entry: handlerFile(name),
    handler: 'handler',
    runtime: new lambda.Runtime(`nodejs${NODE_MAJOR}.x`, lambda.RuntimeFamily.NODEJS),
    architecture: lambda.Architecture.ARM_64,
    memorySize: memory,
    timeout,
    role,
    logGroup,
    tracing: options.tracing === false ? lambda.Tracing.DISABLED : lambda.Tracing.ACTIVE,
    environment: environmentOf(system, stage, bucket),
    awsSdkConnectionReuse: false,
    bundling: {
      ...BUNDLING,
      format: OutputFormat.ESM,
      esbuildArgs: { [`--alias:${DECLARATION}`]: declarationOf(options) },
    },
    ...(vpc && { vpc, vpcSubnets: options.vpcSubnets ?? WITH_EGRESS }),
  });
}

/** Throws DECLARATION_WRONG. */
function declarationOf({ system, declaration }: FunctionsOptions): string {
  const file = declaration === undefined ? declarationFile(system.name) : resolve(declaration);
  if (file !== undefined && existsSync(file)) return file;
  throw wrong(
    'declaration',
    file === undefined ? `'${system.name}' is no system of this package` : `there is no ${file}`,
    'name the file that exports the system: the functions are bundled with it',
  );
}

/** No resource can be named for traces and network interfaces: both take `*` alone. */
function runs(logGroup: logs.LogGroup, inVpc: boolean): iam.PolicyStatement[] {
  const statements = [
    new iam.PolicyStatement({
      sid: 'Logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
    new iam.PolicyStatement({
      sid: 'Traces',
      actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
      resources: ['*'],
    }),
  ];
  if (!inVpc) return statements;
  const interfaces = new iam.PolicyStatement({
    sid: 'NetworkInterfaces',
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
    ],
    resources: ['*'],
  });
  return [...statements, interfaces];
}

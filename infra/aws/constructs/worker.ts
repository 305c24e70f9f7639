import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { wrong } from '../../../shared/model/errors.ts';
import type { Deployed } from '../../../shared/model/forecast/deployed.ts';
import type { System } from '../../../shared/model/system.ts';
import { declarationFile } from '../bundles/bundling.ts';
import { resourceName } from './resourceNames.ts';
import { environmentOf, WITH_EGRESS } from './running.ts';
import { BESIDE_WORKER } from './schedules.ts';

export interface WorkerOptions {
  /** Runs infra/aws/handlers/worker.js; the README tells how it is made. CDK builds none. */
  readonly image: ecs.ContainerImage;
  /** Where in the image a file exports the system; absent: afterwrite's own of that name. */
  readonly declaration?: string;
  readonly vpc: ec2.IVpc;
  /** Absent: private subnets with a way out. */
  readonly vpcSubnets?: ec2.SubnetSelection;
  /** Tasks: they share the shards by leases, and one that stops is replaced by another within seconds. Absent: 2. */
  readonly count?: number;
  /** Of a task: 1,024 are a vCPU. Absent: 512. */
  readonly cpu?: number;
  /** Of a task. Absent: 1,024. */
  readonly memoryMiB?: number;
}

interface WorkerProps extends WorkerOptions {
  readonly system: System;
  readonly stage: string;
  readonly bucket: string;
  readonly permissions: readonly iam.PolicyStatement[];
}

const USUAL_WORKER = { count: 2, cpu: 512, memoryMiB: 1_024 } as const;
/** Lag, records and the like of its own come as they do from functions; two alarms of age less, one of tasks more, three functions less. */
const ALARM_METRICS_LESS = 7;
const UNITS_A_VCPU = 1_024;

/** What there is, for the forecast. @param usual with functions */
export function withWorker(
  { count, cpu, memoryMiB }: Pick<WorkerOptions, 'count' | 'cpu' | 'memoryMiB'>,
  usual: Deployed,
): Deployed {
  const vcpus = (cpu ?? USUAL_WORKER.cpu) / UNITS_A_VCPU;
  const worker = {
    count: count ?? USUAL_WORKER.count,
    vcpus,
    gb: (memoryMiB ?? USUAL_WORKER.memoryMiB) / UNITS_A_VCPU,
  };
  const schedules = usual.schedules.filter(({ task }) => BESIDE_WORKER.some((beside) => beside === task));
  return { ...usual, alarmMetrics: usual.alarmMetrics - ALARM_METRICS_LESS, schedules, worker };
}

const HTTPS = 443;
/** The longest that Fargate waits. */
const STOPPING = Duration.seconds(120);

/** The poller as a Fargate service: the same pipeline as `afterwrite run`, in place of both mappings and of what sweeps, drains and compacts. */
export class Worker extends Construct {
  readonly service: ecs.FargateService;
  readonly cluster: ecs.ICluster;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    const { system, stage, vpc, count = USUAL_WORKER.count } = props;
    const name = resourceName(system, 'worker', stage);
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      clusterName: name,
      vpc,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
    }) as ecs.ICluster;
    const securityGroup = new ec2.SecurityGroup(this, 'Network', {
      vpc,
      description: 'afterwrite worker: calls AWS by TLS, and is called by nobody',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(HTTPS), 'AWS');
    this.service = new ecs.FargateService(this, 'Service', {
      serviceName: name,
      cluster: this.cluster,
      taskDefinition: this.#task(name, props),
      desiredCount: count,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      securityGroups: [securityGroup],
      vpcSubnets: props.vpcSubnets ?? WITH_EGRESS,
      assignPublicIp: false,
    });
  }

  /** Tasks that run. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html */
  running(period: Duration): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: 'ECS/ContainerInsights',
      metricName: 'RunningTaskCount',
      dimensionsMap: { ClusterName: this.cluster.clusterName, ServiceName: this.service.serviceName },
      statistic: 'Minimum',
      period,
    });
  }

  #task(name: string, props: WorkerProps): ecs.FargateTaskDefinition {
    const { system, stage, bucket, image, permissions } = props;
    const taskRole = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    for (const statement of permissions) taskRole.addToPolicy(statement);
    const task = new ecs.FargateTaskDefinition(this, 'Task', {
      family: name,
      cpu: props.cpu ?? USUAL_WORKER.cpu,
      memoryLimitMiB: props.memoryMiB ?? USUAL_WORKER.memoryMiB,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      taskRole,
    });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/afterwrite/${system.name}/worker/${stage}`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    task.addContainer('worker', {
      image,
      readonlyRootFilesystem: true,
      environment: { ...environmentOf(system, stage, bucket), ...declaredBy(props) },
      logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'worker' }),
      // What is under way is finished, and leases are given back.
      stopTimeout: STOPPING,
    });
    return task;
  }
}

/** Throws DECLARATION_WRONG. */
function declaredBy({ system, declaration }: WorkerProps): Record<string, string> {
  if (declaration !== undefined) return { AFTERWRITE_DECLARATION: declaration };
  if (declarationFile(system.name) !== undefined) return {};
  throw wrong(
    'worker.declaration',
    `'${system.name}' is no system of this package`,
    'name the file in the image that exports the system',
  );
}

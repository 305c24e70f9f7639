import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Afterwrite, type AfterwriteProps } from '../../infra/aws/constructs/afterwrite.ts';
import { wideIn } from '../../infra/aws/constructs/wildcards.ts';
import { withWorker } from '../../infra/aws/constructs/worker.ts';
import { usualFor } from '../../shared/model/forecast/deployed.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { newApp, resourcesOf } from './synth.ts';

const image = ecs.ContainerImage.fromRegistry('registry.example.com/afterwrite-worker:1');

function templateOf(more: (vpc: ec2.IVpc) => Partial<AfterwriteProps>): Template {
  const stack = new Stack(newApp(), 'Stack');
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }) as ec2.IVpc;
  const table = new dynamodb.Table(stack, 'Table', {
    tableName: reviewer.table.name('dev'),
    partitionKey: { name: 'PK', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'SK', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
  }) as dynamodb.ITable;
  new Afterwrite(stack, 'Afterwrite', { table, system: reviewer, stage: 'dev', ...more(vpc) });
  return Template.fromStack(stack);
}

describe('the poller as a service', () => {
  const template = templateOf((vpc) => ({ worker: { image, vpc }, privateEndpoints: true }));

  test('reads in place of both mappings; what goes by the clock is the recount and replays', () => {
    expect(resourcesOf(template, 'AWS::Lambda::EventSourceMapping')).toEqual([]);
    const tasks = resourcesOf(template, 'AWS::Events::Rule')
      .filter(({ ScheduleExpression }) => ScheduleExpression)
      .map(({ Targets: [{ Input }] }) => JSON.parse(Input).task);
    expect(tasks.sort()).toEqual(['replay', 'verify']);
    template.hasResourceProperties('AWS::ECS::Service', {
      DesiredCount: 2,
      LaunchType: 'FARGATE',
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  test('is the image that was given, on Graviton, with names alone in its environment', () => {
    const [task] = resourcesOf(template, 'AWS::ECS::TaskDefinition');
    expect(task).toMatchObject({ RuntimePlatform: { CpuArchitecture: 'ARM64' }, Cpu: '512', Memory: '1024' });
    const [container] = task?.ContainerDefinitions ?? [];
    expect(container).toMatchObject({
      Image: 'registry.example.com/afterwrite-worker:1',
      ReadonlyRootFilesystem: true,
    });
    expect(container).not.toHaveProperty('Secrets');
    expect(container.Environment.map(({ Name }: { Name: string }) => Name).sort()).toEqual([
      'AFTERWRITE_BUCKET',
      'AFTERWRITE_STAGE',
      'AFTERWRITE_SYSTEM',
      'NODE_OPTIONS',
    ]);
  });

  test('may do no more than it names, and its statements have names that differ', () => {
    for (const { PolicyDocument } of resourcesOf(template, 'AWS::IAM::Policy')) {
      for (const statement of PolicyDocument.Statement)
        expect(wideIn(statement).filter(({ why }) => why === undefined)).toEqual([]);
      const sids = PolicyDocument.Statement.flatMap(({ Sid }: { Sid?: string }) => Sid ?? []);
      expect(new Set(sids).size).toBe(sids.length);
    }
  });

  test('is called by nobody', () => {
    for (const { GroupDescription, SecurityGroupIngress } of resourcesOf(template, 'AWS::EC2::SecurityGroup'))
      if (GroupDescription.includes('worker')) expect(SecurityGroupIngress).toBeUndefined();
  });

  test('one that does not run is told', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'afterwrite-reviewer-workers-dev',
      MetricName: 'RunningTaskCount',
      TreatMissingData: 'breaching',
    });
  });

  test('is forecast as it is made', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ Metrics }) =>
      Metrics ? Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat).length : 1,
    );
    const forecast = withWorker({}, usualFor(reviewer));
    expect(alarms.reduce((sum, n) => sum + n, 0)).toBe(forecast.alarmMetrics);
    expect(forecast).toMatchObject({ worker: { count: 2, vcpus: 0.5, gb: 1 } });
    expect(forecast.schedules.map(({ task }) => task).sort()).toEqual(['replay', 'verify']);
  });

  test('reaches all that it uses by endpoints of the network', () => {
    const services = resourcesOf(template, 'AWS::EC2::VPCEndpoint').map(({ ServiceName, VpcEndpointType }) => [
      JSON.stringify(ServiceName)
        .replace(/.*"([^"]*)".*/, '$1')
        .split('.')
        .slice(-1)[0],
      VpcEndpointType,
    ]);
    const interfaces = services.filter(([, type]) => type === 'Interface').map(([service]) => service);
    expect(
      services
        .filter(([, type]) => type === 'Gateway')
        .map(([service]) => service)
        .sort(),
    ).toEqual(['dynamodb', 's3']);
    expect(interfaces.sort()).toEqual(['api', 'dkr', 'dynamodb-streams', 'events', 'logs', 'xray']);
  });
});

test('functions in a VPC may make their interfaces there, and no more', () => {
  const template = templateOf((vpc) => ({ vpc }));
  for (const { VpcConfig } of resourcesOf(template, 'AWS::Lambda::Function'))
    expect(VpcConfig).toMatchObject({ SubnetIds: expect.any(Array) });
  const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
  expect(statements.flatMap(wideIn).filter(({ why }) => why === undefined)).toEqual([]);
});

test('endpoints without a VPC, and batches of a worker, are refused', () => {
  expect(() => templateOf(() => ({ privateEndpoints: true }))).toThrow(/privateEndpoints: there is no VPC/);
  expect(() => templateOf((vpc) => ({ worker: { image, vpc }, readers: { live: { batchSize: 5 } } }))).toThrow(
    /readers: a worker reads in their place/,
  );
});

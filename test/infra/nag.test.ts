import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { deploy } from '../../infra/aws/deployment.ts';
import type { System } from '../../shared/model/system.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { EACH_SYSTEM, type Options } from './synth.ts';

// Synthesis is work for the processor alone: beside others it takes its time.
jest.setTimeout(300_000);

const outdir = mkdtempSync(join(tmpdir(), 'afterwrite-nag-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** What CDK itself and cdk-nag find in a deployed system, warnings too. */
function findingsIn(
  system: System,
  add: (processing: Stack) => void = () => {},
  options?: (scope: Stack) => Options,
): unknown[] {
  const out = join(outdir, system.name);
  const app = new App({ outdir: out, context: { 'aws:cdk:bundling-stacks': [] } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const given = options?.(new Stack(app, 'Network'));
  const { processing } = deploy(app, { system, stage: 'dev', monthlyDollars: 50, ...given });
  add(processing);
  try {
    app.synth();
  } catch {
    // What it throws is in the report.
  }
  const report = JSON.parse(readFileSync(join(out, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ violations }: { violations: unknown[] }) => violations);
}

test.each(EACH_SYSTEM)('%s has no finding that is not acknowledged with a reason', (_, system) => {
  expect(findingsIn(system)).toEqual([]);
});

test('what somebody else adds is found', () => {
  const add = (stack: Stack): void =>
    void new iam.Policy(stack, 'Wide', {
      statements: [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] })],
      roles: [new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') })],
    });
  expect(JSON.stringify(findingsIn(reviewer, add))).toContain('AwsSolutions-IAM5[Action::s3:*]');
});

test('a service in a VPC, with endpoints, a key, and what items refer to, has no finding either', () => {
  const options = (scope: Stack): Options => {
    const vpc = ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      vpcCidrBlock: '10.0.0.0/16',
      availabilityZones: ['a', 'b'],
      privateSubnetIds: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef1', 'rtb-0123456789abcdef2'],
    });
    const image = ecs.ContainerImage.fromRegistry('registry.example.com/afterwrite-worker:1');
    const encryptionKey = new kms.Key(scope, 'Key', { enableKeyRotation: true });
    const referredBuckets = ['arn:aws:s3:::post-mortems'];
    return { vpc, worker: { image, vpc }, privateEndpoints: true, encryptionKey, referredBuckets };
  };
  expect(findingsIn(reviewer, () => {}, options)).toEqual([]);
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { deploy } from '../../infra/aws/deployment.ts';
import type { System } from '../../shared/model/system.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { EACH_SYSTEM, entries } from './synth.ts';

const outdir = mkdtempSync(join(tmpdir(), 'afterwrite-nag-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** What CDK itself and cdk-nag find in a deployed system, warnings too. */
function findingsIn(system: System, add: (processing: Stack) => void = () => {}): unknown[] {
  const out = join(outdir, system.name);
  const app = new App({ outdir: out, context: { 'aws:cdk:bundling-stacks': [] } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { processing } = deploy(app, { system, stage: 'dev', entries: entries(), monthlyDollars: 50 });
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

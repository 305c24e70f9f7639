import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { deployApp } from '../../infra/aws/deployApp.ts';
import { EACH_SYSTEM } from './synth.ts';

// Synthesis is work for the processor alone: beside others it takes its time.
jest.setTimeout(300_000);

const outdir = mkdtempSync(join(tmpdir(), 'afterwrite-synth-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const context = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

const appOf = (more: Record<string, unknown>, out = join(outdir, 'none')): App =>
  new App({ outdir: out, context: { ...context, ...more } });

test('the app as it is deployed: bundles of every function, and nothing that cdk-nag finds', async () => {
  const [[name] = ['']] = EACH_SYSTEM;
  const out = join(outdir, name);
  const { stacks } = (await deployApp(appOf({ system: name, stage: 'dev' }, out))).synth();
  expect(stacks.map(({ stackName }) => stackName).sort()).toEqual([
    `afterwrite-${name}-data-dev`,
    `afterwrite-${name}-processing-dev`,
  ]);
  const bundles = readdirSync(out).filter((entry) => entry.startsWith('asset.') && !entry.endsWith('.json'));
  expect(bundles).toHaveLength(5);
  for (const bundle of bundles) expect(statSync(join(out, bundle, 'index.mjs')).size).toBeGreaterThan(10_000);
});

// Bundles of one are enough.
test.each(EACH_SYSTEM)('the app of %s', async (name) => {
  const app = appOf({ system: name, stage: 'prod', 'aws:cdk:bundling-stacks': [] }, join(outdir, `${name}-prod`));
  const made = await deployApp(app);
  expect(() => made.synth()).not.toThrow();
});

test('a budget in the context is held to', async () => {
  const given = { system: 'reviewer', stage: 'dev', changesPerSecond: '100', monthlyDollars: '15' };
  await expect(deployApp(appOf({ ...given, 'aws:cdk:bundling-stacks': [] }))).rejects.toThrow(
    /would cost more than \$15.00/,
  );
});

test.each([
  [{ stage: 'dev' }, /no system '' is declared/],
  [{ system: 'reviewer' }, /stage: '' is none/],
  [{ system: 'reviewer', stage: 'Dev' }, /stage: 'Dev' is none/],
  [{ system: 'reviewer', stage: 'dev', monthlyDollars: 5 }, /changesPerSecond: it is missing/],
  [{ system: 'reviewer', stage: 'dev', changesPerSecond: 'many' }, /load.changesPerSecond: NaN is none/],
])('what the context lacks: %j', async (given, message) => {
  await expect(deployApp(appOf({ ...given, 'aws:cdk:bundling-stacks': [] }))).rejects.toThrow(message);
});

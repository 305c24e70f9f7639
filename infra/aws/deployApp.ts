import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { wrong } from '../../shared/model/errors.ts';
import type { Load } from '../../shared/model/forecast/load.ts';
import type { System } from '../../shared/model/system.ts';
import { systemNamed } from '../pipeline/systemFiles.ts';
import { declarationFile } from './bundles/bundling.ts';
import { deploy } from './deployment.ts';

const NUMBERS = ['changesPerSecond', 'itemBytes', 'shards', 'tenants', 'monthlyDollars'] as const;

/**
 * What of a system keeps data in one stack, what runs in another, as the context says: `system` (a name, or a file that
 * exports one), `stage`, and of its load `changesPerSecond`, `itemBytes`, `monthlyDollars`. Throws USAGE, DECLARATION_WRONG.
 */
export async function deployApp(app: App): Promise<App> {
  const given = (name: string): string => String(app.node.tryGetContext(name) ?? '');
  const system = await systemNamed(given('system'));
  const stage = given('stage');
  if (!/^[a-z0-9-]{1,32}$/.test(stage))
    throw wrong('stage', `'${stage}' is none`, 'give -c stage=dev: 1 to 32 of a-z, 0-9 and -');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const load = loadOf(system, given);
  const declaration = declarationFile(given('system')) ?? given('system');
  deploy(app, { system, declaration, stage, ...(load && { load }) });
  return app;
}

/** As declared, and as the context says otherwise. */
function loadOf({ load }: System, given: (name: string) => string): Load | undefined {
  const numbers = Object.fromEntries(
    NUMBERS.filter((name) => given(name) !== '').map((name) => [name, Number(given(name))]),
  );
  const all: Partial<Load> = { ...load, ...numbers };
  if (Object.keys(all).length === 0) return undefined;
  const { changesPerSecond, itemBytes = 1_024 } = all;
  if (changesPerSecond === undefined)
    throw wrong('changesPerSecond', 'it is missing', 'give -c changesPerSecond=…, on average over a month');
  return { ...all, changesPerSecond, itemBytes };
}

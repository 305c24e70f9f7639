import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { wrong } from '../../shared/model/errors.ts';
import { SYSTEMS } from '../../shared/systems/systems.ts';
import { deploy } from './deployment.ts';

/** `npx cdk deploy -c system=reviewer -c stage=dev`: what of a system keeps data in one stack, what runs in another. */
const app = new App();
const given = (name: string): string => String(app.node.tryGetContext(name) ?? '');
const system = SYSTEMS[given('system')];
if (!system)
  throw wrong('system', `there is no '${given('system')}'`, `give -c system=${Object.keys(SYSTEMS).join('|')}`);
const stage = given('stage');
if (!/^[a-z0-9-]{1,32}$/.test(stage))
  throw wrong('stage', `'${stage}' is none`, 'give -c stage=dev: 1 to 32 of a-z, 0-9 and -');
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
deploy(app, { system, stage });

import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { AfterwriteProps } from '../../infra/aws/constructs/afterwrite.ts';
import { deploy } from '../../infra/aws/deployment.ts';
import type { System } from '../../shared/model/system.ts';
import { SYSTEMS } from '../../shared/systems/systems.ts';

/** By its name, for `describe.each`. */
export const EACH_SYSTEM = Object.entries(SYSTEMS);

/** An app that bundles nothing: templates alone are looked at. */
export const newApp = (): App => new App({ context: { 'aws:cdk:bundling-stacks': [] } });

export type Options = Partial<Omit<AfterwriteProps, 'system' | 'stage' | 'table' | 'tables' | 'storage'>>;

export interface Templates {
  readonly data: Template;
  readonly processing: Template;
}

export function templatesOf(system: System, options: Options = {}, app = newApp()): Templates {
  const { data, processing } = deploy(app, { system, stage: 'dev', ...options });
  return { data: Template.fromStack(data), processing: Template.fromStack(processing) };
}

/** What a template holds of a type: properties, and policies of removal, by logical name. */
export const resourcesOf = (template: Template, type: string) =>
  Object.entries(template.findResources(type)).map(([id, { Properties, ...rest }]) => ({ id, ...Properties, ...rest }));

import { App } from 'aws-cdk-lib';
import { deployApp } from './deployApp.ts';

/** `npx cdk deploy -c system=reviewer -c stage=dev`. */
deployApp(new App()).synth();

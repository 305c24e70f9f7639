import { App } from 'aws-cdk-lib';
import { deployApp } from './deployApp.ts';

/** `npx cdk deploy -c system=reviewer -c stage=dev`; of another system, the file that exports it. */
(await deployApp(new App())).synth();

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Asset, loadAssets } from '../../../infra/console/assets.ts';
import { openConsole } from '../../../infra/console/console.ts';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import { onThisMachine } from '../../../infra/pipeline/options.ts';
import { type Workplace, workplace } from '../../../infra/pipeline/workplace.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { provisionAll } from '../faults/life.ts';

const REGION = 'us-east-1';
export const TOKEN = 'the-token-of-this-test';

/** A provisioned stage on the embedded stack, and its console. */
export interface Given {
  readonly place: Workplace;
  /** Without the token. */
  readonly origin: string;
  readonly url: string;
  stop(): Promise<void>;
}

export async function givenConsole(stage: string): Promise<Given> {
  const folder = mkdtempSync(join(tmpdir(), 'afterwrite-page-'));
  await promisify(execFile)(process.execPath, ['infra/console/bundle.js', folder]);
  const assets = loadAssets(pathToFileURL(`${folder}/`));
  rmSync(folder, { recursive: true });
  const stack = await startStack({ given: {}, clock: systemClock, region: REGION });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const place = workplace(reviewer, stage, { region: REGION, endpoints: stack.endpoints, credentials });
  await provisionAll(place);
  return opened(stack, place, assets);
}

async function opened(stack: Stack, place: Workplace, assets: ReadonlyMap<string, Asset>): Promise<Given> {
  const stopped = new AbortController();
  const given = { assets, port: 0, token: TOKEN };
  const { url, ended } = await openConsole(place, onThisMachine(silentLog), given, stopped.signal);
  return {
    place,
    url,
    origin: new URL(url).origin,
    async stop() {
      stopped.abort();
      await ended;
      place.clients.close();
      await stack.stop();
    },
  };
}

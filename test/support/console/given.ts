import type { Asset } from '../../../infra/console/assets.ts';
import { openConsole } from '../../../infra/console/console.ts';
import { startStack } from '../../../infra/local/stack.ts';
import { onThisMachine } from '../../../infra/pipeline/options.ts';
import { type Workplace, workplace } from '../../../infra/pipeline/workplace.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { provisionAll } from '../faults/life.ts';
import { bundled } from './bundled.ts';

const REGION = 'us-east-1';
export const TOKEN = 'the-token-of-this-test';

/** A provisioned stage on the embedded stack, and its console. */
export interface Given extends Opened {
  readonly place: Workplace;
  /** A second console of the same stage, with a token that is told in its address alone. */
  another(): Promise<Opened>;
}

export async function givenConsole(stage: string): Promise<Given> {
  const assets = await bundled();
  const stack = await startStack({ given: {}, clock: systemClock, region: REGION });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const place = workplace(reviewer, stage, { region: REGION, endpoints: stack.endpoints, credentials });
  await provisionAll(place);
  const own = await opened(place, assets, TOKEN);
  return {
    ...own,
    place,
    another: () => opened(place, assets),
    async stop() {
      await own.stop();
      place.clients.close();
      await stack.stop();
    },
  };
}

interface Opened {
  readonly url: string;
  /** Without the token. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** @param token absent: a new one */
async function opened(place: Workplace, assets: ReadonlyMap<string, Asset>, token?: string): Promise<Opened> {
  const stopped = new AbortController();
  const given = { assets, port: 0, ...(token !== undefined && { token }) };
  const { url, ended } = await openConsole(place, onThisMachine(silentLog), given, stopped.signal);
  return {
    url,
    origin: new URL(url).origin,
    async stop() {
      stopped.abort();
      await ended;
    },
  };
}

import type { ReplayTarget } from '../../processors/replay/target.ts';
import { busTarget } from '../../processors/replay/targets/bus.ts';
import { fileTarget } from '../../processors/replay/targets/file.ts';
import { functionTarget } from '../../processors/replay/targets/function.ts';
import { httpTarget } from '../../processors/replay/targets/http.ts';
import { queueTarget } from '../../processors/replay/targets/queue.ts';
import { sqsQueue } from '../../shared/aws/messageQueue.ts';
import { lambdaFunction } from '../../shared/aws/remoteFunction.ts';
import { readSecret } from '../../shared/config.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { ReplayTo } from '../../shared/state/replays.ts';
import type { Workplace } from './workplace.ts';

/** Where events go; items go into the table. */
export type EventsTo = Exclude<ReplayTo, { kind: 'table' }>;

/** @param environment where an endpoint's key or token is */
export function openTarget(place: Workplace, to: EventsTo, environment: NodeJS.ProcessEnv): ReplayTarget {
  const { claims, connection } = place;
  const common = { claims, system: place.system.name };
  switch (to.kind) {
    case 'bus':
      return busTarget({ bus: place.replayBus, ...common });
    case 'queue':
      return queueTarget({ queue: sqsQueue(connection, to.url), ...common });
    case 'function':
      return functionTarget({ remote: lambdaFunction(connection, to.name), ...common });
    case 'file':
      return fileTarget(to.path);
    case 'http':
      return httpTarget({ url: to.url, headers: headersOf(to, environment) });
  }
}

/** Where the deployed worker sends to. Throws USAGE for what only the machine of who asks for it has, or may do. */
export function deployable(to: ReplayTo): EventsTo {
  if (to.kind !== 'table' && to.kind !== 'file' && !(to.kind === 'http' && to.secretFrom !== undefined)) return to;
  throw new AfterwriteError('USAGE', `the deployed worker replays to no ${WITHHELD[to.kind]}`, {
    mend: 'give it the replay bus, a queue, a function or an endpoint without a secret; or replay from here',
  });
}

/** Nothing secret is in a function's environment, and its role writes no item. */
const WITHHELD = { table: 'table', file: 'file', http: 'endpoint that asks for a secret' } as const;

type HttpTo = Extract<ReplayTo, { kind: 'http' }>;

function headersOf({ header, secretFrom }: HttpTo, environment: NodeJS.ProcessEnv): Record<string, string> {
  if (secretFrom === undefined) return {};
  const secret = readSecret(environment, secretFrom);
  return header === undefined ? { authorization: `Bearer ${secret}` } : { [header]: secret };
}

import { sourceName } from '../../events/envelope.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { type Workplace, workplace } from '../../infra/pipeline/workplace.ts';
import { provision } from '../../shared/aws/provision.ts';
import { readConfig } from '../../shared/config.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { acceptErrorsOfAllRealms } from './errorsOfAllRealms.ts';

/** Any: the embedded stack checks none. */
const CREDENTIALS = { accessKeyId: 'afterwrite', secretAccessKey: 'afterwrite' };

interface Stages {
  (): Promise<Workplace>;
  /** Events that a rule wrote to a log group; undefined where the bus is not ours. */
  delivered(logGroup: string): readonly string[] | undefined;
}

/**
 * Stages on the endpoints that the environment gives (AWS_ENDPOINT_URL and its per-service forms); what it does not give
 * is started once for the test file. Each call opens a new, empty stage.
 */
export function localStages(): Stages {
  const config = readConfig(process.env);
  let stack: Stack | undefined;
  let stages = 0;
  const places: Workplace[] = [];
  beforeAll(async () => {
    acceptErrorsOfAllRealms();
    stack = await startStack({ given: config.endpoints, clock: systemClock, region: config.region });
  });
  afterAll(async () => {
    for (const place of places) place.clients.close();
    await stack?.stop();
  });
  const open = async (): Promise<Workplace> => {
    stages++;
    const place = workplace(reviewer, `c${Date.now().toString(36)}-${process.pid}-${stages}`, {
      region: config.region,
      endpoints: stack?.endpoints ?? {},
      ...(!config.hasCredentials && { credentials: CREDENTIALS }),
    });
    places.push(place);
    await provision(place.clients, reviewer, place.names, sourceName(reviewer.name), place.region);
    return place;
  };
  return Object.assign(open, { delivered: (logGroup: string) => stack?.delivered(logGroup) });
}

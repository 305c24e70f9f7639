import { startS3 } from '../../infra/local/s3/server.ts';
import { type Clients, connect } from '../../shared/aws/clients.ts';
import type { TurnedClock } from '../support/memory/turnedClock.ts';
import { acceptErrorsOfAllRealms } from './errorsOfAllRealms.ts';

export const REGION = 'us-east-1';

/** Our own S3 endpoint with the tests' clock, while the tests of this `describe` run. */
export function turnedS3(clock: TurnedClock): { readonly s3: Clients['s3'] } {
  let stop: () => Promise<void>;
  let clients: Clients;
  beforeAll(async () => {
    acceptErrorsOfAllRealms();
    const endpoint = await startS3({ clock });
    stop = endpoint.stop;
    const credentials = { accessKeyId: 'afterwrite', secretAccessKey: 'afterwrite' };
    clients = connect({ region: REGION, endpoints: { s3: endpoint.url }, credentials });
  });
  afterAll(async () => {
    clients.close();
    await stop();
  });
  return {
    get s3() {
      return clients.s3;
    },
  };
}

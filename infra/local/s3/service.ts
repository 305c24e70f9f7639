import type { Clock } from '../../../shared/ports/clock.ts';
import type { Buckets } from './buckets.ts';
import type { Reply, S3Request } from './request.ts';

/** What the operations work on. */
export interface Service {
  buckets: Buckets;
  clock: Clock;
  region: string;
}

export type Operation = (service: Service, request: S3Request) => Promise<Reply> | Reply;

export const xmlReply = (body: string, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body,
});

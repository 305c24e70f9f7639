import { type ClaimStore, keepClaims, toOutgoing } from '../../../events/claim.ts';
import type { Envelope } from '../../../events/envelope.ts';
import type { Outgoing } from '../../../events/pack.ts';
import { publish, type RetryTimes } from '../../../events/publish.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { EventBus } from '../../../shared/ports/eventBus.ts';

export interface Publishing {
  readonly claims: ClaimStore;
  readonly system: string;
  readonly retry?: RetryTimes;
}

/** Events at once: some calls, which go beside each other. */
export const PUBLISHED_AT_ONCE = 200;

/** As they are published: large ones leave their data in the archive. */
export async function claimed(
  envelopes: readonly Envelope[],
  { claims, system }: Pick<Publishing, 'claims' | 'system'>,
): Promise<Outgoing[]> {
  const outgoing = envelopes.map((envelope) => toOutgoing(system, envelope, claims));
  await keepClaims(claims, outgoing);
  return outgoing;
}

/**
 * In order per partition key, large events as claims, as they were published. Throws PUBLISH_FAILED; PUBLISH_REFUSED where
 * one of them will never be taken.
 */
export async function publishAll(
  envelopes: readonly Envelope[],
  publishing: Publishing,
  busFor: (outgoing: readonly Outgoing[]) => EventBus,
): Promise<void> {
  const outgoing = await claimed(envelopes, publishing);
  const bus = busFor(outgoing);
  const [refusal] = await publish(bus, outgoing, publishing.retry);
  if (!refusal) return;
  const { id, type } = refusal.outgoing.envelope.metadata;
  throw new AfterwriteError('PUBLISH_REFUSED', `${bus.name} refused ${type} ${id}: ${refusal.code}`, {
    mend: "look at the event with 'afterwrite events tail'; replay with a selection that leaves it out",
  });
}

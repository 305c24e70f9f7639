import { type ClaimStore, keepClaims, toOutgoing } from '../../../events/claim.ts';
import { publish, type RetryTimes } from '../../../events/publish.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { EventBus } from '../../../shared/ports/eventBus.ts';
import type { ReplayTarget } from '../target.ts';

interface Ports {
  readonly bus: EventBus;
  readonly claims: ClaimStore;
  readonly system: string;
  readonly retry?: RetryTimes;
}

const PORTION = 200;

/** Whoever has a rule on this bus has opted in. Large events go as claims, as they were published. */
export function busTarget({ bus, claims, system, retry }: Ports): ReplayTarget {
  return {
    name: `bus ${bus.name}`,
    portion: PORTION,
    check: () => bus.describe(),
    open: () => bus.describe(),
    async send(envelopes) {
      const outgoing = envelopes.map((envelope) => toOutgoing(system, envelope, claims));
      await keepClaims(claims, outgoing);
      const [refusal] = await publish(bus, outgoing, retry);
      if (!refusal) return undefined;
      const { id, type } = refusal.outgoing.envelope.metadata;
      throw new AfterwriteError('PUBLISH_REFUSED', `${bus.name} refused ${type} ${id}: ${refusal.code}`, {
        mend: "look at the event with 'afterwrite events tail'; replay with a selection that leaves it out",
      });
    },
    close: async () => {},
  };
}

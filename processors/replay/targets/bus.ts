import type { EventBus } from '../../../shared/ports/eventBus.ts';
import type { ReplayTarget } from '../target.ts';
import { PUBLISHED_AT_ONCE, type Publishing, publishAll } from './publishing.ts';

/** Whoever has a rule on this bus has opted in. */
export function busTarget({ bus, ...publishing }: Publishing & { readonly bus: EventBus }): ReplayTarget {
  return {
    name: `bus ${bus.name}`,
    portion: PUBLISHED_AT_ONCE,
    check: () => bus.describe(),
    open: () => bus.describe(),
    async send(envelopes) {
      await publishAll(envelopes, publishing, () => bus);
      return undefined;
    },
    close: async () => {},
  };
}

import type { Change } from '../../../shared/stream/change.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { below } from '../../simulation/random.ts';

/**
 * Gives a processor its changes again: now and then a batch begins with some that were processed before, and is cut
 * into several. As after a crash, what is given again is given again up to where it was.
 */
export function redelivering(inner: Processor, random: () => number): Processor {
  const seen = new Map<string, Change[]>();
  return {
    name: inner.name,
    fresh: () => redelivering(inner.fresh?.() ?? inner, random),
    async process(changes) {
      const shard = changes[0]?.position.shard ?? '';
      const before = seen.get(shard) ?? [];
      const again = random() < 0.3 ? before.slice(before.length - below(random, 6)) : [];
      let left = before.length > 0 ? [...again, ...changes] : [...changes];
      while (left.length > 0) {
        const size = random() < 0.5 ? left.length : 1 + below(random, left.length);
        await inner.process(left.slice(0, size));
        left = left.slice(size);
      }
      seen.set(shard, [...before, ...changes]);
    },
  };
}

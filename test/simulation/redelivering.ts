import { isAfterwriteError } from '../../shared/model/errors.ts';
import type { Change } from '../../shared/stream/change.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { below, chance, type Random } from './random.ts';

/**
 * Gives a processor its changes again: now and then a batch begins with some that were processed before, and is cut
 * into several. As after a crash, what is given again is given again up to where it was.
 */
export function redelivering(inner: Processor, random: Random): Processor {
  const seen = new Map<string, Change[]>();
  return {
    name: inner.name,
    fresh: () => redelivering(inner.fresh?.() ?? inner, random),
    async process(changes) {
      const shard = changes[0]?.position.shard ?? '';
      const before = seen.get(shard) ?? [];
      const again = chance(random, 0.3) ? before.slice(before.length - below(random, 6)) : [];
      let left = before.length > 0 ? [...again, ...changes] : [...changes];
      while (left.length > 0) {
        const size = chance(random, 0.5) ? left.length : 1 + below(random, left.length);
        await bisecting(inner, left.slice(0, size), random);
        left = left.slice(size);
      }
      seen.set(shard, [...before, ...changes]);
    },
  };
}

/** Lambda may halve a batch that failed, and give the first half, then the second one. */
async function bisecting(inner: Processor, changes: readonly Change[], random: Random): Promise<void> {
  try {
    await inner.process(changes);
  } catch (error) {
    if (!isAfterwriteError(error) || !error.retry || changes.length < 2 || chance(random, 0.5)) throw error;
    const middle = Math.ceil(changes.length / 2);
    await inner.process(changes.slice(0, middle));
    await inner.process(changes.slice(middle));
  }
}

import { AfterwriteError, isAfterwriteError } from '../../shared/model/errors.ts';
import { isoUtc } from '../../shared/model/time.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/eventBus.ts';

/** How long a bus that was there is taken to be there still. */
const LOOK_EVERY_MS = 30_000;

/**
 * A bus that is looked at before it is put to, now and then: PutEvents answers success where it was deleted meanwhile.
 * Then it counts as one that is not to be reached, so that events wait for it; those that were put since the last look may
 * have reached nobody, and the error says since when.
 *
 * States: due -> seen (for half a minute) -> due; or due -> missing (each put looks again) -> seen.
 */
export function watchedBus(bus: EventBus, clock: Clock): EventBus {
  let seen: number | undefined;
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const now = clock.now();
    await bus.describe().catch((error: unknown) => {
      throw isAfterwriteError(error, 'BUS_MISSING') ? gone(bus.name, seen, error) : error;
    });
    seen = now;
  };
  return {
    name: bus.name,
    describe: () => bus.describe(),
    async put(entries) {
      const age = seen === undefined ? undefined : clock.now() - seen;
      if (age === undefined || age < 0 || age >= LOOK_EVERY_MS) {
        looking ??= look().finally(() => {
          looking = undefined;
        });
        await looking;
      }
      return bus.put(entries);
    },
  };
}

function gone(name: string, seen: number | undefined, cause: Error): AfterwriteError {
  const since = seen === undefined ? '' : `; what was put since ${isoUtc(seen)} may have reached nobody`;
  return new AfterwriteError('PUBLISH_FAILED', `the event bus '${name}' does not exist any more${since}`, {
    retry: true,
    mend: "create it with 'afterwrite provision'",
    cause,
  });
}

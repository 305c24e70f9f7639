import { type Effect, effectsOf } from '../model/effects.ts';
import { AfterwriteError } from '../model/errors.ts';
import type { System } from '../model/system.ts';
import type { Change } from './change.ts';
import { behind, type Counted, counts } from './counted.ts';
import { attempt } from './settle.ts';

/** A change's step, in which an image that can't be counted counts for nothing; undefined where the change does. */
export function soundStep(system: System, change: Change): Counted | undefined {
  const sound = (image: () => unknown): unknown =>
    soundEffects(system, change, image) === undefined ? undefined : image();
  return counts(change) ? { removed: sound(() => change.old), added: sound(() => behind(change)) } : undefined;
}

/** What an image counts for by itself; undefined where it can't be counted. */
export function soundEffects(system: System, change: Change, image: () => unknown): Effect[] | undefined {
  const { source } = change;
  const effects = attempt(change, () => (source ? effectsOf(system, source, undefined, image()) : []));
  return effects instanceof AfterwriteError ? undefined : effects;
}

import type { Attempt, SeenStore } from '../../shared/ports/seenStore.ts';

/**
 * Runs the effect of an event unless it has happened, or a later change of its item has been handled. Where it throws,
 * the event is let go, and its next delivery tries again. Where the process dies, or the store fails, after the effect: it
 * happens again, unless it wrote the mark in its own transaction.
 *
 * The item is left before the event is done: of a death between the two comes a second effect at most, not an item
 * that waits for a delivery which is a duplicate by then.
 */
export async function once(
  seen: SeenStore,
  attempt: Attempt,
  effect: () => Promise<void>,
): Promise<'handled' | 'duplicate' | 'stale' | 'busy'> {
  const begun = await seen.begin(attempt);
  if (begun !== 'begun') return begun === 'done' ? 'duplicate' : 'busy';
  try {
    const entered = attempt.ordered ? await seen.enter(attempt) : 'entered';
    if (entered !== 'entered') {
      // Not done, though stale is for good: done says that the effect has happened.
      await seen.letGo(attempt);
      return entered;
    }
    await effect();
  } catch (error) {
    await release(seen, attempt);
    throw error;
  }
  if (attempt.ordered) await seen.leave(attempt, 'handled');
  await seen.done(attempt);
  return 'handled';
}

/** What can't be released now is taken over when its time is over: the first error is the one to tell. */
async function release(seen: SeenStore, attempt: Attempt): Promise<void> {
  try {
    if (attempt.ordered) await seen.leave(attempt, 'failed');
    await seen.letGo(attempt);
  } catch {
    return;
  }
}

import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { BusEntry, BusOutcome, EventBus } from '../../../shared/ports/eventBus.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES_A_CALL = 10;

/**
 * Takes what its script lets it: `outcome` decides entry by entry, in order of arrival. While it is out no call reaches it;
 * where it stutters, so many entries fail in passing.
 */
export class MemoryBus implements EventBus {
  readonly name = 'bus';
  readonly taken: BusEntry[] = [];
  isOut = false;
  stutters = 0;
  readonly calls: (readonly BusEntry[])[] = [];
  readonly #outcome: (entry: BusEntry) => BusOutcome;

  constructor(outcome: (entry: BusEntry) => BusOutcome = () => ({ ok: true })) {
    this.#outcome = outcome;
  }

  async describe(): Promise<void> {}

  async put(entries: readonly BusEntry[]): Promise<BusOutcome[]> {
    if (entries.length > ENTRIES_A_CALL)
      throw new AfterwriteError('SERVICE_REFUSED', `${entries.length} entries in one call`, { mend: 'pack fewer' });
    if (this.isOut) throw new AfterwriteError('ENDPOINT_UNREACHABLE', 'the bus is out', { retry: true, mend: 'wait' });
    this.calls.push(entries);
    return entries.map((entry) => {
      const outcome = this.#stutter() ?? (isJsonObject(entry.detail) ? this.#outcome(entry) : malformed);
      if (outcome.ok) this.taken.push(entry);
      return outcome;
    });
  }

  #stutter(): BusOutcome | undefined {
    if (this.stutters === 0) return undefined;
    this.stutters--;
    return { ok: false, code: 'InternalFailure', message: 'in passing', retry: true };
  }
}

const malformed: BusOutcome = { ok: false, code: 'MalformedDetail', message: 'Detail is malformed.', retry: false };

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

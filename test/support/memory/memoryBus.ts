import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { BusEntry, BusOutcome, EventBus } from '../../../shared/ports/eventBus.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES_A_CALL = 10;

/** Takes what its script lets it: `outcome` decides entry by entry, in order of arrival. */
export class MemoryBus implements EventBus {
  readonly name = 'bus';
  readonly taken: BusEntry[] = [];
  readonly calls: (readonly BusEntry[])[] = [];
  readonly #outcome: (entry: BusEntry) => BusOutcome;

  constructor(outcome: (entry: BusEntry) => BusOutcome = () => ({ ok: true })) {
    this.#outcome = outcome;
  }

  async describe(): Promise<void> {}

  async put(entries: readonly BusEntry[]): Promise<BusOutcome[]> {
    if (entries.length > ENTRIES_A_CALL)
      throw new AfterwriteError('SERVICE_REFUSED', `${entries.length} entries in one call`, { mend: 'pack fewer' });
    this.calls.push(entries);
    return entries.map((entry) => {
      const outcome = isJsonObject(entry.detail) ? this.#outcome(entry) : malformed;
      if (outcome.ok) this.taken.push(entry);
      return outcome;
    });
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

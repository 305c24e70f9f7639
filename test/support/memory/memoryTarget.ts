import type { Envelope } from '../../../events/envelope.ts';
import type { ReplayTarget } from '../../../processors/replay/target.ts';

/** Keeps what it is sent, portion by portion. */
export class MemoryTarget implements ReplayTarget {
  readonly name = 'memory';
  readonly portion: number;
  readonly portions: (readonly Envelope[])[] = [];
  /** Told after each portion. */
  onPortion: () => Promise<void> | void = () => {};

  constructor(portion = 5) {
    this.portion = portion;
  }

  get envelopes(): Envelope[] {
    return this.portions.flat();
  }

  async check(): Promise<void> {}
  async open(): Promise<void> {}
  async close(): Promise<void> {}

  async send(envelopes: readonly Envelope[]): Promise<undefined> {
    this.portions.push(envelopes);
    await this.onPortion();
  }
}

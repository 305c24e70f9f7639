/** One entry of PutEvents. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
export interface BusEntry {
  readonly source: string;
  readonly detailType: string;
  /** JSON text. */
  readonly detail: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** X-Ray's, of the write that the event tells of. It does not count as size. */
  readonly traceHeader?: string;
}

/** `retry` tells a passing failure from an entry that will never be taken. */
export type BusOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly retry: boolean };

export interface EventBus {
  readonly name: string;
  /** Throws BUS_MISSING: PutEvents itself answers success for a bus that does not exist. */
  describe(): Promise<void>;
  /** One call: at most ten entries, within the size limit. An outcome an entry, in order. */
  put(entries: readonly BusEntry[]): Promise<BusOutcome[]>;
}

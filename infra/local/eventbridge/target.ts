import type { DeliveredEvent } from './envelope.ts';

/** Where matched events go. */
export interface Target {
  /** The events of one PutEvents call that matched, in order. Resolves when they are as safe as the target makes them. */
  deliver(events: readonly DeliveredEvent[]): Promise<void>;
}

/** Finds the target behind an ARN; undefined if nothing here answers to it. */
export type TargetLookup = (arn: string) => Target | undefined;

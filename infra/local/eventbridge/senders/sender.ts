import type { TargetParameters } from '../targetParameters.ts';

/** Codes of those that EventBridge gives in ERROR_CODE. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
type FailureCode =
  | 'CONNECTION_FAILURE'
  | 'ERROR_FROM_TARGET'
  | 'INTERNAL_ERROR'
  | 'INVALID_JSON'
  | 'NO_PERMISSIONS'
  | 'NO_RESOURCE'
  | 'SDK_CLIENT_ERROR'
  | 'THROTTLING'
  | 'TIMEOUT';

/** Codes that a later try can mend; the others go to the dead-letter queue at once. */
const PASSING: ReadonlySet<FailureCode> = new Set([
  'CONNECTION_FAILURE',
  'ERROR_FROM_TARGET',
  'INTERNAL_ERROR',
  'THROTTLING',
  'TIMEOUT',
]);

/** Why one try to deliver an event failed. */
export class DeliveryFailure extends Error {
  readonly code: FailureCode;
  /** Milliseconds that the target asks to be left alone. */
  readonly retryAfter: number;

  constructor(code: FailureCode, message: string, retryAfter = 0) {
    super(message);
    this.name = 'DeliveryFailure';
    this.code = code;
    this.retryAfter = retryAfter;
  }

  get retry(): boolean {
    return PASSING.has(this.code);
  }
}

export interface Message {
  readonly body: string;
  readonly eventId: string;
  readonly target: TargetParameters;
  /** String attributes beside the body; only queues carry them. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Delivers one message. Rejects with a DeliveryFailure, also when the signal ends it. */
type Send = (message: Message, signal: AbortSignal) => Promise<void>;

/** Finds who delivers to an ARN; undefined if nothing here answers to it. */
export type SenderLookup = (arn: string) => Send | undefined;

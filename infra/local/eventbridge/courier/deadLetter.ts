import type { Message } from '../senders/sender.ts';
import type { Parcel } from './parcel.ts';
import type { GivenUp } from './tries.ts';

/**
 * The event as it was, with why it could not be delivered.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export const deadLetterOf = (parcel: Parcel, { failure, retries, condition }: GivenUp, queue: string): Message => ({
  body: parcel.line,
  eventId: parcel.eventId,
  target: { Id: parcel.target.Id, Arn: queue },
  attributes: {
    RULE_ARN: parcel.rule.arn,
    TARGET_ARN: parcel.target.Arn,
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    RETRY_ATTEMPTS: String(retries),
    ...(condition !== undefined && { EXHAUSTED_RETRY_CONDITION: condition }),
  },
});

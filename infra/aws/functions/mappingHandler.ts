import type { Pause } from '../../../shared/ports/pause.ts';
import { type DeliveryContext, takeDelivery } from '../../../shared/stream/delivering.ts';
import {
  answerOf,
  type Delivery,
  deliveryOf,
  type MappingAnswer,
  type MappingEvent,
} from '../../../shared/stream/mappingEvent.ts';
import type { Counts } from './counting.ts';
import { type Invocation, withDeadline } from './deadline.ts';

export type MappingHandler = (event: MappingEvent, invocation: Invocation) => Promise<MappingAnswer>;

/** A reader as it is opened once in a process. */
export interface OpenReader {
  readonly context: DeliveryContext;
  readonly counts?: Counts;
  /** A batch as the reader's source would have given it; absent: as Lambda did. Throws EVENT_UNREADABLE. */
  taken?(delivery: Delivery): Delivery;
}

/**
 * A reader behind an event source mapping. @param open by the stream's ARN; what it throws fails the invocation, and Lambda
 * delivers the batch again
 */
export function mappingHandler(open: (stream: string) => Promise<OpenReader>, pause: Pause): MappingHandler {
  return async (event, invocation) => {
    const delivery = deliveryOf(event);
    if (!delivery) return answerOf(undefined);
    return withDeadline(invocation, pause, async (deadline) => {
      const { context, counts, taken } = await open(delivery.stream);
      try {
        return answerOf(await takeDelivery(context, taken?.(delivery) ?? delivery, deadline));
      } finally {
        if (context.metrics) {
          const dimensions = { reader: context.name };
          context.metrics.gauge('records', delivery.records.length, dimensions);
          counts?.tell(context.metrics, dimensions);
        }
      }
    });
  };
}

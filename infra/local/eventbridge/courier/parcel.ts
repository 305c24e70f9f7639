import * as z from 'zod';
import { targetParameters } from '../targetParameters.ts';

/** One event on its way to one target of one rule, with all that its delivery needs: rule and target may change meanwhile. */
export const parcelSchema = z.object({
  id: z.string(),
  eventId: z.string(),
  rule: z.object({ arn: z.string(), name: z.string() }),
  target: targetParameters,
  /** The whole event, one line of JSON. */
  line: z.string(),
  /** Milliseconds since the epoch: the age of an event counts from here. */
  takenAt: z.number(),
});

export type Parcel = z.infer<typeof parcelSchema>;

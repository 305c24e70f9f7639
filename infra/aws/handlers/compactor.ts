import { compactOnce } from '../../pipeline/compacting.ts';
import { scheduledHandler } from '../functions/scheduledHandler.ts';

/** Compacts the whole hours of journal and events. */
export const handler = scheduledHandler(({ place, options }, signal) => compactOnce(place, options, signal));

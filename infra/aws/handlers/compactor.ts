import { compactOnce } from '../../pipeline/compacting.ts';
import { openOnce } from '../functions/opened.ts';
import { scheduledHandler } from '../functions/scheduledHandler.ts';
import { declared } from './declared.ts';

export const handler = scheduledHandler(openOnce(declared), {
  /** Whole hours of journal and events become segments. */
  compact: { work: ({ place, options }, signal) => compactOnce(place, options, signal) },
});

import { openOnce } from '../functions/opened.ts';
import { replaying } from '../functions/replaying.ts';
import { scheduledHandler } from '../functions/scheduledHandler.ts';

/** Runs replays, each from one invocation to the next. */
export const handler = scheduledHandler(openOnce(), { replay: replaying });

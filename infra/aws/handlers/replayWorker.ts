import { openOnce } from '../functions/opened.ts';
import { replaying } from '../functions/replaying.ts';
import { scheduledHandler } from '../functions/scheduledHandler.ts';
import { declared } from './declared.ts';

/** Runs replays, each from one invocation to the next. */
export const handler = scheduledHandler(openOnce(declared), { replay: replaying });

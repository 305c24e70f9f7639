import { openOnce } from '../functions/opened.ts';
import { scheduledHandler } from '../functions/scheduledHandler.ts';
import { draining, sweeping, verifying } from '../functions/sweeperTasks.ts';
import { declared } from './declared.ts';

/** All that looks after the table and the bus now and then. */
export const handler = scheduledHandler(openOnce(declared), { sweep: sweeping, drain: draining, verify: verifying });

import { Command } from 'commander';
import { listEvents, showEvent } from './eventCatalogue.ts';
import { matchCommand } from './eventsMatch.ts';
import { tailCommand } from './eventsTail.ts';

export function eventsCommand(): Command {
  const events = new Command('events').description('published events');
  for (const command of [tailCommand(), matchCommand(), listEvents(), showEvent()]) events.addCommand(command);
  return events;
}

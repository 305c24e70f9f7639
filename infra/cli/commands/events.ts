import { Command } from 'commander';
import { matchCommand } from './eventsMatch.ts';
import { tailCommand } from './eventsTail.ts';

export function eventsCommand(): Command {
  const events = new Command('events').description('published events');
  events.addCommand(tailCommand());
  events.addCommand(matchCommand());
  return events;
}

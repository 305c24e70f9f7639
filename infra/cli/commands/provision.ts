import { Command } from 'commander';
import { sourceName } from '../../../events/envelope.ts';
import { type Provisioned, provision } from '../../../shared/aws/provision.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { withSession } from '../session.ts';

export const provisionPlace = ({ clients, system, names, region }: Workplace): Promise<Provisioned[]> =>
  provision(clients, system, names, sourceName(system.name), region);

export function provisionCommand(): Command {
  return withCommonOptions(new Command('provision'))
    .description('make the tables, bucket, buses and rules that are missing; what is there stays')
    .action((options: CommonOptions) =>
      withSession(options, {}, async ({ place }) => {
        for (const made of await provisionPlace(place)) {
          if (options.json) sayJson(made);
          else say(`${made.made ? 'made ' : 'there'}  ${made.what}: ${made.name}`);
        }
      }),
    );
}

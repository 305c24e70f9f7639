import { Command } from 'commander';
import { verify } from '../../../processors/statistics/verify.ts';
import type { Drift } from '../../../shared/model/drift.ts';
import { shardStatus } from '../../views/lag.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { note, say, sayJson, thousands } from '../output.ts';
import { withSession } from '../session.ts';

export function verifyCommand(): Command {
  return withCommonOptions(new Command('verify'))
    .description('recompute every statistic from table and archive, and name each aggregate that differs')
    .action((options: CommonOptions) =>
      withSession(options, {}, async ({ place, pipelineOptions: { clock } }) => {
        const behind = (await shardStatus(place, clock)).filter(({ timeToLossSeconds }) => timeToLossSeconds !== null);
        const { aggregates, items, departed, drifts } = await verify(place);
        if (options.json)
          sayJson({ aggregates, items, departed, drift: drifts.length, unread: behind.length > 0, drifts });
        else {
          say(
            `${thousands(aggregates)} aggregates held against ${thousands(items)} items in the table and ${thousands(departed)} that left it.`,
          );
          for (const drift of drifts) say(describeDrift(drift));
          say(drifts.length === 0 ? 'No drift.' : `${drifts.length} aggregates differ.`);
        }
        if (behind.length > 0)
          note(
            "Not everything is read yet, so differences may be changes on their way: 'afterwrite run --until-idle', then verify again.",
          );
        if (drifts.length > 0) process.exitCode = 1;
      }),
    );
}

const describeDrift = ({ key, statistic, fields }: Drift): string =>
  `${key} (${statistic}): ${fields.map(({ path, stored, recomputed }) => `${path} is ${JSON.stringify(stored)}, should be ${JSON.stringify(recomputed)}`).join('; ')}`;

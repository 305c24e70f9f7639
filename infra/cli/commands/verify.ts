import { Command } from 'commander';
import { repair } from '../../../processors/statistics/rebuild.ts';
import { type Verification, verify } from '../../../processors/statistics/verify.ts';
import type { Drift } from '../../../shared/model/drift.ts';
import { noteChanges } from '../changed.ts';
import { noteBeyond } from '../noteBeyond.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { note, say, sayJson, thousands } from '../output.ts';
import { type Session, withSession } from '../session.ts';

interface VerifyOptions extends CommonOptions {
  readonly repair?: boolean;
}

export function verifyCommand(): Command {
  return withCommonOptions(new Command('verify'))
    .description(
      'recompute every statistic from table and archive, also while writes go on, and name each one that differs',
    )
    .option('--repair', 'write what differs anew; no events come of it')
    .action((options: VerifyOptions) =>
      withSession(options, {}, async (session) => {
        const { clock, pause } = session.pipelineOptions;
        await noteChanges(session.place);
        const found = await verify(session.place, { clock, pause, signal: session.signal });
        const repaired = options.repair && found.drifts.length > 0 ? await mended(session) : [];
        tell(found, repaired, options);
        if (found.drifts.some(({ key }) => !repaired.includes(key))) process.exitCode = 1;
      }),
    );
}

async function mended({ place, log, pipelineOptions: { clock, pause }, signal }: Session): Promise<string[]> {
  return (await repair(place, { clock, pause, signal, log })).written;
}

function tell(found: Verification, repaired: readonly string[], options: VerifyOptions): void {
  const { aggregates, items, departed, drifts, unjudged, beyond } = found;
  if (options.json) {
    const mend = options.repair ? { repaired: repaired.length } : {};
    sayJson({
      aggregates,
      items,
      departed,
      drift: drifts.length,
      unjudged,
      beyond,
      ...mend,
      drifts: drifts.map(publicly),
    });
    return;
  }
  say(
    `${thousands(aggregates)} aggregates held against ${thousands(items)} items in the table and ${thousands(departed)} that left it.`,
  );
  for (const drift of drifts) say(`${describeDrift(drift)}${repaired.includes(drift.key) ? '; repaired' : ''}`);
  say(drifts.length === 0 ? 'No drift.' : `${drifts.length} aggregates differ.`);
  if (unjudged > 0) note(`${unjudged} aggregates changed too fast to be judged: verify again when fewer writes come.`);
  noteBeyond(beyond);
  if (drifts.length > 0 && !options.repair) note("'afterwrite verify --repair' writes them anew.");
}

const publicly = ({ key, statistic, fields }: Drift) => ({ key, statistic, fields });

const describeDrift = ({ key, statistic, fields }: Drift): string =>
  `${key} (${statistic}): ${fields.map(({ path, stored, recomputed }) => `${path} is ${JSON.stringify(stored)}, should be ${JSON.stringify(recomputed)}`).join('; ')}`;

import { Command } from 'commander';
import { isoUtc } from '../../../shared/model/time.ts';
import { declarationChanges } from '../../../shared/state/declared.ts';
import { stageTime } from '../../../shared/state/fedClock.ts';
import type { Incomplete } from '../../../shared/state/incomplete.ts';
import { totalUnmatched } from '../../../shared/state/unmatched.ts';
import { inWords, REBUILD_CHANGED } from '../../pipeline/declared.ts';
import { incompleteStatus, type MisdatedStatus, misdatedStatus, parkedStatus, shardStatus } from '../../views/lag.ts';
import { type SpillStatus, spillStatus } from '../../views/spill.ts';
import { asCalled } from '../asCalled.ts';
import { type CommonOptions, withCommonOptions } from '../options.ts';
import { say, sayJson, table } from '../output.ts';
import { withSession } from '../session.ts';

export function statusCommand(): Command {
  return withCommonOptions(new Command('status'))
    .description(
      'each shard and processor: owner, position, lag, time to loss; what waits for the bus, and what is parked',
    )
    .action((options: CommonOptions) =>
      withSession(options, {}, async ({ place, pipelineOptions: { clock } }) => {
        const shards = await shardStatus(place, clock);
        const parked = await parkedStatus(place);
        const spilled = await spillStatus(place);
        const incomplete = await incompleteStatus(place);
        const unmatched = await totalUnmatched(place.state);
        const misdated = await misdatedStatus(place);
        const changed = await declarationChanges(place.system, place.state);
        const time = await stageTime(place.state, clock).then(({ now, fed }) => ({ now: isoUtc(now), fed }));
        if (options.json)
          return sayJson({ clock: time, shards, spilled, parked, unmatched, misdated, incomplete, changed });
        say(`clock ${time.now}${time.fed ? ' (moved by feed: retention acts by it)' : ''}`);
        say(
          table(
            ['processor', 'shard', 'owner', 'position', 'lag', 'time to loss'],
            shards.map((s) => [
              s.processor,
              s.shard,
              s.owner ?? 'nobody',
              s.finished ? 'finished' : s.position,
              `${s.lagSeconds} s`,
              s.timeToLossSeconds === null ? 'all read' : `${s.timeToLossSeconds} s`,
            ]),
          ),
        );
        for (const one of spilled) say(waiting(one));
        say(asCalled(parked.length === 0 ? 'nothing is parked' : `parked ${parked.length} ('afterwrite parked ls'):`));
        for (const { processor, key, reason } of parked) say(`  ${key} (${processor}): ${reason}`);
        if (unmatched.changes > 0)
          say(
            `${unmatched.changes} changes are of items that no entity matches, such as ${unmatched.sample}: journalled, not processed`,
          );
        for (const line of [...misdated.map(neverExpires), ...incomplete.map(lost)]) say(asCalled(line));
        for (const change of changed) say(asCalled(`CHANGED: ${inWords(change)}; ${REBUILD_CHANGED}`));
      }),
    );
}

const waiting = ({ shard, since, changes, objects }: SpillStatus): string =>
  `SPILLED since ${since}: ${shard}: events of ${changes} changes wait in the archive (${objects} objects) until the bus takes them`;

const neverExpires = ({ key, attribute, value }: MisdatedStatus): string =>
  `NEVER EXPIRES: ${key}: '${attribute}' holds milliseconds (${value}), which DynamoDB reads as seconds; let its writer divide them by 1,000`;

const lost = ({ shard, reason, at }: Incomplete): string =>
  `INCOMPLETE${at > 0 ? ` since ${isoUtc(at)}` : ''}: changes of ${shard === 'all' ? 'the table' : shard} were lost: ${reason}; 'afterwrite rebuild' makes up for it`;

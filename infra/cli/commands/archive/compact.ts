import { Command } from 'commander';
import { shelvesOf } from '../../../../events/archived.ts';
import { type Compacted, compact } from '../../../../processors/archive/compact.ts';
import { type Left, leftLoose } from '../../../../processors/archive/loose.ts';
import { tenantName } from '../../../../shared/archive/layout.ts';
import type { Shelf } from '../../../../shared/archive/shelf.ts';
import { DAY_MS } from '../../../../shared/model/retention.ts';
import { stageTime } from '../../../../shared/state/fedClock.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../../options.ts';
import { note, say, sayJson, thousands } from '../../output.ts';
import { type Session, withSession } from '../../session.ts';
import { checkTenant, TENANT_HELP } from '../../tenant.ts';

interface CompactCommandOptions extends CommonOptions {
  readonly segmentMb?: number;
  readonly all?: boolean;
  readonly tenant?: string;
}

const MB = 1_000_000;

export function compactCommand(): Command {
  return withCommonOptions(new Command('compact'))
    .description(
      'make segments of the objects of journal and events: few, large, sorted by item. Safe to repeat, and at once',
    )
    .option('--segment-mb <mb>', 'size of a segment before compression; absent: as the system declares', wholeNumber)
    .option('--all', 'small segments too, and of the hour that runs; what comes into it later makes a supplement')
    .option('--tenant <tenant>', TENANT_HELP)
    .action((options: CompactCommandOptions) => {
      checkTenant(options);
      return withSession(options, {}, async (session) => {
        const { system, names, archive } = session.place;
        for (const shelf of await shelvesOf(system, names, archive, { tenant: options.tenant, loose: true }))
          if (!session.signal.aborted) await compactShelf(session, shelf, options);
        if (session.signal.aborted) {
          note('Stopped before the end: run it again to go on.');
          process.exitCode = 1;
        }
      });
    });
}

async function compactShelf(
  { place, signal, pipelineOptions: { clock } }: Session,
  shelf: Shelf,
  { segmentMb, all = false, json }: CompactCommandOptions,
): Promise<void> {
  const { now } = await stageTime(place.state, clock);
  const declared = place.system.archive.compaction;
  const segmentBytes = segmentMb === undefined ? declared.segmentBytes : segmentMb * MB;
  const compacted = await compact(shelf, {
    segmentBytes,
    patienceMs: declared.patienceDays * DAY_MS,
    everything: all,
    now,
    signal,
    onSegment: ({ key, lines }) => json || note(`${thousands(lines)} lines in ${key}`),
  });
  const left = await leftLoose(shelf, now);
  const tenant = place.system.tenant && { tenant: tenantName(shelf.tenant) ?? null };
  if (json) sayJson({ dataset: shelf.dataset, ...tenant, ...compacted, left });
  else
    tell(
      tenant ? `${shelf.dataset} of ${tenant.tenant ?? 'no tenant'}` : shelf.dataset,
      compacted,
      left,
      segmentBytes / MB,
    );
}

function tell(dataset: string, { segments, objects, lines, removed }: Compacted, left: Left, segmentMb: number): void {
  say(
    `${dataset}: ${thousands(objects)} objects of ${thousands(lines)} lines became ${thousands(segments)} segments${removed > 0 ? `; ${thousands(removed)} objects that were compacted over a day ago are removed` : ''}.`,
  );
  if (left.unsettled > 0)
    say(`  ${thousands(left.unsettled)} objects stay as they are: their hour ended less than 15 minutes ago, or runs.`);
  if (left.few > 0)
    say(
      `  ${thousands(left.few)} objects stay as they are: they make less than ${segmentMb} MB, and wait for more, a day at most.`,
    );
  if (left.unsettled + left.few > 0) say("  'archive compact --all' takes them too.");
}

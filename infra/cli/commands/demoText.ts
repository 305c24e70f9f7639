import { relative } from 'node:path';
import type { System } from '../../../shared/model/system.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import type { LivesSummary } from '../../demo/livesDemo.ts';
import type { Outcome } from '../../demo/outcome.ts';
import type { Summary } from '../../demo/summary.ts';
import { table, thousands } from '../output.ts';
import { nextCommands } from './next.ts';

/** What the reviewer's demo tells people. */
export function summaryText(summary: Summary): string {
  const { totals, mostFrequentIssue, events, archive, verify, replay, subscriber, parked, seconds } = summary;
  return [
    '\nWhat was written',
    `  ${thousands(totals.itemsWritten)} items: ${thousands(totals.reviews)} reviews of ${thousands(totals.stacks)} stacks, ${thousands(totals.findings)} findings of ${thousands(totals.issues)} issues`,
    'What afterwrite made of it',
    `  statistics  ${thousands(verify.aggregates)} aggregates; ${thousands(totals.findingsFixed)} findings fixed, ${thousands(totals.riskRemoved)} points of risk removed, ${totals.failedReviews} reviews failed`,
    ...(mostFrequentIssue
      ? [
          `              the most frequent issue is ${mostFrequentIssue.issueHash}, found ${thousands(mostFrequentIssue.occurrences)} times`,
        ]
      : []),
    archived(archive),
    '  events',
    counted(events),
    ...(subscriber
      ? [`  subscriber  ${thousands(subscriber.reviewFailures)} review failures to ${relative('', subscriber.file)}`]
      : []),
    'Whether it is right',
    `  recomputed from table and archive: ${verdict(verify, 'no drift')}`,
    ...replayed(replay, parked),
    `\nDone in ${Math.round(seconds)} s. Next: 'npx afterwrite dev' in one terminal, with a page that shows it all; in another ${nextCommands(reviewer)}.`,
  ].join('\n');
}

/** What a demo of made up lives tells people. */
export function livesText(system: System, summary: LivesSummary): string {
  const { lives, of, written, statistics, events, archive, verify, replay, parked, seconds } = summary;
  return [
    '\nWhat was written',
    `  ${thousands(written)} writes of ${thousands(lives)} ${of}`,
    'What afterwrite made of it',
    '  statistics: groups',
    counted(statistics),
    '  events',
    counted(events),
    archived(archive),
    'Whether it is right',
    `  recomputed from table and archive, ${thousands(verify.aggregates)} aggregates: ${verdict(verify, 'no drift')}`,
    `  the archive, read whole: ${archive.holes === 0 ? 'no hole' : `${archive.holes} HOLES`}`,
    ...replayed(replay, parked),
    `\nDone in ${Math.round(seconds)} s. Next: 'npx afterwrite dev --system ${system.name}' in one terminal, with a page that shows it all; in another ${nextCommands(system)}.`,
  ].join('\n');
}

const counted = (counts: Record<string, number>): string =>
  table(
    ['', ''],
    Object.entries(counts).map(([name, count]) => [`    ${name}`, thousands(count)]),
  )
    .trimStart()
    .replace(/^/, '    ');

const archived = ({ objects, bytes, itemsLeft, bundles }: Outcome['archive']): string =>
  `  archive     ${thousands(objects)} objects, ${thousands(bytes)} bytes; ${thousands(itemsLeft)} items left the table in ${thousands(bundles)} bundles`;

const verdict = ({ drift }: { readonly drift: number }, sound: string): string =>
  drift === 0 ? sound : `${drift} AGGREGATES DIFFER`;

const replayed = (replay: Outcome['replay'], parked: number): string[] => [
  `  replayed ${thousands(replay.changes)} changes into a shadow: ${verdict(replay, 'all equal')}; ${thousands(replay.events)} events to the replay bus`,
  ...(parked > 0 ? [`  ${parked} changes are PARKED`] : []),
];

import type { LivesSummary } from '../../demo/livesDemo.ts';
import { table, thousands } from '../output.ts';

/** What a demo of made up lives tells people. */
export function livesText(summary: LivesSummary): string {
  const { system, lives, of, written, statistics, events, archive, verify, replay, parked, seconds } = summary;
  const rows = (counts: Record<string, number>): string =>
    table(
      ['', ''],
      Object.entries(counts).map(([name, count]) => [`    ${name}`, thousands(count)]),
    )
      .trimStart()
      .replace(/^/, '    ');
  return [
    '\nWhat was written',
    `  ${thousands(written)} writes of ${thousands(lives)} ${of}`,
    'What afterwrite made of it',
    '  statistics: groups',
    rows(statistics),
    '  events',
    rows(events),
    `  archive     ${thousands(archive.objects)} objects, ${thousands(archive.bytes)} bytes; ${thousands(archive.itemsLeft)} items left the table, ${thousands(archive.bundles)} bundles`,
    'Whether it is right',
    `  recomputed from table and archive, ${thousands(verify.aggregates)} aggregates: ${verify.drift === 0 ? 'no drift' : `${verify.drift} AGGREGATES DIFFER`}`,
    `  the archive, read whole: ${archive.holes === 0 ? 'no hole' : `${archive.holes} HOLES`}`,
    `  replayed ${thousands(replay.changes)} changes into a shadow: ${replay.drift === 0 ? 'all equal' : `${replay.drift} AGGREGATES DIFFER`}; ${thousands(replay.events)} events to the replay bus`,
    ...(parked > 0 ? [`  ${parked} changes are PARKED`] : []),
    `\nDone in ${Math.round(seconds)} s. Next: 'npx afterwrite dev --system ${system}' in one terminal; in another 'npx afterwrite feed --system ${system} --generate 100', then 'npx afterwrite stats --system ${system}'.`,
  ].join('\n');
}

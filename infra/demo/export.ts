import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archivedEvents } from '../../processors/replay/events.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { allRows, byOccurrences, byText } from '../views/statisticRows.ts';

/**
 * Leaves what `stats … --json` prints, and every event that was delivered, whole: read from the log of the embedded bus;
 * where another bus was used, the archived envelopes.
 */
export async function exportResults(
  place: Workplace,
  folder: string,
  delivered: readonly string[] | undefined,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, lines: readonly string[]): Promise<void> =>
    writeFile(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  const json = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row));
  await write('stacks.ndjson', json(byText(await allRows(place, 'stack'), 'stackId')));
  await write('issues.ndjson', json(byOccurrences(await allRows(place, 'issue'))));
  await write('events.ndjson', delivered ?? (await archivedLines(place)));
}

async function archivedLines({ system, names, archive }: Workplace): Promise<string[]> {
  const lines: string[] = [];
  for await (const envelope of archivedEvents(system, names, archive, {})) lines.push(JSON.stringify(envelope));
  return lines;
}

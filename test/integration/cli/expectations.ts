import type { Envelope } from '../../../events/envelope.ts';
import { countProblems, sideProblems, thresholdProblems } from '../../support/faults/problems.ts';
import { differences } from '../../support/oracle/compare.ts';
import { issues, stacks } from '../../support/oracle/statistics.ts';
import type { Tables } from '../../support/oracle/tables.ts';
import type { Shell } from './command.ts';

/** What `stats` and `verify` say differently from the oracle. */
export async function statisticProblems(shell: Shell, tables: Tables, stage: string): Promise<string[]> {
  const of = (...args: string[]) => shell.json(...args, '--stage', stage);
  const [verification] = await of('verify');
  return [
    ...differences(stacks(tables), await of('stats', 'stacks'), 'stackId'),
    ...differences(issues(tables), await of('stats', 'issues'), 'issueHash'),
    ...(verification?.drift === 0 && verification.unjudged === 0 ? [] : [JSON.stringify(verification)]),
  ];
}

/** What the deliveries on the bus and the replay from the archive tell differently from the oracle. */
export async function eventProblems(
  shell: Shell,
  delivered: readonly Envelope[],
  tables: Tables,
  stage: string,
): Promise<string[]> {
  const replayed = await shell.json<Envelope>('replay', '--to', 'stdout', '--stage', stage);
  const ids = new Set(delivered.map(({ metadata }) => metadata.id));
  return [
    ...[delivered, replayed].flatMap((events) => [
      ...countProblems(events, tables),
      ...thresholdProblems(events, tables),
      ...sideProblems(events, tables),
    ]),
    ...replayed.filter(({ metadata }) => !ids.delete(metadata.id)).map(({ metadata }) => `undelivered: ${metadata.id}`),
    ...[...ids].map((id) => `not archived: ${id}`),
  ];
}

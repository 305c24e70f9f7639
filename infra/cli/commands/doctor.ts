import { Command } from 'commander';
import { lifecycleRules } from '../../../shared/archive/lifecycle.ts';
import { awsSurroundings } from '../../../shared/aws/surroundings.ts';
import { type Examined, examine } from '../../doctor/examine.ts';
import type { Finding } from '../../doctor/finding.ts';
import { asCalled } from '../asCalled.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, progress, say, sayJson, thousands } from '../output.ts';
import { type Session, withSession } from '../session.ts';

interface GivenOptions extends CommonOptions {
  readonly items?: number;
  readonly repair?: boolean;
}

export function doctorCommand(): Command {
  return withCommonOptions(new Command('doctor'))
    .description(
      'look at table, stream, indexes, TTL, bus, bucket, clock and items, and say what is wrong and how to mend it',
    )
    .option('--items <n>', 'look at so many items (default: at all)', wholeNumber)
    .option('--repair', 'divide TTL attributes that hold milliseconds by 1,000; what is over then expires')
    .action((options: GivenOptions) =>
      withSession(options, {}, async (session) => {
        const examined = await look(session, options);
        tell(examined, options);
        if (examined.findings.some(({ level }) => level === 'wrong')) process.exitCode = 1;
      }),
    );
}

async function look(session: Session, { items, repair, json }: GivenOptions): Promise<Examined> {
  const { place, signal, pipelineOptions } = session;
  const { system, names, clients, connection, table, state } = place;
  const surroundings = awsSurroundings(connection, clients, lifecycleRules(system, names));
  const shown = progress('items', items, json === true);
  try {
    return await examine(
      { system, names, surroundings, table, state, clock: pipelineOptions.clock },
      { items, repair, signal, onItem: (done) => shown.update(done) },
    );
  } finally {
    shown.stop();
  }
}

function tell({ items, repaired, findings }: Examined, { json, repair }: GivenOptions): void {
  if (json) {
    sayJson({ items, ...(repair && { repaired }), findings });
    return;
  }
  for (const finding of findings) say(asCalled(textOf(finding)));
  const wrong = findings.filter(({ level }) => level === 'wrong').length;
  if (repair) say(`${thousands(repaired)} items expire in seconds now.`);
  say(
    `${thousands(items)} items looked at: ${wrong === 0 ? 'nothing is wrong' : `${wrong} wrong`}${tail(findings, wrong)}.`,
  );
  if (findings.some(({ code }) => code === 'TTL_MILLISECONDS') && !repair)
    note("'afterwrite doctor --repair' mends the TTL of these items; let their writer be mended first.");
}

const tail = ({ length }: readonly Finding[], wrong: number): string =>
  length > wrong ? `, ${length - wrong} to be thought about` : '';

const textOf = ({ level, code, where, what, why, mend }: Finding): string =>
  `${level === 'wrong' ? '✗' : '·'} ${where}: ${what}\n    why it matters: ${why}\n    what to do:     ${mend}  (${code})\n`;

import { Command } from 'commander';
import { type Audit, auditArchive } from '../../../../processors/archive/audit/audit.ts';
import { countingReads } from '../../../../shared/archive/counting.ts';
import { isoUtc } from '../../../../shared/model/time.ts';
import { type CommonOptions, withCommonOptions } from '../../options.ts';
import { note, progress, say, sayJson, thousands } from '../../output.ts';
import { type Session, withSession } from '../../session.ts';
import { checkTenant, TENANT_HELP } from '../../tenant.ts';

const NOT_CONSERVED =
  "conservation: not judged, for records are counted over all tenants; 'archive audit' without --tenant does it.";

interface AuditCommandOptions extends CommonOptions {
  readonly tenant?: string;
}

export function auditCommand(): Command {
  return withCommonOptions(new Command('audit'))
    .description('read the whole archive and hold it against itself; exits 1 on a hole. It changes nothing')
    .option('--tenant <tenant>', TENANT_HELP)
    .action((options: AuditCommandOptions) => {
      checkTenant(options);
      return withSession(options, {}, (session) => audit(session, options));
    });
}

async function audit(
  { place, signal, pipelineOptions: { clock } }: Session,
  { json = false, tenant }: AuditCommandOptions,
): Promise<void> {
  const { archive, bytesRead } = countingReads(place.archive);
  const bar = progress('objects read', undefined, json);
  let objects = 0;
  const found = await auditArchive(place.system, place.names, archive, {
    now: clock.now(),
    state: place.state,
    signal,
    tenant,
    onObject: () => bar.update(++objects),
  });
  bar.stop();
  const holes = found.findings.filter(({ level }) => level === 'hole').length;
  const judged = { ...found, conserved: tenant === undefined ? found.conserved : null };
  if (json) sayJson({ ...judged, holes, bytesRead: bytesRead() });
  else tell(judged, holes, bytesRead());
  if (signal.aborted && !json) note('Stopped before the end: what comes later was not looked at.');
  if (holes > 0 || signal.aborted) process.exitCode = 1;
}

/** Records of the stream are counted over all tenants: of one alone they are not judged. */
type Judged = Omit<Audit, 'conserved'> & { readonly conserved: Audit['conserved'] | null };

function tell(
  { datasets, bundles, items, others, conserved, erasures, findings }: Judged,
  holes: number,
  bytes: number,
): void {
  for (const { dataset, manifests, segments, objects, lines } of datasets)
    say(
      `${dataset}: ${thousands(lines)} lines in ${thousands(segments)} segments (${thousands(manifests)} manifests) and ${thousands(objects)} objects beside them.`,
    );
  say(`bundles: ${thousands(bundles)} of ${thousands(items)} items. Claims and spilled: ${thousands(others)}.`);
  say(conserved ? conservationOf(conserved) : NOT_CONSERVED);
  for (const { id, beganAt, endedAt, changes, events: gone } of erasures)
    say(
      `erased: ${thousands(changes)} changes and ${thousands(gone)} events on ${isoUtc(beganAt)} (${id})${endedAt === undefined ? '; it was cut off' : ''}.`,
    );
  for (const { level, code, where, what, why, mend } of findings) {
    say(`\n${level === 'hole' ? 'HOLE' : 'told'}  ${code}  ${where}`);
    say(`  ${what}: ${why}.`);
    say(`  -> ${mend}`);
  }
  say(`\n${holes === 0 ? 'No hole.' : `${thousands(holes)} holes.`} ${thousands(bytes)} bytes read.`);
}

/** The archive parks no record, and leaves none out: each is a line. */
function conservationOf({ records, lines, erased, unjudged }: Audit['conserved']): string {
  const read = `${thousands(records.user)} records of users' items were read of the stream, and ${thousands(records.derived)} of derived ones`;
  const there = `the journal has ${thousands(lines.user)} and ${thousands(lines.derived)} of them`;
  const rest = ` Of ${thousands(unjudged)} others nothing is known: their hours can not be read, or are let go.`;
  const gone = erased.user + erased.derived;
  return `conservation: ${read}; ${there}${gone === 0 ? '' : `, and ${thousands(gone)} were erased`}.${unjudged === 0 ? '' : rest}`;
}

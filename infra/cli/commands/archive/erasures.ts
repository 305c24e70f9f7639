import { Command } from 'commander';
import { shelvesOf } from '../../../../events/archived.ts';
import { subjectHash } from '../../../../processors/archive/erase/subject.ts';
import { erasuresOf, type ToldErasure } from '../../../../processors/archive/erase/told.ts';
import { readChain } from '../../../../shared/archive/manifest.ts';
import { isoUtc } from '../../../../shared/model/time.ts';
import { type CommonOptions, withCommonOptions } from '../../options.ts';
import { say, sayJson, table } from '../../output.ts';
import { withSession } from '../../session.ts';
import { checkTenant, TENANT_HELP } from '../../tenant.ts';
import { type SubjectGiven, subjectGiven, withSubject } from './subject.ts';

interface ErasuresOptions extends CommonOptions, Omit<SubjectGiven, 'system'> {
  readonly tenant?: string;
}

const HEADINGS = ['BEGAN', 'ENDED', 'CHANGES', 'EVENTS', 'OBJECTS', 'ITEMS', 'CLAIMS', 'ID', 'REASON'];

export function erasuresCommand(): Command {
  return withSubject(withCommonOptions(new Command('erasures')))
    .description('what was erased from the archive, and when; with a subject, only what was erased by these very words')
    .option('--tenant <tenant>', TENANT_HELP)
    .action((options: ErasuresOptions) => {
      checkTenant(options);
      const subject = subjectGiven(options);
      return withSession(options, {}, async ({ place: { system, names, archive } }) => {
        const chains = await Promise.all(
          (await shelvesOf(system, names, archive, { tenant: options.tenant })).map(async (shelf) => ({
            shelf,
            ...(await readChain(archive, shelf.manifests)),
          })),
        );
        const hash = subject && subjectHash(system, names, subject);
        const told = erasuresOf(chains).filter((one) => hash === undefined || one.subject === hash);
        if (options.json) for (const one of told) sayJson(jsonOf(one));
        else if (told.length === 0) say('Nothing was erased.');
        else say(table(HEADINGS, told.map(rowOf)));
      });
    });
}

const jsonOf = ({ beganAt, endedAt, ...told }: ToldErasure) => ({
  ...told,
  beganAt: isoUtc(beganAt),
  endedAt: endedAt === undefined ? null : isoUtc(endedAt),
  reason: told.reason ?? null,
});

const rowOf = (told: ToldErasure): unknown[] => [
  isoUtc(told.beganAt),
  told.endedAt === undefined ? 'cut off' : isoUtc(told.endedAt),
  ...[told.changes, told.events, told.objects, told.items, told.claims, told.id],
  told.reason,
];

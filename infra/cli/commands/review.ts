import { Command } from 'commander';
import { readBundles } from '../../../shared/archive/bundle.ts';
import { type Attributes, decodeAttributes } from '../../../shared/model/attribute.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { keyId } from '../../../shared/model/keys.ts';
import { RESERVED_ATTRIBUTE } from '../../../shared/model/reserved.ts';
import { withoutSecrets } from '../../../shared/model/secrets.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { say, sayJson } from '../output.ts';
import { withSession } from '../session.ts';

interface ReviewOptions extends CommonOptions {
  readonly versions?: boolean;
  readonly diff?: string[];
}

type Version = Record<string, unknown> & { readonly where: 'table' | 'archive' };

export function reviewCommand(): Command {
  return withCommonOptions(new Command('review'))
    .description("a review's versions, from the table and the archive")
    .argument('<id>')
    .option('--versions', 'every version, oldest first (the default)')
    .option('--diff <versions...>', 'what differs between two versions: --diff 2 3')
    .action((id: string, options: ReviewOptions) =>
      withSession(options, {}, async ({ place }) => {
        await place.stream();
        const versions = await versionsOf(place, id);
        if (versions.length === 0)
          throw new AfterwriteError('NOT_FOUND', `there is no review '${id}'`, {
            mend: 'check the id; neither table nor archive has it',
          });
        if (options.diff) return showDiff(versions, options.diff.map(wholeNumber), options.json === true);
        for (const version of versions) options.json ? sayJson(version) : say(JSON.stringify(version, null, 2));
      }),
    );
}

async function versionsOf({ system, names, table, archive }: Workplace, reviewId: string): Promise<Version[]> {
  const partition = `REVIEW#${reviewId}`;
  const found = new Map<string, Version>();
  const add = (item: Attributes, where: Version['where']): void => {
    const key = keyOf(system.table, item);
    const source = system.sourceOf(key);
    if (source?.name === 'version')
      found.set(keyId(key), {
        where,
        ...decodeAttributes(withoutSecrets(source.secrets, item)),
        [RESERVED_ATTRIBUTE]: undefined,
      });
  };
  for (const item of (await readBundles(system, names, archive, 'review', { pk: partition, sk: 'STATS' })).values())
    add(item, 'archive');
  for await (const item of table.partition(partition)) add(item, 'table');
  return [...found.values()].sort((a, b) => Number(a.version) - Number(b.version));
}

function showDiff(versions: readonly Version[], wanted: readonly number[], json: boolean): void {
  const [a, b] = wanted.map((number) => versions.find(({ version }) => version === number));
  if (wanted.length !== 2 || !a || !b)
    throw new AfterwriteError(
      'USAGE',
      `give two of the versions ${versions.map(({ version }) => version).join(', ')}`,
      { mend: "for example '--diff 2 3'" },
    );
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .sort();
  for (const name of names) {
    if (json) sayJson({ field: name, from: a[name] ?? null, to: b[name] ?? null });
    else say(`${name}: ${JSON.stringify(a[name])} -> ${JSON.stringify(b[name])}`);
  }
}

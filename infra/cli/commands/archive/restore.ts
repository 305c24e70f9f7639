import { Command, Option } from 'commander';
import pMap from 'p-map';
import { shelvesOf } from '../../../../events/archived.ts';
import { listDataset } from '../../../../shared/archive/listing.ts';
import {
  askForAll,
  type ColdObject,
  coldAmong,
  coldSegments,
  type RestoreEstimate,
  restoreEstimate,
} from '../../../../shared/archive/restoring.ts';
import { AfterwriteError } from '../../../../shared/model/errors.ts';
import type { RestoreTier } from '../../../../shared/model/storagePrices.ts';
import type { Workplace } from '../../../pipeline/workplace.ts';
import { type CommonOptions, moment, wholeNumber, withCommonOptions } from '../../options.ts';
import { note, say, sayJson, thousands } from '../../output.ts';
import { withSession } from '../../session.ts';
import { checkTenant, TENANT_HELP } from '../../tenant.ts';

type Dataset = 'segments' | 'bundles';

interface RestoreOptions extends CommonOptions {
  readonly dataset?: Dataset;
  readonly from?: string;
  readonly until?: string;
  readonly tenant?: string;
  readonly tier: RestoreTier;
  readonly days: number;
  readonly dryRun?: boolean;
}

const TIERS: readonly RestoreTier[] = ['Expedited', 'Standard', 'Bulk'];
const DAYS = 7;
const SHELVES_AT_ONCE = 4;

/** What was found and asked; the estimate is of what was asked for now. */
interface Restored extends RestoreEstimate {
  readonly dataset: Dataset;
  readonly cold: number;
  readonly restoring: number;
  readonly readable: number;
  readonly tier: RestoreTier;
  readonly days: number;
  readonly dryRun: boolean;
}

export function restoreCommand(): Command {
  return withCommonOptions(new Command('restore'))
    .description('ask for what lies in cold storage; it can be read hours later, and is cold again after its days')
    .addOption(new Option('--dataset <dataset>', 'what of: must be given').choices(['segments', 'bundles', 'objects']))
    .option('--from <time>', 'segments from this time on (UTC where no zone is given)', moment)
    .option('--until <time>', 'segments before this time', moment)
    .option('--tenant <tenant>', TENANT_HELP)
    .addOption(
      new Option('--tier <tier>', 'how fast: minutes (Expedited, not of DEEP_ARCHIVE), hours, or half a day and more')
        .choices(TIERS)
        .default('Standard'),
    )
    .option('--days <days>', 'how long it can be read', wholeNumber, DAYS)
    .option('--dry-run', 'only say how many, how much and how long')
    .action((options: RestoreOptions) => {
      const dataset = datasetOf(options);
      checkTenant(options);
      return withSession(options, {}, async ({ place, pipelineOptions }) => {
        const { tier, days, dryRun = false } = options;
        const objects = await coldOf(place, dataset, options);
        const estimate = restoreEstimate(objects, { tier, days }, place.system.archive.prices);
        if (!dryRun) await askForAll(place.archive, objects, { tier, days }, pipelineOptions.clock.now());
        const restored: Restored = { dataset, ...countsOf(objects), ...estimate, tier, days, dryRun };
        if (options.json) sayJson(restored);
        else tell(restored);
      });
    });
}

/** Nothing is asked for by default: it costs. Throws USAGE. */
function datasetOf({ dataset, from, until }: RestoreOptions): Dataset {
  if (dataset === undefined)
    throw new AfterwriteError('USAGE', 'what is to be restored is not said', {
      mend: "give '--dataset segments', '--dataset bundles', or '--dataset objects' for what their items refer to",
    });
  if (dataset !== 'segments' && (from ?? until) !== undefined)
    throw new AfterwriteError('USAGE', `${dataset} do not lie by time: '--from' and '--until' are of segments`, {
      mend: 'leave them out',
    });
  return dataset;
}

async function coldOf(
  { system, names, archive }: Workplace,
  dataset: Dataset,
  { from, until, tenant }: RestoreOptions,
): Promise<ColdObject[]> {
  if (dataset !== 'segments') return coldAmong(archive, listDataset(system, names, archive, dataset, tenant));
  const hours = {
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
  const shelves = await shelvesOf(system, names, archive, { tenant });
  return (await pMap(shelves, (shelf) => coldSegments(shelf, hours), { concurrency: SHELVES_AT_ONCE })).flat();
}

function countsOf(objects: readonly ColdObject[]): Pick<Restored, 'cold' | 'restoring' | 'readable'> {
  const count = (state: string): number => objects.filter(({ readability }) => readability.state === state).length;
  return { cold: objects.length, restoring: count('restoring'), readable: count('restored') };
}

function tell({ dataset, cold, restoring, readable, objects, bytes, dollars, hours, ...ask }: Restored): void {
  if (cold === 0) {
    say(`No ${dataset} of these lie in cold storage: all can be read now.`);
    return;
  }
  const { tier, days, dryRun } = ask;
  say(`${thousands(cold)} ${dataset} in cold storage: ${restoring} on their way, ${readable} readable now`);
  if (objects === 0) say('nothing is left to ask for');
  else
    say(
      `${dryRun ? 'would ask' : 'asked'} for ${thousands(objects)} (${thousands(bytes)} bytes) by ${tier}, for ${days} days: about $${dollars.toFixed(4)}`,
    );
  if (hours > 0) {
    say(`all can be read within ${hours < 1 ? `${Math.ceil(hours * 60)} minutes` : `${hours} hours`}`);
    if (!dryRun) note(`How far they are: 'afterwrite archive ls --dataset ${dataset} --states'.`);
  }
}

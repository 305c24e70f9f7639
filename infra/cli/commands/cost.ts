import { Command, InvalidArgumentError } from 'commander';
import { declaredFootprint } from '../../../shared/model/forecast/footprint.ts';
import { byService, sumText } from '../../../shared/model/forecast/forecastText.ts';
import type { Load } from '../../../shared/model/forecast/load.ts';
import type { System } from '../../../shared/model/system.ts';
import { declaredForecast, type Sampled, sampledForecast } from '../../cost/forecastOf.ts';
import { sampleItems } from '../../cost/sampleItems.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { say, sayJson, table, thousands } from '../output.ts';

interface CostOptions extends CommonOptions {
  readonly rate?: number;
  readonly itemBytes?: number;
  readonly limit?: number;
}

/** What is asked about where neither a declaration nor an option says it. */
const RATE = 1;
const ITEM_BYTES = 1_024;

export function costCommand(): Command {
  return withCommonOptions(new Command('cost'))
    .description('what a system costs on AWS, in dollars a month: by its declaration, or by items that it would hold')
    .argument('[file]', "NDJSON, plain or .gz: items, DynamoDB's export to S3, or a history as 'feed' takes it")
    .option('--rate <changes>', "changes of users' items a second (default: as declared, else 1)", positive)
    .option(
      '--item-bytes <bytes>',
      'bytes of an item, where no file tells (default: as declared, else 1,024)',
      wholeNumber,
    )
    .option('--limit <lines>', 'take only the first lines', wholeNumber)
    .addHelpText(
      'after',
      "\nOn demand, us-east-1, before free tiers, taxes and traffic; of the writes, only afterwrite's own. Without a file nothing is\nfolded: it is the most. Storage is what each month costs once the archive is as old as its declared life.",
    )
    .action(async (file: string | undefined, options: CostOptions) => {
      const sampled = await costOf(options.system, file, options);
      if (options.json) sayJson(jsonOf(options.system, sampled));
      else report(options.system, sampled, file);
      if (isOver(sampled)) process.exitCode = 1;
    });
}

async function costOf(system: System, file: string | undefined, options: CostOptions): Promise<Sampled> {
  const changesPerSecond = options.rate ?? system.load?.changesPerSecond ?? RATE;
  if (file !== undefined)
    return sampledForecast(system, sampleItems(system, file, options.limit), { changesPerSecond });
  const itemBytes = options.itemBytes ?? system.load?.itemBytes ?? ITEM_BYTES;
  const load: Load = { ...system.load, changesPerSecond, itemBytes };
  return { items: 0, load, footprint: declaredFootprint(system, itemBytes), forecast: declaredForecast(system, load) };
}

const isOver = ({ load, forecast }: Sampled): boolean =>
  forecast.dollars > (load.monthlyDollars ?? Number.POSITIVE_INFINITY);

const jsonOf = ({ name }: System, { items, load, footprint, forecast }: Sampled): object => ({
  system: name,
  items,
  ...load,
  ...forecast,
  footprint,
});

function report({ name }: System, sampled: Sampled, file: string | undefined): void {
  const { items, load, footprint, forecast } = sampled;
  say(
    `${name}: ${load.changesPerSecond} changes a second of ${thousands(Math.round(load.itemBytes))} bytes, ${
      file === undefined ? 'by the declaration alone' : `as ${thousands(items)} items of ${file} show`
    }`,
  );
  say(
    `A change writes ${rounded(footprint.aggregates)} aggregates (${rounded(footprint.writeUnits)} write units, ${rounded(footprint.indexUnits)} for indexes) and ${rounded(footprint.events)} events.\n`,
  );
  const rows = forecast.lines
    .filter(({ dollars }) => dollars > 0)
    .map(({ service, what, quantity, unit, dollars }) => [
      service,
      what,
      thousands(Math.ceil(quantity)),
      unit,
      sumText(dollars),
    ]);
  say(table(['service', 'what', 'a month', '', 'dollars'], rows));
  say();
  say(
    table(
      ['service', 'dollars'],
      byService(forecast).map(({ service, dollars }) => [service, sumText(dollars)]),
    ),
  );
  say(`\n${sumText(forecast.dollars)} a month, ${sumText(forecast.fixedDollars)} of it whatever is written.`);
  if (isOver(sampled))
    say(`That is more than the declared ${sumText(load.monthlyDollars ?? 0)}: 'cdk synth' refuses it.`);
}

const rounded = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 2 });

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0 || text.trim() === '')
    throw new InvalidArgumentError('give a number from 0');
  return number;
}

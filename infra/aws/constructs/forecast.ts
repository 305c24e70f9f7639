import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { wrong } from '../../../shared/model/errors.ts';
import type { Deployed } from '../../../shared/model/forecast/deployed.ts';
import { declaredFootprint } from '../../../shared/model/forecast/footprint.ts';
import { type Forecast, forecast } from '../../../shared/model/forecast/forecast.ts';
import { forecastText, sumText } from '../../../shared/model/forecast/forecastText.ts';
import { checkLoad, type Load } from '../../../shared/model/forecast/load.ts';
import { SERVICES_US_EAST_1, type ServicePrices } from '../../../shared/model/forecast/prices.ts';
import { MONTH_DAYS } from '../../../shared/model/storageCost.ts';
import type { System } from '../../../shared/model/system.ts';

interface Expected {
  readonly system: System;
  readonly load: Load | undefined;
  /** Absent: what the load says. */
  readonly monthlyDollars: number | undefined;
  readonly deployed: Deployed;
  readonly prices: ServicePrices | undefined;
}

const MILLION = 1_000_000;
/** Of what is reckoned with where nobody says anything: an item's size, and a million changes a month. */
const UNKNOWN = { itemBytes: 1_024, changesPerSecond: MILLION / (MONTH_DAYS * 86_400) };

/** Prints what it will cost a month; nothing is folded in it: it is the most. Throws DECLARATION_WRONG where that is more than it may. */
export function foretell(scope: Construct, { system, load, monthlyDollars, deployed, prices }: Expected): void {
  const given: Load = load ?? UNKNOWN;
  checkLoad(given);
  const footprint = declaredFootprint(system, given.itemBytes);
  const months = forecast({ system, load: given, footprint, deployed }, prices ?? SERVICES_US_EAST_1);
  const text = load ? forecastText(months, load) : unknownText(months);
  const most = monthlyDollars ?? load?.monthlyDollars;
  if (load && most !== undefined && months.dollars > most)
    throw wrong(
      'load.monthlyDollars',
      `${system.name} would cost more than ${sumText(most)}: ${text}`,
      "raise it; or see by 'afterwrite cost' with a file of items whether batches fold more; or leave out the dashboard or traces, keep less, or count less",
    );
  Annotations.of(scope).addInfo(`${system.name}: up to ${text}`);
}

const unknownText = ({ dollars, fixedDollars }: Forecast): string =>
  `${sumText(fixedDollars)} a month whatever is written, and ${sumText(dollars - fixedDollars)} for a million changes of 1 KB. ` +
  "Nobody said what it carries: declare 'load', or give -c changesPerSecond=… -c itemBytes=…";

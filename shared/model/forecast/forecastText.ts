import type { Forecast } from './forecast.ts';
import type { Load } from './load.ts';

export interface ServiceCost {
  readonly service: string;
  readonly dollars: number;
}

/** The lines summed by service, the dearest first; what costs nothing is left out. */
export function byService({ lines }: Pick<Forecast, 'lines'>): ServiceCost[] {
  const sums = new Map<string, number>();
  for (const { service, dollars } of lines) sums.set(service, (sums.get(service) ?? 0) + dollars);
  return [...sums]
    .map(([service, dollars]) => ({ service, dollars }))
    .filter(({ dollars }) => dollars > 0)
    .sort((a, b) => b.dollars - a.dollars);
}

/** A sum with what it is made of, in one line. */
export function forecastText(forecast: Forecast, { changesPerSecond, itemBytes }: Load): string {
  const parts = byService(forecast).map(({ service, dollars }) => `${service} ${sumText(dollars)}`);
  const load = `${changesPerSecond} changes a second of ${itemBytes.toLocaleString('en-US')} bytes`;
  return `${sumText(forecast.dollars)} a month at ${load}, ${sumText(forecast.fixedDollars)} of it whatever is written: ${parts.join(' + ')}`;
}

export const sumText = (dollars: number): string =>
  dollars > 0 && dollars < 0.01
    ? 'under $0.01'
    : `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

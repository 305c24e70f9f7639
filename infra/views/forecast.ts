import { sendingDollars } from '../../processors/replay/cost.ts';
import { type Estimate, estimate } from '../../processors/replay/estimate.ts';
import { sourceOf } from '../../processors/replay/source.ts';
import { type RestoreEstimate, restoreEstimate } from '../../shared/archive/restoring.ts';
import { rulesOf } from '../../shared/aws/busRules.ts';
import type { Replay } from '../../shared/state/replays.ts';
import { type EventsTo, openTarget } from '../pipeline/replayTarget.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { FiredRules } from './firedRules.ts';

export type AskedForecast = Pick<Replay, 'selection' | 'rederive' | 'restore' | 'rate'>;

const LOCAL_ACCOUNT = '000000000000';
const SECONDS_AN_HOUR = 3_600;

/** What a replay would come to: it reads, and sends nothing. @param to undefined: to stdout */
export async function forecast(
  place: Workplace,
  asked: AskedForecast,
  to: EventsTo | undefined,
  environment: NodeJS.ProcessEnv,
) {
  if (to) await openTarget(place, to, environment).check();
  const rules = to?.kind === 'bus' ? await rulesOn(place) : undefined;
  const source = sourceOf(place.system, place.names, place.archive, asked);
  const told = await estimate(source, (envelope) => rules?.look(envelope));
  const restoring = restoreEstimate(told.unreadable, asked.restore, place.system.archive.prices);
  return reportOf(told, restoring, asked, to, rules?.fired);
}

export type Forecast = Awaited<ReturnType<typeof forecast>>;

async function rulesOn({ clients, names, region, claims, system }: Workplace): Promise<FiredRules> {
  const rules = await rulesOf(clients.events, names.replayBus);
  return new FiredRules(rules, { system: system.name, claims, region, account: LOCAL_ACCOUNT });
}

function reportOf(
  told: Estimate,
  restoring: RestoreEstimate,
  { rate }: AskedForecast,
  to: EventsTo | undefined,
  rules: FiredRules['fired'] | undefined,
) {
  const { events, bytes, byType, cold } = told;
  const kind = to?.kind === 'queue' && to.url.endsWith('.fifo') ? 'fifo' : (to?.kind ?? 'file');
  return {
    events,
    bytes,
    byType,
    dollars: { sending: sendingDollars(kind, told), restoring: restoring.dollars },
    hours: {
      sending: rate === undefined ? null : events / rate / SECONDS_AN_HOUR,
      restoring: restoring.hours,
    },
    rules: rules ?? null,
    cold: { ...cold, lines: cold.lines ?? null },
  };
}

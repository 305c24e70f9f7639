import { sendingDollars } from '../../../processors/replay/cost.ts';
import { type Estimate, estimate } from '../../../processors/replay/estimate.ts';
import { sourceOf } from '../../../processors/replay/source.ts';
import { type RestoreEstimate, restoreEstimate } from '../../../shared/archive/restoring.ts';
import { rulesOf } from '../../../shared/aws/busRules.ts';
import type { Replay } from '../../../shared/state/replays.ts';
import { type EventsTo, openTarget } from '../../pipeline/replayTarget.ts';
import { FiredRules } from '../../views/firedRules.ts';
import { inHours, money, sayCold } from '../dollars.ts';
import { say, sayJson, table, thousands } from '../output.ts';
import type { Session } from '../session.ts';

type Asked = Pick<Replay, 'selection' | 'rederive' | 'restore' | 'rate'>;

const LOCAL_ACCOUNT = '000000000000';
const SECONDS_AN_HOUR = 3_600;

/** Reads, and sends nothing. @param to undefined: to stdout */
export async function dryRun(session: Session, asked: Asked, to: EventsTo | undefined, json: boolean): Promise<void> {
  const { place } = session;
  if (to) await openTarget(place, to, process.env).check();
  const rules = to?.kind === 'bus' ? await rulesOn(session) : undefined;
  const source = sourceOf(place.system, place.names, place.archive, asked);
  const told = await estimate(source, (envelope) => rules?.look(envelope));
  const restoring = restoreEstimate(told.unreadable, asked.restore, place.system.archive.prices);
  const report = reportOf(told, restoring, asked, to, rules?.fired);
  if (json) sayJson(report);
  else print(report, asked);
}

async function rulesOn({ place }: Session): Promise<FiredRules> {
  const { clients, names, region, claims, system } = place;
  const rules = await rulesOf(clients.events, names.replayBus);
  return new FiredRules(rules, { system: system.name, claims, region, account: LOCAL_ACCOUNT });
}

function reportOf(
  told: Estimate,
  restoring: RestoreEstimate,
  { rate }: Asked,
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

type Report = ReturnType<typeof reportOf>;

function print({ events, bytes, byType, dollars, hours, rules, cold }: Report, { restore, rate }: Asked): void {
  say(`${thousands(events)} events of ${thousands(bytes)} bytes would be sent; nothing was.`);
  const types = Object.entries(byType).sort(([, a], [, b]) => b - a);
  if (types.length > 0)
    say(
      `\n${table(
        ['type', 'events'],
        types.map(([type, count]) => [type, thousands(count)]),
      )}\n`,
    );
  say(
    `Sending costs about ${money(dollars.sending)}${hours.sending === null ? '' : `, and takes ${inHours(hours.sending)} at ${rate} a second`}.`,
  );
  if (rules) printRules(rules);
  if (cold.objects > 0) sayCold({ ...cold, dollars: dollars.restoring, hours: hours.restoring }, restore);
}

function printRules(rules: NonNullable<Report['rules']>): void {
  if (rules.length === 0) say('No rule of the replay bus would fire: nobody has opted in.');
  else
    say(
      `\n${table(
        ['rule', 'would fire'],
        rules.map(({ rule, events }) => [rule, events === null ? 'its pattern is not known here' : thousands(events)]),
      )}`,
    );
}

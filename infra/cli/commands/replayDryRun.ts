import type { EventsTo } from '../../pipeline/replayTarget.ts';
import { type AskedForecast, type Forecast, forecast } from '../../views/forecast.ts';
import { inHours, money, sayCold } from '../dollars.ts';
import { say, sayCounts, sayJson, table, thousands } from '../output.ts';
import type { Session } from '../session.ts';

/** Reads, and sends nothing. @param to undefined: to stdout */
export async function dryRun(
  { place }: Session,
  asked: AskedForecast,
  to: EventsTo | undefined,
  json: boolean,
): Promise<void> {
  const report = await forecast(place, asked, to, process.env);
  if (json) sayJson(report);
  else print(report, asked);
}

function print(
  { events, bytes, byType, dollars, hours, rules, cold }: Forecast,
  { restore, rate }: AskedForecast,
): void {
  say(`${thousands(events)} events of ${thousands(bytes)} bytes would be sent; nothing was.`);
  sayCounts('type', 'events', byType);
  say(
    `Sending costs about ${money(dollars.sending)}${hours.sending === null ? '' : `, and takes ${inHours(hours.sending)} at ${rate} a second`}.`,
  );
  if (rules) printRules(rules);
  if (cold.objects > 0) sayCold({ ...cold, dollars: dollars.restoring, hours: hours.restoring }, restore);
}

function printRules(rules: NonNullable<Forecast['rules']>): void {
  if (rules.length === 0) say('No rule of the replay bus would fire: nobody has opted in.');
  else
    say(
      `\n${table(
        ['rule', 'would fire'],
        rules.map(({ rule, events }) => [rule, events === null ? 'its pattern is not known here' : thousands(events)]),
      )}`,
    );
}

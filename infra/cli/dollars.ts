import type { Replay } from '../../shared/state/replays.ts';
import { say, thousands } from './output.ts';

export const money = (dollars: number): string =>
  dollars > 0 && dollars < 0.01 ? 'less than $0.01' : `$${dollars.toFixed(2)}`;

export const inHours = (hours: number): string =>
  hours < 1 ? `${Math.ceil(hours * 60)} min` : `${hours.toFixed(1)} h`;

/** What must be restored before all can be read. */
export interface Unreadable {
  readonly objects: number;
  readonly bytes: number;
  /** Of its events some may be selected; null where nobody knows. */
  readonly lines: number | null;
  readonly dollars: number;
  readonly hours: number;
}

export function sayCold(
  { objects, bytes, lines, dollars, hours }: Unreadable,
  { tier, days }: Replay['restore'],
): void {
  const holding = lines === null ? '' : ` and up to ${thousands(lines)} events`;
  say(`\n${thousands(objects)} objects of ${thousands(bytes)} bytes${holding} are cold and not counted above.`);
  say(`Restoring them by ${tier} for ${days} days costs about ${money(dollars)} and takes up to ${inHours(hours)}.`);
}

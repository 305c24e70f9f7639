import type { Forecast } from '../wire.ts';
import { plural } from './format.ts';

/** A replay as the form holds it: empty texts select all. */
export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly key: string;
  readonly rate: string;
}

export const ALL: Asked = { from: '', to: '', type: '', key: '', rate: '' };

/** As the server takes it. */
export function bodyOf({ from, to, type, key, rate }: Asked): Record<string, unknown> {
  return {
    ...(from !== '' && { from }),
    ...(to !== '' && { to }),
    ...(type !== '' && { types: [type] }),
    ...(key !== '' && { key }),
    ...(rate !== '' && { rate: Number(rate) }),
  };
}

export function rulesText(rules: Forecast['rules']): string {
  if (rules === null || rules.length === 0) return 'No rule of the replay bus would fire: nobody has opted in.';
  return rules
    .map(({ rule, events }) =>
      events === null
        ? `Rule ${rule} would fire, nobody knows how often.`
        : `Rule ${rule} would fire ${plural(events, 'time')}.`,
    )
    .join(' ');
}

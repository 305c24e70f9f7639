import type { Attribute } from '../model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../model/reserved.ts';
import type { Backfilling } from '../ports/tableStore.ts';
import type { Condition } from './condition.ts';

/** The update of a backfill: a mark that is there keeps what else it holds. @param unchanged that the item is as it was read */
export function backfillUpdate(
  { added, hash, isMarked }: Backfilling,
  { expression, names, values }: Condition,
): { update: string; condition: Condition } {
  const told: Attribute = isMarked ? { S: hash } : { M: { backfilled: { S: hash } } };
  const entries = Object.entries(added);
  const sets = [isMarked ? '#own.#backfilled=:told' : '#own=:told', ...entries.map((_, i) => `#s${i}=:s${i}`)];
  const mark = isMarked
    ? 'attribute_exists(#own) AND attribute_not_exists(#own.#leaving)'
    : 'attribute_not_exists(#own)';
  return {
    update: `SET ${sets.join(',')}`,
    condition: {
      expression: `${expression} AND ${mark}`,
      names: {
        ...names,
        '#own': RESERVED_ATTRIBUTE,
        ...(isMarked && { '#backfilled': 'backfilled', '#leaving': 'leaving' }),
        ...Object.fromEntries(entries.map(([name], i) => [`#s${i}`, name])),
      },
      values: { ...values, ':told': told, ...Object.fromEntries(entries.map(([, value], i) => [`:s${i}`, value])) },
    },
  };
}

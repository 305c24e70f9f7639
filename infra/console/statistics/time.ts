import type { Statistic } from '../../../shared/model/statistic.ts';

/** A month, day or hour, as `monthOf`, `dayOf` and `hourOf` give them. */
const TIME = /^\d{4}-\d\d(-\d\d(T\d\d)?)?$/;
const EXAMPLE = '2026-01-31';

/** The name of the placeholder that holds a time, by what a group has there. */
const timeNameIn = ({ key }: Statistic<unknown>, group: Readonly<Record<string, string>>): string | undefined =>
  key.placeholders.find((name) => TIME.test(group[name] ?? ''));

export const timeIn = (statistic: Statistic<unknown>, group: Readonly<Record<string, string>>): string | undefined => {
  const name = timeNameIn(statistic, group);
  return name === undefined ? undefined : group[name];
};

/** Whether a statistic keeps the same groups by one thing more, beside them in their partition. */
export function isBeside(other: Statistic<unknown>, group: Readonly<Record<string, string>>, pk: string): boolean {
  const { placeholders } = other.key;
  const more = placeholders.filter((name) => !(name in group));
  const isMore = more.length === 1 && placeholders.length === Object.keys(group).length + 1;
  if (!isMore || other.spread) return false;
  return other.key.build({ ...group, [more[0] as string]: EXAMPLE }).pk === pk;
}

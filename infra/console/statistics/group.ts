import { aggregateItem } from '../../../shared/model/aggregate.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { Plain } from '../../../shared/model/measures/measure.ts';
import type { Statistic } from '../../../shared/model/statistic.ts';
import { aggregateFromAttributes } from '../../../shared/model/storedAggregate.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { oneGroup } from '../../views/groups.ts';
import type { GroupTold } from '../wire.ts';
import { noStatistic, seriesOf } from './board.ts';
import { addStates, shownStates } from './shown.ts';
import { isBeside, timeIn } from './time.ts';

type Place = Pick<Workplace, 'system' | 'table'>;
type Group = Readonly<Record<string, string>>;

/** Items of a partition that are looked at for a group's history. */
const MOST_ITEMS = 20_000;

/** One group with all that it holds, and its history where another statistic keeps it. Throws NOT_FOUND, USAGE. */
export async function groupOf(place: Place, name: string, group: Group): Promise<GroupTold> {
  const { system } = place;
  const statistic = system.statistics.find((one) => one.name === name);
  if (!statistic)
    throw noStatistic(
      name,
      system.statistics.map((one) => one.name),
    );
  checkGroup(statistic, group);
  const stored = await oneGroup(place, statistic, group);
  if (!stored || aggregateItem(stored) === undefined)
    throw new AfterwriteError('NOT_FOUND', `'${name}' has no such group`, {
      mend: 'it may be empty by now: list them anew',
    });
  const over = statistic.spread ? null : await overTime(place, statistic, group);
  return { name, group, measures: shownStates(statistic, stored.state), over };
}

function checkGroup({ name, key }: Statistic<unknown>, group: Group): void {
  const given = Object.keys(group);
  if (given.length === key.placeholders.length && key.placeholders.every((one) => typeof group[one] === 'string'))
    return;
  throw new AfterwriteError('USAGE', `'${name}' is not grouped by ${given.join(', ') || 'nothing'}`, {
    mend: `give ${key.placeholders.join(', ')}`,
  });
}

async function overTime(place: Place, statistic: Statistic<unknown>, group: Group): Promise<GroupTold['over']> {
  const { system, table } = place;
  const { pk } = statistic.key.build(group);
  const other = system.statistics.find((one) => one !== statistic && isBeside(one, group, pk));
  if (!other || timeIn(statistic, group) !== undefined) return null;
  const byTime = new Map<string, Readonly<Record<string, Plain>>>();
  let looked = 0;
  for await (const item of table.partition(pk)) {
    if (++looked > MOST_ITEMS) break;
    const key = keyOf(system.table, item);
    if (system.sourceOf(key) !== other) continue;
    const aggregate = aggregateFromAttributes(other, key, item);
    const time = timeIn(other, aggregate.group);
    if (time !== undefined && aggregateItem(aggregate)) byTime.set(time, addStates(other, undefined, aggregate.state));
  }
  const series = seriesOf({ statistic: other, byTime });
  return series && { statistic: other.name, series };
}

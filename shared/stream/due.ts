import type { Attributes } from '../model/attribute.ts';
import { openDeadlines } from '../model/deadline.ts';
import type { Entity } from '../model/entity.ts';
import { whereSound } from '../model/errors.ts';
import type { Key } from '../model/keys.ts';
import type { Statistic } from '../model/statistic.ts';
import type { System } from '../model/system.ts';
import { decodeItem, keyOf } from './change.ts';
import { readMark } from './mark.ts';

/** What comes due: a collection, or a deadline. By its name. */
export interface Queue {
  readonly name: string;
}

/** A deadline's queue. */
export const queueOf = (entity: Pick<Entity<unknown>, 'name'>, { field }: { readonly field: string }): Queue => ({
  name: `DEADLINE#${entity.name}.${field}`,
});

/** Of a statistic's groups that linger. */
export const lingeringOf = ({ name }: Pick<Statistic<unknown>, 'name'>): Queue => ({ name: `LINGERING#${name}` });

interface Moment {
  readonly queue: Queue;
  /** Epoch milliseconds. */
  readonly due: number;
}

/** That something is due, as its own item says: looked at again, against the item, when the time has come. */
export interface DueEntry extends Moment {
  readonly source: Key;
  /** The stream event that says so, or what else found it. */
  readonly namedBy: string;
  /** Its moment had passed before anybody knew of it: it counts, and is told to nobody. */
  readonly silent?: boolean | undefined;
}

/**
 * What an item names that comes due; what nobody can tell of it is left out.
 * @param isPutBack it stays until its user writes on
 */
export function momentsOf(
  system: Pick<System, 'retention'>,
  source: Entity<unknown> | Statistic<unknown>,
  item: () => unknown,
  isPutBack: boolean,
): Moment[] {
  const soundly = (tell: (item: unknown) => Moment[]): Moment[] =>
    whereSound(() => {
      const decoded = item();
      return decoded === undefined ? [] : tell(decoded);
    }) ?? [];
  const collections = system.retention
    .filter(({ of }) => of === source && !isPutBack)
    .flatMap((collection) =>
      soundly((decoded) => {
        const due = collection.due(decoded);
        return due === undefined ? [] : [{ queue: collection, due }];
      }),
    );
  if (source.derived) return collections;
  const deadlines = soundly((decoded) =>
    openDeadlines(source.deadlines, decoded).map((open) => ({ queue: queueOf(source, open), due: open.at })),
  );
  return [...collections, ...deadlines];
}

/** The same of an item as it stands in the table. @param now epoch milliseconds */
export function dueOfStored(system: System, image: Attributes, now: number): DueEntry[] {
  const key = keyOf(system.table, image);
  const source = system.sourceOf(key);
  const mark = readMark(image);
  if (!source || mark?.leaving !== undefined) return [];
  const moments = momentsOf(system, source, () => decodeItem(system, source, key, image), mark?.restored !== undefined);
  return moments.map((moment) => ({ ...moment, source: key, namedBy: 'found', silent: moment.due <= now }));
}

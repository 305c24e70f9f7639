import { type Attribute, type Attributes, encodeAttributes } from '../../shared/model/attribute.ts';
import type { Entity } from '../../shared/model/entity.ts';
import { whereSound } from '../../shared/model/errors.ts';
import { imageHash } from '../../shared/model/imageHash.ts';
import { keysOfIndex, unfitIndexKey } from '../../shared/model/indexKeys.ts';
import type { Key } from '../../shared/model/keys.ts';
import { reservedIn } from '../../shared/model/reserved.ts';
import { same } from '../../shared/model/same.ts';
import { withoutSecrets } from '../../shared/model/secrets.ts';
import { itemBytes, MAX_ITEM_BYTES } from '../../shared/model/size.ts';
import type { System } from '../../shared/model/system.ts';
import type { Backfilling } from '../../shared/ports/tableStore.ts';
import { decodeItem, keyOf } from '../../shared/stream/change.ts';

/**
 * Why something is left as it is. `malformed`: the item is none of its entity. `differs`: of an index's keys, one that is there is not what
 * the declaration gives, and nothing beside it is guessed. `unfit`: what would be added can't be a key, or would be read as something
 * else. `throws`: the declaration's function does. `large`: there is no room for it. `refused`: the table does not take it.
 */
type Reason = 'malformed' | 'differs' | 'unfit' | 'throws' | 'large' | 'refused';

/** Of one item, attributes that it keeps lacking, or that are not what the declaration gives. */
export interface Left {
  readonly reason: Reason;
  readonly entity: string;
  /** Empty where that is not known. */
  readonly attributes: readonly string[];
}

export interface ItemPlan {
  readonly key: Key;
  readonly entity: string;
  /** Undefined: there is nothing to add. */
  readonly backfilling: Backfilling | undefined;
  readonly left: readonly Left[];
}

/** Room for the mark, with a hash of the length that it has. */
const MARK_BYTES = itemBytes({ afterwrite: { M: { backfilled: { S: imageHash({}) } } } });

/** Whether items of an entity can lack anything. */
export const derivesAny = ({ indexes, defaults }: Entity<unknown>): boolean =>
  indexes !== undefined || Object.keys(defaults).length > 0;

/**
 * What an item lacks of what its entity derives from it: keys of indexes, and fields that the schema gives a value. Undefined where
 * nothing is declared, and for what leaves the table. Pure; what is there is never written over. With what is added the item is
 * to code what it was before: so nothing is counted or told anew.
 */
export function planBackfill(system: System, item: Attributes): ItemPlan | undefined {
  const key = keyOf(system.table, item);
  const source = system.sourceOf(key);
  if (!source || source.derived || !derivesAny(source)) return undefined;
  if (reservedIn(item)?.leaving !== undefined) return undefined;
  const entity = source.name;
  const left: Left[] = [];
  const leave = (reason: Reason, attributes: Iterable<string> = []): void =>
    void left.push({ reason, entity, attributes: [...attributes].sort() });
  const decoded = whereSound(() => ({ item: decodeItem(system, source, key, item) }));
  if (!decoded) {
    leave('malformed');
    return { key, entity, backfilling: undefined, left };
  }
  const keys = keysFor(system, source, decoded.item, item, leave);
  const added = { ...lackingDefaults(source, item), ...keys };
  const names = Object.keys(added);
  const isSound = names.length === 0 || isUnchanged(system, source, key, { ...item, ...added }, decoded.item);
  const isRoom = itemBytes({ ...item, ...added }) + MARK_BYTES <= MAX_ITEM_BYTES;
  if (!isSound) leave('unfit', names);
  else if (!isRoom) leave('large', names);
  const backfilling = names.length > 0 && isSound && isRoom ? adding(source, key, item, added) : undefined;
  return { key, entity, backfilling, left };
}

type Leave = (reason: Reason, attributes?: Iterable<string>) => void;

/** Keys that the item lacks, of indexes of which it has no other key than it should. */
function keysFor(
  system: System,
  source: Entity<unknown>,
  decoded: unknown,
  item: Attributes,
  leave: Leave,
): Attributes {
  if (!source.indexes) return {};
  let given: Attributes;
  try {
    given = encodeAttributes({ ...source.indexes(decoded) });
  } catch {
    leave('throws');
    return {};
  }
  const lacking = Object.keys(given).filter((name) => item[name] === undefined);
  const wrong = Object.keys(given).filter((name) => item[name] !== undefined && !isSame(item[name], given[name]));
  const beside = new Set(indexesWith(system, wrong).flat());
  const unfit = lacking.filter((name) => !beside.has(name) && !isKey(system, given, name));
  const besideUnfit = new Set(indexesWith(system, unfit).flat());
  const ofBoth = (names: ReadonlySet<string>): string[] => lacking.filter((name) => names.has(name));
  if (wrong.length > 0) leave('differs', [...wrong, ...ofBoth(beside)]);
  if (unfit.length > 0) leave('unfit', ofBoth(besideUnfit));
  const free = lacking.filter((name) => !beside.has(name) && !besideUnfit.has(name));
  return Object.fromEntries(free.map((name) => [name, given[name] as Attribute]));
}

/** The keys of indexes that have any of these, an index each. */
const indexesWith = ({ table: { indexes = [] } }: System, names: readonly string[]): string[][] =>
  indexes.map(keysOfIndex).filter((keys) => keys.some((name) => names.includes(name)));

const isSame = (a: Attribute | undefined, b: Attribute | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  imageHash({ a }) === imageHash({ a: b }) &&
  Object.keys(a)[0] === Object.keys(b)[0];

const isKey = ({ table }: System, given: Attributes, name: string): boolean =>
  unfitIndexKey({ [name]: given[name] as Attribute }, table) === undefined;

const lackingDefaults = ({ defaults }: Entity<unknown>, item: Attributes): Attributes =>
  encodeAttributes(Object.fromEntries(Object.entries(defaults).filter(([name]) => item[name] === undefined)));

const isUnchanged = (system: System, source: Entity<unknown>, key: Key, item: Attributes, before: unknown): boolean =>
  whereSound(() => same(decodeItem(system, source, key, item), before)) ?? false;

/** Of what it was derived from, all is compared that the entity knows: whoever changed that meanwhile is read again. */
function adding(source: Entity<unknown>, key: Key, item: Attributes, added: Attributes): Backfilling {
  const fields = source.fields.filter((name) => !(name in added));
  return {
    key,
    attributes: Object.fromEntries(fields.flatMap((name) => (item[name] ? [[name, item[name]]] : []))),
    lacks: [...fields.filter((name) => item[name] === undefined), ...Object.keys(added)],
    added,
    hash: imageHash(withoutSecrets(source.secrets, added)),
    isMarked: reservedIn(item) !== undefined,
  };
}

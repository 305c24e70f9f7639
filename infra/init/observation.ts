import type { Attribute, Attributes } from '../../shared/model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../../shared/model/reserved.ts';

/* What a table's items have in common, seen one by one. Values are kept only where there are few of them. */

/** More distinct texts than this are no labels. */
const MOST_LABELS = 8;
const LABEL = /^[A-Za-z][A-Za-z0-9_-]{0,29}$/;
/** A word of a key that says what it is about: `REVIEW`, `METADATA`. */
const KEYWORD = /^[A-Z][A-Z_]+$/;
const SEPARATOR = '#';
/** A number of more may come as one that JavaScript can't hold. */
const EXACT_DIGITS = 15;

/** What the values of an attribute are. */
export interface Observed {
  count: number;
  readonly types: Set<string>;
  /** Undefined where there are too many, or some are no labels. */
  labels: Set<string> | undefined;
  isMoment: boolean;
}

/** A part of a key between separators. */
interface Part {
  readonly first: string;
  isConstant: boolean;
  /** Attributes that have had its value in every item. */
  fields: Set<string>;
}

/** Items whose keys are made alike. */
export interface Kind {
  count: number;
  /** Of the partition key, then of the sort key. */
  readonly keys: readonly (readonly Part[])[];
  readonly attributes: Map<string, Observed>;
}

export class Observation {
  readonly #kinds = new Map<string, Kind>();
  readonly #keys: readonly string[];

  /** @param keys names of the partition key, and of the sort key */
  constructor(keys: readonly string[]) {
    this.#keys = keys;
  }

  add(item: Attributes): void {
    const parts = this.#keys.map((name) => textOf(item[name]).split(SEPARATOR));
    const id = JSON.stringify(parts.map((one) => [KEYWORD.test(one[0] ?? '') && one[0], one.length]));
    const known = this.#kinds.get(id);
    const kind = known ?? { count: 0, keys: parts.map((one) => one.map(partOf)), attributes: new Map() };
    this.#kinds.set(id, kind);
    kind.count++;
    const own = Object.entries(item).filter(([name]) => !this.#keys.includes(name) && name !== RESERVED_ATTRIBUTE);
    for (const [name, value] of own) observe(kind.attributes, name, value);
    for (const [i, one] of parts.entries())
      for (const [j, text] of one.entries()) {
        const part = kind.keys[i]?.[j];
        if (!part) continue;
        part.isConstant &&= part.first === text;
        const same = own.filter(([, value]) => textOf(value) === text).map(([name]) => name);
        part.fields = known ? new Set(same.filter((name) => part.fields.has(name))) : new Set(same);
      }
  }

  /** The most frequent first. */
  kinds(): Kind[] {
    return [...this.#kinds.values()].sort((a, b) => b.count - a.count);
  }
}

/** Whether a part of a key stands for itself in a grammar. */
export const isKeyword = ({ first, isConstant }: Part): boolean => isConstant && KEYWORD.test(first);

const partOf = (first: string): Part => ({ first, isConstant: true, fields: new Set() });

const textOf = (value: Attribute | undefined): string => {
  if (value === undefined) return '';
  return 'S' in value ? value.S : 'N' in value ? value.N : '';
};

function observe(attributes: Kind['attributes'], name: string, value: Attribute): void {
  const observed = attributes.get(name) ?? { count: 0, types: new Set(), labels: new Set(), isMoment: true };
  attributes.set(name, observed);
  observed.count++;
  observed.types.add('N' in value && value.N.length > EXACT_DIGITS ? 'long number' : Object.keys(value).join());
  const text = 'S' in value ? value.S : undefined;
  observed.isMoment &&= text !== undefined && isMoment(text);
  if (text === undefined || !LABEL.test(text)) observed.labels = undefined;
  observed.labels?.add(text ?? '');
  if ((observed.labels?.size ?? 0) > MOST_LABELS) observed.labels = undefined;
}

const isMoment = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));

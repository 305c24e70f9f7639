import type { Attribute, Attributes } from '../../shared/model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../../shared/model/reserved.ts';
import { type Piece, piecesOf } from './grammar.ts';
import { secretsIn } from './secretNames.ts';

/* What a table's items have in common. Values are kept only where there are few of them. */

/** More distinct texts than this are no labels. */
const MOST_LABELS = 8;
const LABEL = /^[A-Za-z][A-Za-z0-9_-]{0,29}$/;
/** A number of more may come as one that JavaScript can't hold. */
const EXACT_DIGITS = 15;

/** What the values of an attribute are. */
export interface Observed {
  count: number;
  readonly types: Set<string>;
  /** Undefined where there are too many, or some are no labels. */
  labels: Set<string> | undefined;
  isMoment: boolean;
  /** Paths within it whose names say that they are secret. */
  readonly secrets: Set<string>;
}

/** A part of a key. */
export interface Part extends Piece {
  /** Attributes that have had its value in every item. */
  fields: Set<string>;
}

/** A key attribute, as all items of a kind have it. */
export interface KeyPart {
  readonly attribute: string;
  readonly parts: readonly Part[];
}

/** Items whose keys are made alike. */
export interface Kind {
  count: number;
  /** Of the partition key, then of the sort key. */
  readonly keys: readonly KeyPart[];
  readonly attributes: Map<string, Observed>;
}

/** The most frequent first. @param keys names of the partition key, and of the sort key */
export function kindsOf(items: readonly Attributes[], keys: readonly string[]): Kind[] {
  const kinds = new Map<string, Kind>();
  const made = keys.map((name, i) =>
    piecesOf(
      items.map((item) => textOf(item[name])),
      i > 0,
    ),
  );
  for (const [at, item] of items.entries()) {
    const pieces = made.map((one) => one[at] ?? []);
    const id = JSON.stringify(
      pieces.map((one) => one.map(({ before, text, isLiteral }) => [before, isLiteral && text])),
    );
    const kind = kinds.get(id) ?? newKind(keys, pieces);
    kinds.set(id, kind);
    see(kind, item, pieces);
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}

const newKind = (keys: readonly string[], pieces: readonly Piece[][]): Kind => ({
  count: 0,
  keys: keys.map((attribute, i) => ({
    attribute,
    parts: (pieces[i] ?? []).map((piece) => ({ ...piece, fields: new Set<string>() })),
  })),
  attributes: new Map(),
});

function see(kind: Kind, item: Attributes, pieces: readonly Piece[][]): void {
  const names = kind.keys.map(({ attribute }) => attribute);
  const own = Object.entries(item).filter(([name]) => !names.includes(name) && name !== RESERVED_ATTRIBUTE);
  for (const [name, value] of own) observe(kind.attributes, name, value);
  for (const [i, { parts }] of kind.keys.entries())
    for (const [j, part] of parts.entries()) {
      const text = pieces[i]?.[j]?.text;
      const same = own.filter(([, value]) => textOf(value) === text).map(([name]) => name);
      part.fields = new Set(kind.count === 0 ? same : same.filter((name) => part.fields.has(name)));
    }
  kind.count++;
}

const textOf = (value: Attribute | undefined): string => {
  if (value === undefined) return '';
  return 'S' in value ? value.S : 'N' in value ? value.N : '';
};

function observe(attributes: Kind['attributes'], name: string, value: Attribute): void {
  const observed = attributes.get(name) ?? {
    ...{ count: 0, types: new Set<string>(), labels: new Set<string>(), isMoment: true, secrets: new Set<string>() },
  };
  attributes.set(name, observed);
  observed.count++;
  observed.types.add('N' in value && value.N.length > EXACT_DIGITS ? 'long number' : Object.keys(value).join());
  for (const path of secretsIn(value)) observed.secrets.add(path);
  const text = 'S' in value ? value.S : undefined;
  observed.isMoment &&= text !== undefined && isMoment(text);
  if (text === undefined || !LABEL.test(text)) observed.labels = undefined;
  observed.labels?.add(text ?? '');
  if ((observed.labels?.size ?? 0) > MOST_LABELS) observed.labels = undefined;
}

const isMoment = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));

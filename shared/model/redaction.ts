import { wrong } from './errors.ts';
import { RESERVED_ATTRIBUTE } from './reserved.ts';
import { type Secrets, type SecretsWithin, secretsAt } from './secrets.ts';

/**
 * What of an entity's items the archive may hold. Paths are `name`, `owner.email` into maps, `contacts[].phone` into lists.
 * What it may not hold is taken off where secrets are, when an item or a record comes in: so statistics and events never
 * use it either, and what is recomputed from the archive is what was counted.
 */
export type Redaction =
  /** These alone, what the schema does not name included; the fields of its key are kept always. */
  | { readonly keep: readonly string[] }
  /** All but these fields of the schema. */
  | { readonly redact: readonly string[] };

const PATH = /^[^.[\]]+(\[\])*(\.[^.[\]]+(\[\])*)*$/;

interface Tree {
  readonly fields: Map<string, Tree>;
  every?: Tree;
  /** A path ends here: it names all that is within. */
  ends: boolean;
}

/** As a part of what is taken off. Throws DECLARATION_WRONG. @param fields of the schema @param own of its key */
export function redactionOf(
  path: string,
  redaction: Redaction,
  { fields, own }: { readonly fields: readonly string[]; readonly own: readonly string[] },
): SecretsWithin {
  const isKeep = 'keep' in redaction;
  const paths = isKeep ? redaction.keep : redaction.redact;
  const at = `${path}.archive.${isKeep ? 'keep' : 'redact'}`;
  for (const text of paths)
    if (!PATH.test(text)) throw wrong(at, `'${text}' is no path`, "write 'name', 'owner.email' or 'contacts[].phone'");
  if (isKeep) return kept(treeOf([...paths, ...own, RESERVED_ATTRIBUTE]));
  const astray = paths.find((text) => !fields.includes(topOf(text)));
  if (astray !== undefined)
    throw wrong(at, `'${astray}' is no field of the schema`, "name one, or say with 'keep' what may be archived");
  const ofKey = paths.find((text) => own.includes(topOf(text)));
  if (ofKey !== undefined) throw wrong(at, `'${ofKey}' is part of the key`, 'a key is in every line of the archive');
  return taken(treeOf(paths));
}

const topOf = (text: string): string => /^[^.[]+/.exec(text)?.[0] ?? '';

function treeOf(paths: readonly string[]): Tree {
  const root = emptyTree();
  for (const text of paths) {
    let node = root;
    for (const step of text.match(/[^.[\]]+|\[\]/g) ?? []) node = stepInto(node, step);
    node.ends = true;
  }
  return root;
}

function stepInto(node: Tree, step: string): Tree {
  const next = (step === '[]' ? node.every : node.fields.get(step)) ?? emptyTree();
  if (step === '[]') node.every = next;
  else node.fields.set(step, next);
  return next;
}

const emptyTree = (): Tree => ({ fields: new Map(), ends: false });

/** What the paths name goes. */
function taken({ fields, every }: Tree): SecretsWithin {
  const of = (tree: Tree): Secrets => (tree.ends ? 'redacted' : taken(tree));
  return { fields: new Map([...fields].map(([name, tree]) => [name, of(tree)])), every: every && of(every) };
}

/** What the paths name stays. */
function kept({ fields, every }: Tree): SecretsWithin {
  const deeper = [...fields].filter(([, { ends }]) => !ends);
  return {
    fields: new Map(deeper.map(([name, tree]) => [name, kept(tree)])),
    every: every === undefined || every.ends ? undefined : kept(every),
    ...(fields.size > 0 && { only: new Set(fields.keys()) }),
  };
}

/** A value as the archive may hold it, of JavaScript's own types: for examples. */
export function withoutHidden(secrets: SecretsWithin, value: unknown): unknown {
  const shown = (member: unknown, within: Secrets | undefined): unknown[] => {
    if (typeof within === 'string') return [];
    return [within === undefined ? member : withoutHidden(within, member)];
  };
  if (Array.isArray(value)) return value.flatMap((member) => shown(member, secrets.every));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).flatMap(([name, member]) =>
    shown(member, secretsAt(secrets, name)).map((left) => [name, left] as const),
  );
  return Object.fromEntries(members);
}

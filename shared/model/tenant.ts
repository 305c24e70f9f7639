import type { Attribute, Attributes } from './attribute.ts';
import { wrong } from './errors.ts';
import { type Key, type KeyPattern, parseKeyPattern } from './keys.ts';

/** How it is known whose an item is: by its key, so that it is known of a delete too, and of what no entity matches. */
export interface TenantDeclaration {
  /**
   * Grammars of partition keys with the placeholder `{tenant}`, such as `ORG#{tenant}`: the first that matches tells. A key
   * that none of them matches belongs to no tenant.
   */
  readonly partition: string | readonly string[];
  /** Names the tenant once more, where an item has it: text or number. An item that names another than its key does is malformed. */
  readonly attribute?: string;
}

/** The same, checked. */
export interface TenantRule extends TenantDeclaration {
  readonly patterns: readonly KeyPattern[];
  /** Never empty. */
  of(key: Key): string | undefined;
}

const PATH = 'tenant.partition';
const PLACEHOLDER = 'tenant';

/** Throws DECLARATION_WRONG. */
export function tenantRule(declaration: TenantDeclaration): TenantRule {
  const { partition } = declaration;
  const patterns = (typeof partition === 'string' ? [partition] : partition).map((text) => parseKeyPattern(text, PATH));
  for (const { text, hasSortKey, placeholders } of patterns) {
    if (hasSortKey) throw wrong(PATH, `'${text}' names a sort key`, 'name the partition key alone');
    if (!placeholders.includes(PLACEHOLDER))
      throw wrong(PATH, `'${text}' does not say where the tenant is`, "write it as {tenant}, such as 'ORG#{tenant}'");
  }
  if (patterns.length === 0) throw wrong(PATH, 'no grammar is given', "give one, such as 'ORG#{tenant}'");
  const of = ({ pk }: Key): string | undefined => {
    for (const pattern of patterns) {
      const tenant = pattern.match({ pk })?.[PLACEHOLDER];
      if (tenant !== undefined) return tenant;
    }
    return undefined;
  };
  return { ...declaration, patterns, of };
}

/** Whether the item says that it is another's than its key does. One that says nothing does not. */
export function isAnothers({ attribute, of }: TenantRule, key: Key, item: Attributes): boolean {
  const named = attribute === undefined ? undefined : item[attribute];
  return named !== undefined && (textOf(named) ?? '') !== of(key);
}

function textOf(attribute: Attribute): string | undefined {
  if ('S' in attribute) return attribute.S;
  return 'N' in attribute ? attribute.N : undefined;
}

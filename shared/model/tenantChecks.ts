import { encodeAttributes } from './attribute.ts';
import type { Entity } from './entity.ts';
import { wrong } from './errors.ts';
import { type KeyPattern, parseKeyPattern } from './keys.ts';
import { secretsAt } from './secrets.ts';
import type { Source } from './source.ts';
import { isAnothers, type TenantRule } from './tenant.ts';
import { attempt, watched } from './watched.ts';

/** That the rule finds tenants in keys that there are, and that no entity says otherwise. Throws DECLARATION_WRONG. */
export function checkTenant(
  rule: TenantRule,
  entities: readonly Entity<unknown>[],
  sources: readonly Source<unknown>[],
): void {
  const partitions = sources.map(({ key }) => partitionPart(key));
  const idle = rule.patterns.find((pattern) => !partitions.some((partition) => pattern.overlaps(partition)));
  if (idle)
    throw wrong(
      'tenant.partition',
      `no entity or statistic has a partition key such as '${idle.text}'`,
      `fit it to one of: ${[...new Set(partitions.map(({ text }) => text))].join(', ')}`,
    );
  for (const entity of entities) checkEntity(rule, entity);
}

const partitionPart = ({ segments }: KeyPattern): KeyPattern => parseKeyPattern(segments[0]?.text ?? '');

function checkEntity(rule: TenantRule, entity: Entity<unknown>): void {
  const path = `entities.${entity.name}`;
  const { attribute } = rule;
  const hidden = attribute === undefined || !entity.secrets ? undefined : secretsAt(entity.secrets, attribute);
  if (hidden === 'secret')
    throw wrong(path, `'${attribute}' is secret, and tells whose an item is`, 'keep the secret in another attribute');
  if (hidden !== undefined)
    throw wrong(`${path}.archive`, `'${attribute}' is left out, and tells whose an item is`, `add it to 'keep'`);
  if (attempt(`${path}.tenant`, () => entity.tenant(watched(entity, path))) !== undefined)
    throw wrong(`${path}.tenant`, 'the system says by the key whose an item is', "leave out the entity's 'tenant'");
  const example = entity.example as Record<string, string | number>;
  const key = attempt(`${path}.example`, () => entity.key.build(example));
  if (attribute !== undefined && isAnothers(rule, key, encodeAttributes({ [attribute]: example[attribute] })))
    throw wrong(
      `${path}.example`,
      `its '${attribute}' is not the tenant that its key names`,
      'mend the example, or the grammar under tenant.partition',
    );
}

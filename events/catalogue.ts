import type { EventRule } from '../shared/model/event.ts';
import { type JsonSchema, jsonSchemaOf } from '../shared/model/jsonSchema.ts';
import type { Key } from '../shared/model/keys.ts';
import type { System } from '../shared/model/system.ts';
import { type Happening, metadataOf } from './derive.ts';
import type { Envelope } from './envelope.ts';
import { envelopeSchema } from './envelopeSchema.ts';

/** One version of one event, as everybody may know it. */
export interface CatalogueEntry {
  readonly system: string;
  readonly type: string;
  readonly version: number;
  /** The version of afterwrite in which it came. */
  readonly since: string;
  /** The day up to which at least it is published, where another version follows it. */
  readonly until: string | undefined;
  /** When it is published. */
  readonly description: string;
  /** What changes when it is published: an entity, or a statistic (a derived item). */
  readonly source: { readonly kind: 'entity' | 'statistic'; readonly name: string; readonly key: string };
  readonly dataSchema: JsonSchema;
  /** Of the whole detail. */
  readonly eventSchema: JsonSchema;
  readonly example: Envelope;
}

/** All events of a system, in the order of its declaration. */
export const catalogue = (system: System): CatalogueEntry[] => system.events.map((rule) => entryOf(system, rule));

function entryOf(system: System, rule: EventRule): CatalogueEntry {
  const { type, version, since, until, description, of } = rule;
  const example = exampleOf(system, rule);
  const whole = envelopeSchema(type, version, example.metadata.dataSchema, rule.schema);
  const about = { title: `${type}, version ${version}`, description };
  return {
    system: system.name,
    type,
    version,
    since,
    until,
    description,
    source: { kind: of.derived ? 'statistic' : 'entity', name: of.name, key: of.key.text },
    dataSchema: named(schemaId(system.name, type, version), about, jsonSchemaOf(rule.schema)),
    eventSchema: named(`${schemaId(system.name, type, version)}:event`, about, jsonSchemaOf(whole)),
    example,
  };
}

/** The absolute name of a schema of data: `metadata.dataSchema` as a URN. */
const schemaId = (system: string, type: string, version: number): string =>
  `urn:afterwrite:${system}:${type}:${version}`;

function named($id: string, about: Pick<JsonSchema, 'title' | 'description'>, schema: JsonSchema): JsonSchema {
  const { $schema, ...rest } = schema;
  return { $schema, $id, ...about, ...rest };
}

const EXAMPLE = {
  stage: 'dev',
  eventId: '5d1f0c6a9b3e47c2a8d4f1e0b7c69a35',
  sequence: '4421584500000000017450439091',
  at: Date.parse('2026-02-01T10:00:00.000Z'),
};

/** The declared example of the data, in the envelope that a change of such an item would give. */
function exampleOf(system: System, rule: EventRule): Envelope {
  const source = [...system.entities, ...system.statistics].find((one) => one === rule.of);
  const item = { ...(rule.of.example as object), ...sameFields(rule) };
  const happening: Happening = {
    source,
    key: keyOfExample(rule.of, item),
    cause: rule.probe?.cause ?? 'write',
    old: undefined,
    new: item,
    eventId: EXAMPLE.eventId,
    position: { sequence: EXAMPLE.sequence },
    at: EXAMPLE.at,
  };
  const origin = { stage: EXAMPLE.stage, table: system.table.name(EXAMPLE.stage) };
  return { metadata: metadataOf(system, origin, happening, rule, 0), data: rule.example };
}

/** What the data's example tells of the item's key, so that subject and data are of one item. */
const sameFields = ({ of, example }: EventRule): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(example as object).filter(
      ([name, value]) => of.key.placeholders.includes(name) && ['string', 'number'].includes(typeof value),
    ),
  );

function keyOfExample({ key }: EventRule['of'], item: Record<string, unknown>): Key {
  return key.build(Object.fromEntries(key.placeholders.map((name) => [name, String(item[name])])));
}

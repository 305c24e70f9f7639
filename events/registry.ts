import type { EventRule } from '../shared/model/event.ts';
import { jsonSchemaOf } from '../shared/model/jsonSchema.ts';
import type { System } from '../shared/model/system.ts';
import { catalogue } from './catalogue.ts';
import { sourceName } from './envelope.ts';
import { envelopeSchema } from './envelopeSchema.ts';

/**
 * The input of CreateSchema of EventBridge's schema registry; of UpdateSchema too, without Type.
 * https://docs.aws.amazon.com/eventbridge/latest/schema-reference/v1-registries-name-registryname-schemas-name-schemaname.html
 */
export interface RegistrySchema {
  readonly RegistryName: string;
  readonly SchemaName: string;
  readonly Type: 'OpenApi3';
  readonly Description: string;
  /** An OpenAPI 3.0 document, as JSON. */
  readonly Content: string;
}

/** EventBridge holds longer descriptions back. */
const LONGEST_DESCRIPTION = 256;

/** One schema a version of an event: versions are published beside each other, so they are registered so too. */
export function registrySchemas(system: System): RegistrySchema[] {
  const entries = catalogue(system);
  return system.events.map((rule, i) => ({
    RegistryName: `afterwrite-${system.name}`,
    SchemaName: `${sourceName(system.name)}@${rule.type}.${rule.version}`,
    Type: 'OpenApi3',
    Description: rule.description.slice(0, LONGEST_DESCRIPTION),
    Content: JSON.stringify(openApi(system.name, rule, String(entries[i]?.example.metadata.dataSchema))),
  }));
}

/** As EventBridge writes the schemas that it discovers: the whole event, with its detail beside. Code bindings start from it. */
function openApi(system: string, rule: EventRule, dataSchema: string): Record<string, unknown> {
  const { type, version, schema } = rule;
  const text = { type: 'string' };
  return {
    openapi: '3.0.0',
    info: { title: type, version: `${version}.0.0` },
    paths: {},
    components: {
      schemas: {
        AWSEvent: {
          type: 'object',
          required: ['detail-type', 'resources', 'detail', 'id', 'source', 'time', 'region', 'version', 'account'],
          'x-amazon-events-detail-type': type,
          'x-amazon-events-source': sourceName(system),
          properties: {
            detail: { $ref: `#/components/schemas/${type}` },
            account: text,
            'detail-type': text,
            id: text,
            region: text,
            resources: { type: 'array', items: text },
            source: text,
            time: { type: 'string', format: 'date-time' },
            version: text,
          },
        },
        [type]: jsonSchemaOf(envelopeSchema(type, version, dataSchema, schema), 'openapi-3.0'),
      },
    },
  };
}

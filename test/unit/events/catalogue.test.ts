import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import openapi from 'openapi-schema-validator';
import { z } from 'zod';
import { asyncApi } from '../../../events/asyncApi.ts';
import { catalogue } from '../../../events/catalogue.ts';
import { fieldsOf } from '../../../events/fields.ts';
import { registrySchemas } from '../../../events/registry.ts';
import { event, inserted } from '../../../shared/model/event.ts';
import { jsonSchemaOf } from '../../../shared/model/jsonSchema.ts';
import { timestamp } from '../../../shared/model/time.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { SYSTEMS } from '../../../shared/systems/systems.ts';
import { orderEntity, orderSystem } from '../../support/given/orders.ts';

/** Jest gives a CommonJS default bare, where types tell of a module around it. */
const OpenApiValidator = openapi as unknown as typeof openapi.default;
const systems = Object.values(SYSTEMS);
const entries = systems.flatMap(catalogue);
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats.default(ajv);

test.each(entries.map((entry) => [`${entry.system} ${entry.type} ${entry.version}`, entry] as const))(
  '%s: JSON Schema by the book, and its example fits',
  (_, { dataSchema, eventSchema, example }) => {
    expect(ajv.validateSchema(dataSchema)).toBe(true);
    expect(ajv.validateSchema(eventSchema)).toBe(true);
    const data = ajv.compile(dataSchema);
    const event = ajv.compile(eventSchema);
    expect([data(example.data), data.errors]).toEqual([true, null]);
    expect([event(example), event.errors]).toEqual([true, null]);
    const claimed = {
      metadata: { ...example.metadata, claim: { bucket: 'b', key: 'k', bytes: 1, sha256: 'x' } },
      data: null,
    };
    expect(event(claimed)).toBe(true);
    expect(event({ ...example, metadata: { ...example.metadata, version: 99 } })).toBe(false);
    expect(event({ metadata: example.metadata, data: {} })).toBe(false);
    expect(event({ ...example, more: 1, metadata: { ...example.metadata, more: 1 } })).toBe(true);
  },
);

test('an example is of one item: subject, time and data belong together', () => {
  const failed = entries.find(({ type }) => type === 'ReviewFailed');
  expect(failed?.example).toMatchObject({
    metadata: { subject: 'REVIEW#74ab9e4e5777/VERSION#2', correlationId: '74ab9e4e5777', origin: { cause: 'write' } },
    data: { reviewId: '74ab9e4e5777', version: 2 },
  });
  expect(entries.find(({ type }) => type === 'ReviewArchived')?.example.metadata.origin.cause).toBe('archived');
});

test.each(systems.map((system) => [system.name, system] as const))(
  "%s: AsyncAPI's own parser takes the document, and finds every event on both buses",
  async (_, system) => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApi(system, '0.1.0')));
    expect(diagnostics.filter(({ severity }) => severity <= WARNING)).toEqual([]);
    const types = system.events.map(({ type }) => type);
    const channels = document?.channels().all() ?? [];
    expect(
      channels.map((channel) =>
        channel
          .messages()
          .all()
          .map((message) => message.name()),
      ),
    ).toEqual([types, types]);
  },
);

/** Errors are 0. */
const WARNING = 1;

test.each(systems.map((system) => [system.name, system] as const))(
  '%s: what the schema registry is given is OpenAPI 3.0',
  (_, system) => {
    const validator = new OpenApiValidator({ version: 3 });
    for (const { Content, Type, SchemaName } of registrySchemas(system)) {
      expect([Type, /^[\w.@-]{1,385}$/.test(SchemaName)]).toEqual(['OpenApi3', true]);
      expect(validator.validate(JSON.parse(Content)).errors).toEqual([]);
    }
    expect(validator.validate({ openapi: '3.0.0', info: { title: 'x' } } as never).errors).not.toEqual([]);
  },
);

test('fields in words', () => {
  const schema = z.object({
    id: z.string().describe('Of the order.'),
    at: z.string().meta({ format: 'date-time' }).nullable(),
    score: z.number().int().min(0).max(100).optional(),
    level: z.enum(['low', 'high']),
    parts: z.array(z.object({ n: z.number().gt(0) })),
    byDay: z.record(z.string(), z.number()),
  });
  expect(fieldsOf(jsonSchemaOf(schema)).map(({ path, type, isRequired }) => [path, type, isRequired])).toEqual([
    ['id', 'text', true],
    ['at', 'moment or null', true],
    ['score', 'whole number, 0 to 100', false],
    ['level', '"low", "high"', true],
    ['parts', 'list of object', true],
    ['parts[].n', 'number, above 0', true],
    ['byDay', 'map of number', true],
  ]);
});

test('the catalogue tells when, of what, and since when', () => {
  expect(catalogue(reviewer).find(({ type }) => type === 'StackRiskRaised')).toMatchObject({
    version: 1,
    since: '0.1.0',
    source: { kind: 'statistic', name: 'stack', key: 'STACK#{stackId} / STATS' },
    description: expect.stringContaining('25, 50 or 75'),
  });
});

describe('a schema that JSON Schema can not tell, or that can not grow, is refused', () => {
  const declared = (schema: z.ZodType) => () => orderSystem(order, [ruleOf(schema)]);
  const order = orderEntity();
  const ruleOf = (schema: z.ZodType) =>
    event('OrderPlaced', {
      version: 1,
      since: '0.1.0',
      description: 'An order came to be.',
      when: inserted(order, () => true),
      schema: schema as z.ZodType<{ shop: string }>,
      data: (o) => ({ shop: o.shop }),
      example: { shop: 's1' },
    });

  test.each([
    ['a refinement', z.object({ shop: z.string().refine((s) => s.length > 1) })],
    ['a strict object', z.strictObject({ shop: z.string() })],
    ['a strict object within', z.object({ shop: z.string(), more: z.strictObject({ a: z.string() }).optional() })],
    ['other members of a type', z.object({ shop: z.string() }).catchall(z.string())],
  ])('%s', (_, schema) => {
    expect(declared(schema)).toThrow('events.OrderPlaced.schema: ');
  });

  test('what is named by a format, bounds and loose objects are taken', () => {
    expect(
      declared(z.looseObject({ shop: z.string().min(1), at: timestamp().optional(), n: z.number().int().optional() })),
    ).not.toThrow();
  });
});

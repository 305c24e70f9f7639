import * as z from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { secret } from '../../../shared/model/secrets.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { taskEntity, tasksWith } from '../../support/given/tasks.ts';

function refused(declare: () => unknown): string {
  try {
    declare();
  } catch (error) {
    if (isAfterwriteError(error, 'DECLARATION_WRONG')) return `${error.message} -> ${error.mend}`;
    throw error;
  }
  return '';
}

test.each([
  [{ GSI9PK: 'x' }, /^entities\.task\.indexes: 'GSI9PK' is no key of an index -> give one of: GSI1PK, GSI1SK, GSI2PK$/],
  [{ due: 7 }, /^entities\.task\.indexes: 'due' is a field of the item -> /],
  [{ PK: 'x' }, /^entities\.task\.indexes: 'PK' is a field of the item -> /],
  [{ GSI1PK: '' }, /'GSI1PK' can't be a key of index GSI1 -> /],
  [{ GSI1PK: 7 }, /'GSI1PK' can't be a key of index GSI1 -> /],
])('an entity that gives %p to indexes is told so when it is loaded', (given, message) => {
  expect(refused(() => tasksWith(taskEntity({ indexes: () => given as Record<string, string | number> })))).toMatch(
    message,
  );
});

test('keys of no index at all, and of fields that the item has not', () => {
  const note = (indexes: (n: { id: string }) => Record<string, string>) => () =>
    defineSystem({
      name: 'notes',
      table: { name: () => 'notes', partitionKey: 'PK' },
      entities: [
        entity('note', { key: 'NOTE#{id}', schema: z.object({ id: z.string() }), example: { id: 'n' }, indexes }),
      ],
      statistics: [],
      events: [],
      retention: [],
    });
  expect(refused(note(() => ({ GSI1PK: 'x' })))).toContain("declare the index in the table's 'indexes'");
  expect(refused(note((n) => ({ GSI1PK: Reflect.get(n, 'other') as string })))).toContain(
    "'other' is no field of 'note'",
  );
  expect(refused(note(() => ({})))).toBe('');
});

const schemaOf = (shape: z.ZodRawShape, more: object = {}) =>
  entity('thing', {
    key: 'THING#{id}',
    schema: z.object({ id: z.string(), ...shape }) as never,
    example: { id: 'a' },
    ...more,
  });

test('what a schema gives where an item lacks it is known, and nothing else is', () => {
  const { defaults } = schemaOf({
    level: z.enum(['low', 'high']).default('low'),
    tags: z.array(z.string()).default([]),
    none: z.string().nullable().default(null),
    maybe: z.string().optional(),
    token: secret(),
  });
  expect(defaults).toEqual({ level: 'low', tags: [], none: null });
  expect(schemaOf({ id: z.string().default('a') }).defaults).toEqual({});
});

test.each([
  ['another one each time', { n: z.number().default(() => Math.random()) }],
  ['what DynamoDB can not hold', { n: z.date().default(new Date(0)) }],
  [
    'what is read otherwise',
    {
      n: z
        .string()
        .transform((text) => text.length)
        .prefault('abc'),
    },
  ],
])('a default that gives %s is refused', (_, shape) => {
  expect(refused(() => schemaOf(shape))).toMatch(/^entities\.thing\.schema\.n: its default is read as something else/);
});

test('what the archive may not hold has no default: all items would have it there', () => {
  const declare = () => schemaOf({ level: z.string().default('low') }, { archive: { redact: ['level'] } });
  expect(refused(declare)).toMatch(
    /^entities\.thing\.schema\.level: it is kept out of the archive, and has a default -> /,
  );
});

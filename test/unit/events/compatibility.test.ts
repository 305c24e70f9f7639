import { z } from 'zod';
import { compareSchemas } from '../../../events/compatibility.ts';
import { jsonSchemaOf } from '../../../shared/model/jsonSchema.ts';

const base = {
  id: z.string(),
  score: z.number().min(0).max(100),
  count: z.number().int(),
  level: z.enum(['low', 'high']),
  note: z.string().nullable(),
  tag: z.string().optional(),
  at: z.object({ path: z.string(), line: z.number() }),
  fixed: z.array(z.object({ hash: z.string(), findings: z.number() })),
  byDay: z.record(z.string(), z.number()),
};
const breaches = (now: z.ZodRawShape): string[] =>
  compareSchemas(jsonSchemaOf(z.object(base)), jsonSchemaOf(z.object(now))).map(({ path }) => path);
const without = (name: keyof typeof base): z.ZodRawShape =>
  Object.fromEntries(Object.entries(base).filter(([field]) => field !== name));

test.each<[string, z.ZodRawShape]>([
  ['nothing', base],
  ['the order of fields and of enum members', { level: z.enum(['high', 'low']), ...without('level') }],
  ['texts for people', { ...base, id: z.string().describe('another') }],
  ['a new field that may be missing', { ...base, more: z.string().optional() }],
  ['one within an object', { ...base, at: base.at.extend({ column: z.number().optional() }) }],
  ['one within a list', { ...base, fixed: z.array(base.fixed.element.extend({ rule: z.string().optional() })) }],
])('what may change: %s', (_, now) => {
  expect(breaches(now)).toEqual([]);
});

test.each<[string, z.ZodRawShape, string]>([
  ['a field is gone', without('score'), 'score'],
  ['a field that could be missing is gone', without('tag'), 'tag'],
  ['a field within an object is gone', { ...base, at: z.object({ path: z.string() }) }, 'at.line'],
  ['a field within a list is gone', { ...base, fixed: z.array(z.object({ hash: z.string() })) }, 'fixed[].findings'],
  ['a field may be missing now', { ...base, id: z.string().optional() }, 'id'],
  ['a field that could be missing is required', { ...base, tag: z.string() }, 'tag'],
  ['a new field is required: events of before lack it', { ...base, more: z.string() }, 'more'],
  ['another type', { ...base, id: z.number() }, 'id'],
  ['a narrower type', { ...base, score: z.number().int().min(0).max(100) }, 'score'],
  ['a wider type', { ...base, count: z.number() }, 'count'],
  ['null where there was none', { ...base, id: z.string().nullable() }, 'id'],
  ['no null where there was one', { ...base, note: z.string() }, 'note'],
  ['a member that readers do not know', { ...base, level: z.enum(['low', 'high', 'worst']) }, 'level'],
  ['a member that old events hold', { ...base, level: z.enum(['low']) }, 'level'],
  ['a looser bound', { ...base, score: z.number().min(0).max(1000) }, 'score'],
  ['a tighter bound', { ...base, score: z.number().min(0).max(10) }, 'score'],
  ['a bound that is gone', { ...base, score: z.number().min(0) }, 'score'],
  ['a pattern', { ...base, id: z.string().regex(/^[a-z]+$/) }, 'id'],
  ['what a list holds', { ...base, fixed: z.array(z.string()) }, 'fixed[]'],
  ['what a map holds', { ...base, byDay: z.record(z.string(), z.string()) }, 'byDay{}'],
])('what may not: %s', (_, now, path) => {
  expect(breaches(now)[0]).toBe(path);
});

test('a breach says what was and what is', () => {
  const [breach] = compareSchemas(
    jsonSchemaOf(z.object({ a: z.number().max(5) })),
    jsonSchemaOf(z.object({ a: z.number().max(6) })),
  );
  expect(breach).toEqual({ path: 'a', what: 'maximum: 5 became 6' });
});

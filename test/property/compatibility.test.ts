import fc from 'fast-check';
import { compareSchemas } from '../../events/compatibility.ts';
import { type JsonSchema, jsonSchemaOf } from '../../shared/model/jsonSchema.ts';
import { anyObject, changed, dataOf, type Shape, zodOf } from './schemaShapes.ts';

const RUNS = 200;
const schemaOf = (shape: Shape): JsonSchema => jsonSchemaOf(zodOf(shape));
const reads = (shape: Shape, data: unknown): boolean => zodOf(shape).safeParse(data).success;

test('every schema keeps to itself', () => {
  fc.assert(
    fc.property(anyObject(), (shape) => expect(compareSchemas(schemaOf(shape), schemaOf(shape))).toEqual([])),
    { numRuns: RUNS },
  );
});

test('a field that may be missing can be added to every schema', () => {
  fc.assert(
    fc.property(anyObject(), anyObject(), (shape, of) => {
      const grown: Shape = { ...shape, fields: { ...shape.fields, added: { of, isOptional: true } } };
      expect(compareSchemas(schemaOf(shape), schemaOf(grown))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('where nothing is broken, readers of either schema read what is made by the other, and no field is gone', () => {
  let kept = 0;
  let broken = 0;
  const pair = anyObject().chain((shape) => changed(shape).map((now) => [shape, now] as const));
  const withData = pair.chain(([released, now]) =>
    fc.tuple(fc.constant(released), fc.constant(now), dataOf(released), dataOf(now)),
  );
  fc.assert(
    fc.property(withData, ([released, now, old, fresh]) => {
      const [before, after] = [schemaOf(released), schemaOf(now)];
      if (compareSchemas(before, after).length > 0) {
        broken++;
        return;
      }
      kept++;
      expect([reads(released, fresh), reads(now, old)]).toEqual([true, true]);
    }),
    { numRuns: RUNS * 4 },
  );
  expect(kept).toBeGreaterThan(RUNS / 10);
  expect(broken).toBeGreaterThan(RUNS);
});

test('where the readers of one can not read the other, something is broken', () => {
  const pair = anyObject().chain((shape) => changed(shape).map((now) => [shape, now] as const));
  const withData = pair.chain(([released, now]) => fc.tuple(fc.constant(released), fc.constant(now), dataOf(now)));
  let unreadable = 0;
  fc.assert(
    fc.property(withData, ([released, now, fresh]) => {
      const [before, after] = [schemaOf(released), schemaOf(now)];
      if (reads(released, fresh)) return;
      unreadable++;
      expect(compareSchemas(before, after)).not.toEqual([]);
    }),
    { numRuns: RUNS * 2 },
  );
  expect(unreadable).toBeGreaterThan(RUNS / 10);
});

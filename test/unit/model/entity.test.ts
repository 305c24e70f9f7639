import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';

function errorOf(run: () => unknown): AfterwriteError {
  try {
    run();
  } catch (error) {
    if (error instanceof AfterwriteError && error.code === 'DECLARATION_WRONG') return error;
    throw error;
  }
  throw new Error('the declaration was taken');
}

test('an example that does not fit its schema, told by the names of its fields alone', () => {
  const error = errorOf(() =>
    entity('e', {
      key: 'E#{id} / E',
      schema: z.object({ id: z.string(), n: z.number().max(5) }),
      example: { id: '1', n: 771 },
    }),
  );
  expect(error.message).toBe('entities.e.example: n do not fit the schema');
  expect(error.message).not.toContain('771');
});

test('a key with a placeholder that is no field', () => {
  const error = errorOf(() =>
    entity('e', { key: 'E#{ident} / E', schema: z.object({ id: z.string() }), example: { id: '1' } }),
  );
  expect(error.message).toContain('entities.e.key: ');
  expect(error.mend).toContain("add 'ident' to the schema, or name one of: id");
});

import type { z } from 'zod';
import { AfterwriteError } from '../../shared/model/errors.ts';

/** Makes data of one version into data of the next. */
export interface Upcast {
  /** Throws EVENT_UNREADABLE where the data is not what its version declares. */
  apply(data: unknown, what: string): unknown;
}

/**
 * One step of a chain, from the version that it stands under to the next: `{ 1: upcast(V1, (v1) => …) }`. The old version's
 * schema types and checks what comes in; what goes out is checked by the next step, at the end by the declared schema.
 */
export const upcast = <Old>(schema: z.ZodType<Old>, toNext: (old: Old) => unknown): Upcast => ({
  apply: (data, what) => toNext(checked(schema, data, what)),
});

/** Fields that the schema does not know are stripped: versions grow by adding. Throws EVENT_UNREADABLE with paths, never values. */
export function checked<Data>(schema: z.ZodType<Data>, data: unknown, what: string): Data {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const paths = result.error.issues.map(({ path }) => ['data', ...path.map(String)].join('.'));
  throw unreadable(`${what} is not as declared: ${[...new Set(paths)].join(', ')}`, 'declare it as its publisher does');
}

export const unreadable = (what: string, mend: string, cause?: unknown): AfterwriteError =>
  new AfterwriteError('EVENT_UNREADABLE', what, { mend: `${mend}; then let it be delivered again`, cause });

import * as z from 'zod';
import { entity } from '../model/entity.ts';
import { timestamp } from '../model/time.ts';
import { vector } from '../model/vector.ts';

const Id = z.string().min(1);
const at = '2026-02-01T09:00:00.000Z';

export const user = entity('user', {
  key: 'users#{user_id}',
  schema: z.object({ user_id: Id, email: z.string().min(1), created_at: timestamp() }),
  time: (u) => u.created_at,
  correlate: (u) => u.user_id,
  example: { user_id: 'u-1', email: 'ada@example.com', created_at: at },
});

export const report = entity('report', {
  key: 'reports#{id}',
  schema: z.object({
    id: Id,
    user_id: Id,
    title: z.string(),
    favourite: z.boolean().optional(),
    created_at: timestamp(),
    updated_at: timestamp().optional(),
  }),
  time: (r) => r.updated_at ?? r.created_at,
  correlate: (r) => r.user_id,
  actor: (r) => r.user_id,
  example: { id: 'r-1', user_id: 'u-1', title: 'Dry food, compared', favourite: true, created_at: at },
});

/** One a product: the next one replaces it. The vector itself is in the table and in the archive, and nowhere else. */
export const embedding = entity('embedding', {
  key: 'embeddings#{product_id}',
  schema: z.object({ product_id: Id, model_version: Id, embedding_vector: vector(), created_at: timestamp() }),
  time: (e) => e.created_at,
  correlate: (e) => e.product_id,
  example: { product_id: 'p-1', model_version: 'text-3', embedding_vector: 1536, created_at: at },
});

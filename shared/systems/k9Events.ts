import * as z from 'zod';
import { event, fallsBelow, inserted } from '../model/event.ts';
import { timestamp } from '../model/time.ts';
import { deleted, written } from '../model/transitions.ts';
import { embedding, report, user } from './k9Items.ts';
import { modelVersion } from './k9Statistics.ts';

const SINCE = '0.1.0';
const at = '2026-02-01T09:00:00.000Z';

export const userRegistered = event('UserRegistered', {
  version: 1,
  since: SINCE,
  description: 'A user came to be.',
  when: inserted(user, () => true),
  schema: z.object({ user_id: z.string(), registered_at: timestamp() }),
  data: (u) => ({ user_id: u.user_id, registered_at: u.created_at }),
  example: { user_id: 'u-1', registered_at: at },
});

const ofReport = { report_id: z.string(), user_id: z.string(), title: z.string() };
const exampleReport = { report_id: 'r-1', user_id: 'u-1', title: 'Dry food, compared' };

export const reportCreated = event('ReportCreated', {
  version: 1,
  since: SINCE,
  description: 'A user made a report.',
  when: inserted(report, () => true),
  schema: z.object({ ...ofReport, created_at: timestamp() }),
  data: (r) => ({ report_id: r.id, user_id: r.user_id, title: r.title, created_at: r.created_at }),
  example: { ...exampleReport, created_at: at },
});

export const reportDeleted = event('ReportDeleted', {
  version: 1,
  since: SINCE,
  description: 'A report was deleted: the archive has it for a year.',
  when: deleted(report),
  schema: z.object({ ...ofReport, favourite: z.boolean(), created_at: timestamp() }),
  data: (r) => ({
    report_id: r.id,
    user_id: r.user_id,
    title: r.title,
    favourite: r.favourite === true,
    created_at: r.created_at,
  }),
  example: { ...exampleReport, favourite: false, created_at: at },
});

export const embeddingStored = event('EmbeddingStored', {
  version: 1,
  since: SINCE,
  description:
    "A product has an embedding, the first or a new one. The vector is in the table, under the product's id.",
  when: written(embedding),
  schema: z.object({
    product_id: z.string(),
    model_version: z.string(),
    replaces: z.string().nullable(),
    dimensions: z.number().int(),
    stored_at: timestamp(),
  }),
  data: (e, _hit, { old }) => ({
    product_id: e.product_id,
    model_version: e.model_version,
    replaces: old?.model_version ?? null,
    dimensions: e.embedding_vector,
    stored_at: e.created_at,
  }),
  example: { product_id: 'p-1', model_version: 'text-3', replaces: 'text-2', dimensions: 1536, stored_at: at },
});

export const modelVersionRetired = event('ModelVersionRetired', {
  version: 1,
  since: SINCE,
  description: 'The last embedding of a model version was replaced or deleted.',
  when: fallsBelow(modelVersion, (m) => m.embeddings, [1]),
  schema: z.object({
    model_version: z.string(),
    first_stored_at: timestamp().nullable(),
    last_stored_at: timestamp().nullable(),
  }),
  data: (m) => ({
    model_version: m.model_version,
    first_stored_at: m.first_stored_at,
    last_stored_at: m.last_stored_at,
  }),
  example: { model_version: 'text-2', first_stored_at: at, last_stored_at: at },
});

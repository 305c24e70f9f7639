import { defineSystem } from '../model/system.ts';
import { tablesAsOne } from '../model/tables.ts';
import * as events from './k9Events.ts';
import { embedding, report, user } from './k9Items.ts';
import * as statistics from './k9Statistics.ts';

/** Deleted reports, and embeddings that were replaced, are in the record of their end: so long after it they are gone. */
const HISTORY_DAYS = 365;

/** Product reports of users, and embeddings of products: several tables, none with a sort key, and one for what is derived. */
export const k9 = defineSystem({
  name: 'k9',
  table: tablesAsOne((stage) => `k9-${stage}`, {
    users: { name: (stage) => `k9-users-${stage}`, partitionKey: 'user_id' },
    reports: {
      name: (stage) => `k9-reports-${stage}`,
      partitionKey: 'id',
      indexes: [{ name: 'user_id-created_at', partition: 'user_id', sort: 'created_at' }],
    },
    embeddings: {
      name: (stage) => `k9-embeddings-${stage}`,
      partitionKey: 'product_id',
      indexes: [{ name: 'model_version', partition: 'model_version' }],
    },
    statistics: { name: (stage) => `k9-statistics-${stage}`, partitionKey: 'group' },
  }),
  entities: [user, report, embedding],
  statistics: Object.values(statistics),
  events: Object.values(events),
  retention: [],
  archive: { journal: { lifeDays: HISTORY_DAYS }, events: { lifeDays: HISTORY_DAYS } },
});

import { count } from '../model/measures/count.ts';
import { countBy } from '../model/measures/countBy.ts';
import { max, min } from '../model/measures/extreme.ts';
import { statistic } from '../model/statistic.ts';
import { embedding, report, user } from './k9Items.ts';

export const userActivity = statistic('activity', {
  key: 'statistics#USER#{user_id}',
  measures: { registered_at: min<string>(), reports: count(), favourites: count(), last_activity_at: max<string>() },
  feeds: (from) => [
    from(user, (u) => [
      { into: { user_id: u.user_id }, add: { registered_at: u.created_at, last_activity_at: u.created_at } },
    ]),
    from(report, (r) => [
      {
        into: { user_id: r.user_id },
        add: { reports: 1, favourites: r.favourite === true, last_activity_at: r.updated_at ?? r.created_at },
      },
    ]),
  ],
});

/** Embeddings that there are now: of a version that was replaced everywhere, none. */
export const modelVersion = statistic('model', {
  key: 'statistics#MODEL#{model_version}',
  measures: {
    embeddings: count(),
    /** How many have vectors of so many dimensions. */
    dimensions: countBy(),
    first_stored_at: min<string>(),
    last_stored_at: max<string>(),
  },
  feeds: (from) => [
    from(embedding, (e) => [
      {
        into: { model_version: e.model_version },
        add: {
          embeddings: 1,
          dimensions: String(e.embedding_vector),
          first_stored_at: e.created_at,
          last_stored_at: e.created_at,
        },
      },
    ]),
  ],
});

import { DAY_MS } from '../../../shared/model/retention.ts';
import { ITEM_KEY } from '../../../shared/model/tables.ts';
import { HOUR_MS, isoUtc } from '../../../shared/model/time.ts';
import type { Chance } from './chance.ts';
import { type HistoryWrite, type Life, type LifeGenerator, put, remove } from './lives.ts';

const DAYS = 90;
/** Model versions, each taken into use so long before the history's end, with the dimensions of its vectors. */
const MODELS = [
  { version: 'text-1', daysBefore: DAYS, dimensions: 24 },
  { version: 'text-2', daysBefore: 60, dimensions: 48 },
  { version: 'text-3', daysBefore: 30, dimensions: 96 },
] as const;
/** Products are embedded anew with a new model within so many days of it. */
const MIGRATION_DAYS = 10;
const TOPICS = ['Dry food', 'Wet food', 'Snacks', 'Toys', 'Beds', 'Leads', 'Vitamins'];
const ANGLES = ['compared', 'by ingredients', 'for puppies', 'for old dogs', 'by price'];

/** Users who come, write reports and delete some; and the products that they ask about, embedded by one model after the other. */
export const k9Lives: LifeGenerator = {
  of: 'users, with their reports and products',
  days: DAYS,
  writesOf: (life) => [...usersWrites(life), ...productWrites(life)].sort((a, b) => a.at - b.at),
};

const item = (table: string, key: string, fields: Record<string, unknown>): Record<string, unknown> => ({
  [ITEM_KEY]: `${table}#${key}`,
  ...fields,
});

function usersWrites({ number, chance, at }: Life): HistoryWrite[] {
  const userId = `u-${chance.id(8)}`;
  const email = `reader${number}@example.com`;
  const writes = [put(at, item('users', userId, { user_id: userId, email, created_at: isoUtc(at) }))];
  let now = at;
  for (let reports = chance.wait(4) - 1; reports > 0; reports--) {
    now += chance.wait(4 * DAY_MS);
    writes.push(...reportWrites(chance, userId, now));
  }
  return writes;
}

function reportWrites(chance: Chance, userId: string, at: number): HistoryWrite[] {
  const id = `r-${chance.id(10)}`;
  const title = `${chance.skewed(TOPICS)}, ${chance.pick(ANGLES)}`;
  const first = item('reports', id, { id, user_id: userId, title, favourite: false, created_at: isoUtc(at) });
  const writes = [put(at, first)];
  let now = at;
  if (chance.happens(0.3)) {
    now += chance.wait(DAY_MS);
    writes.push(put(now, { ...first, favourite: true, updated_at: isoUtc(now) }));
  }
  if (chance.happens(0.2)) {
    now += chance.wait(5 * DAY_MS);
    writes.push(remove(now, { [ITEM_KEY]: `reports#${id}` }));
  }
  return writes;
}

/** A product is embedded when somebody first asks, and again by each later model: nothing stays with an old one. */
function productWrites({ chance, at, until }: Life): HistoryWrite[] {
  const productId = `p-${chance.id(8)}`;
  const begins = MODELS.map(({ daysBefore }) => until - daysBefore * DAY_MS);
  return MODELS.flatMap(({ version, dimensions }, i) => {
    const [begin = 0, next = Number.POSITIVE_INFINITY] = [begins[i], begins[i + 1]];
    if (at >= next) return [];
    const stored = Math.max(at, begin + chance.between(0, MIGRATION_DAYS * 24 - 1) * HOUR_MS);
    return [
      put(
        stored,
        item('embeddings', productId, {
          product_id: productId,
          model_version: version,
          embedding_vector: Array.from({ length: dimensions }, () => chance.between(-1_000, 1_000) / 1_000),
          created_at: isoUtc(stored),
        }),
      ),
    ];
  });
}

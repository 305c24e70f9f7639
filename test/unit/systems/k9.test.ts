import Big from 'big.js';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { ITEM_KEY } from '../../../shared/model/tables.ts';
import { isoUtc } from '../../../shared/model/time.ts';
import { k9 } from '../../../shared/systems/k9.ts';
import { Stage } from '../../support/given/stage.ts';

/* SYSTEMS.md, section 5, line by line. */

const T0 = '2026-02-01T09:00:00.000Z';
const later = (days: number): string => isoUtc(Date.parse(T0) + days * DAY_MS);

const user = (id = 'u-1') => ({ [ITEM_KEY]: `users#${id}`, user_id: id, email: 'ada@example.com', created_at: T0 });
const report = (id: string, fields = {}) => ({
  [ITEM_KEY]: `reports#${id}`,
  id,
  user_id: 'u-1',
  title: 'Dry food, compared',
  created_at: later(1),
  ...fields,
});
/** The last one has more digits than a number of JavaScript's. */
const VECTOR = [0.25, -0.5, new Big('0.1234567890123456789')];
const embedding = (product: string, model: string, fields = {}) => ({
  [ITEM_KEY]: `embeddings#${product}`,
  product_id: product,
  model_version: model,
  embedding_vector: VECTOR,
  created_at: T0,
  ...fields,
});

let stage: Stage;
beforeEach(() => {
  stage = new Stage(k9, T0);
});
afterEach(async () => {
  expect(await stage.drifts()).toEqual([]);
});

const activity = (id = 'u-1') => stage.statistic('activity', { user_id: id });
const model = (version: string) => stage.statistic('model', { model_version: version });
const told = (...types: string[]) => stage.events(...types).map(({ data }) => data);

describe('statistics', () => {
  test('user: given reports, one a favourite, when one is deleted, then the others count, with the last activity', async () => {
    stage.put(user(), report('r-1'), report('r-2', { favourite: true, updated_at: later(3) }), report('r-3'));
    stage.delete({ pk: 'reports#r-3' });
    await stage.settle();
    expect(await activity()).toEqual({
      user_id: 'u-1',
      registered_at: T0,
      reports: 2,
      favourites: 1,
      last_activity_at: later(3),
    });
    stage.put(report('r-2', { favourite: false, updated_at: later(4) }));
    await stage.settle();
    expect(await activity()).toMatchObject({ favourites: 0, last_activity_at: later(4) });
  });

  test('model version: embeddings that there are, and the dimensions of their vectors', async () => {
    stage.put(embedding('p-1', 'text-1'), embedding('p-2', 'text-1', { embedding_vector: [1, 2] }));
    await stage.settle();
    expect(await model('text-1')).toMatchObject({ embeddings: 2, dimensions: { '2': 1, '3': 1 } });
    stage.put(embedding('p-2', 'text-2'));
    await stage.settle();
    expect(await model('text-1')).toMatchObject({ embeddings: 1, dimensions: { '3': 1 } });
    expect(await model('text-2')).toMatchObject({ embeddings: 1 });
  });

  test('derived items live in a table of their own', async () => {
    stage.put(user());
    await stage.settle();
    expect(stage.has({ pk: 'statistics#USER#u-1' })).toBe(true);
  });
});

describe('events', () => {
  test('UserRegistered, ReportCreated: once, whatever is written later', async () => {
    stage.put(user(), report('r-1'), report('r-1', { favourite: true, updated_at: later(2) }));
    await stage.settle();
    expect(told('UserRegistered')).toEqual([{ user_id: 'u-1', registered_at: T0 }]);
    expect(told('ReportCreated')).toEqual([
      { report_id: 'r-1', user_id: 'u-1', title: 'Dry food, compared', created_at: later(1) },
    ]);
  });

  test('ReportDeleted: with what it was', async () => {
    stage.put(report('r-1', { favourite: true }));
    stage.delete({ pk: 'reports#r-1' });
    await stage.settle();
    expect(told('ReportDeleted')).toMatchObject([{ report_id: 'r-1', user_id: 'u-1', favourite: true }]);
  });

  test('EmbeddingStored: the first one, and each that replaces it', async () => {
    stage.put(embedding('p-1', 'text-1'), embedding('p-1', 'text-2', { embedding_vector: [1] }));
    await stage.settle();
    expect(told('EmbeddingStored')).toMatchObject([
      { product_id: 'p-1', model_version: 'text-1', replaces: null, dimensions: 3 },
      { product_id: 'p-1', model_version: 'text-2', replaces: 'text-1', dimensions: 1 },
    ]);
  });

  test('ModelVersionRetired: when its last embedding is replaced, and not before', async () => {
    stage.put(embedding('p-1', 'text-1'), embedding('p-2', 'text-1'));
    await stage.settle();
    stage.put(embedding('p-1', 'text-2'));
    await stage.settle();
    expect(told('ModelVersionRetired')).toEqual([]);
    stage.put(embedding('p-2', 'text-2'));
    await stage.settle();
    expect(told('ModelVersionRetired')).toEqual([{ model_version: 'text-1', first_stored_at: T0, last_stored_at: T0 }]);
  });

  test('an event tells the table that its item is of', async () => {
    stage.put(user(), report('r-1'));
    await stage.settle();
    const tables = stage.events().map(({ type, metadata }) => [type, (metadata.origin as { table: string }).table]);
    expect(tables).toEqual([
      ['UserRegistered', 'k9-users-test'],
      ['ReportCreated', 'k9-reports-test'],
    ]);
  });

  test('vectors are never put on the bus, nor kept in a statistic', async () => {
    stage.put(embedding('p-1', 'text-1'), embedding('p-1', 'text-2'));
    await stage.settle();
    expect(JSON.stringify(stage.events())).not.toMatch(/0\.123456|-0\.5/);
    expect(JSON.stringify(stage.item({ pk: 'statistics#MODEL#text-2' }))).not.toMatch(/0\.123456|-0\.5/);
  });
});

describe('archive', () => {
  test('deleted reports can be read, by user; so can embeddings of model versions that are retired, vector and all', async () => {
    stage.put(report('r-1'), report('r-2', { user_id: 'u-2' }), embedding('p-1', 'text-1'));
    stage.delete({ pk: 'reports#r-1' });
    stage.delete({ pk: 'reports#r-2' });
    stage.put(embedding('p-1', 'text-2'));
    await stage.settle();
    const gone = await stage.journal('report', (line) => line.cause === 'delete');
    expect(gone.map(({ old }) => [old?.id, old?.user_id])).toEqual([
      ['r-1', 'u-1'],
      ['r-2', 'u-2'],
    ]);
    const [replaced] = await stage.journal('embedding', ({ old }) => old?.model_version === 'text-1');
    expect(replaced?.old).toMatchObject({ product_id: 'p-1', embedding_vector: [0.25, -0.5, expect.anything()] });
    expect(k9.archive.journal.lifeDays).toBe(365);
  });
});

import fc from 'fast-check';
import { generatorOf } from '../../infra/feed/generated/generators.ts';
import { generate } from '../../infra/feed/generated/lives.ts';
import { ReviewHistory } from '../../infra/feed/reviewHistory.ts';
import { planBackfill } from '../../processors/backfill/plan.ts';
import { type Attributes, encodeAttributes } from '../../shared/model/attribute.ts';
import type { System } from '../../shared/model/system.ts';
import { decodeItem, keyOf } from '../../shared/stream/change.ts';
import { incidents } from '../../shared/systems/incidents.ts';
import { organizations } from '../../shared/systems/organizations.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { workbench } from '../../shared/systems/workbench.ts';
import { type Task, taskItem, tasks } from '../support/given/tasks.ts';

/* What a backfill adds to an item is what its writer would have written. */

const UNTIL = Date.UTC(2026, 1, 1);

const lives = (system: System, seed: number): Attributes[] =>
  [...generate(generatorOf(system), { lives: 3, seed, until: UNTIL, stage: 'test' })].flatMap((write) =>
    'put' in write ? [write.put] : [],
  );

function reviews(seed: number): Attributes[] {
  const history = new ReviewHistory();
  const line = (i: number) => ({
    review_id: `r${seed}-${i}`,
    stack_id: `s${i % 2}`,
    status: i % 3 === 0 ? 'failed' : 'completed',
    requested_at: '2026-01-31T09:00:00Z',
    completed_at: '2026-01-31T10:00:00Z',
    created_by: 'u1',
    risk_score: i % 3 === 0 ? undefined : i,
    findings:
      i % 3 === 0
        ? []
        : [{ hash: `h${i % 2}`, rule: 'x', category: 'cost', severity: 'low', path: 'main.tf', line: i }],
    fixed_issue_hashes: i > 2 ? ['h0'] : [],
  });
  return Array.from({ length: 6 }, (_, i) => history.writesOf(line(i) as never)).flatMap((writes) => [
    ...writes.requested,
    ...writes.finished,
    ...writes.fixes,
  ]);
}

const SYSTEMS: readonly (readonly [string, System, (seed: number) => Attributes[]])[] = [
  ['incidents', incidents, (seed) => lives(incidents, seed)],
  ['workbench', workbench, (seed) => lives(workbench, seed)],
  ['organizations', organizations, (seed) => lives(organizations, seed)],
  ['reviewer', reviewer, reviews],
];

test.each(SYSTEMS)(
  '%s: what its writers write lacks nothing, and has the keys that the declaration gives',
  (_, system, itemsOf) => {
    let derived = 0;
    fc.assert(
      fc.property(fc.nat(1_000), (seed) => {
        for (const item of itemsOf(seed)) {
          const plan = planBackfill(system, item);
          if (plan) derived++;
          expect([plan?.backfilling, plan?.left ?? []]).toEqual([undefined, []]);
        }
      }),
      { numRuns: 10 },
    );
    expect(derived).toBeGreaterThan(10);
  },
);

/** Takes away those of the names that the item has, by the bits of a number. */
const lacking = (item: Attributes, names: readonly string[], bits: number): Attributes => {
  const gone = names.filter((_, i) => (bits >> i) % 2 === 1);
  return Object.fromEntries(Object.entries(item).filter(([name]) => !gone.includes(name)));
};

function restores(system: System, whole: Attributes, item: Attributes): boolean {
  const backfilling = planBackfill(system, item)?.backfilling;
  const after = { ...item, ...backfilling?.added };
  expect(after).toEqual(whole);
  expect(Object.keys(backfilling?.added ?? {}).filter((name) => item[name] !== undefined)).toEqual([]);
  expect(planBackfill(system, after)?.backfilling).toBeUndefined();
  return backfilling !== undefined;
}

const KEYS = ['GSI1PK', 'GSI1SK', 'GSI2PK', 'GSI2SK', 'GSI3PK', 'GSI3SK'];

test.each(SYSTEMS)(
  '%s: whatever keys an item lacks, with what is added it is as it was written',
  (_, system, itemsOf) => {
    let added = 0;
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(63), (seed, bits) => {
        for (const whole of itemsOf(seed)) {
          // Addresses are known to their writer alone.
          const own = system === organizations ? KEYS.slice(2) : KEYS;
          if (restores(system, whole, lacking(whole, own, bits))) added++;
        }
      }),
      { numRuns: 30 },
    );
    expect(added).toBeGreaterThan(10);
  },
);

const task = fc.record(
  {
    taskId: fc.string({ minLength: 1, maxLength: 5 }),
    state: fc.constantFrom('open' as const, 'done' as const),
    urgency: fc.constantFrom('low' as const, 'high' as const),
    labels: fc.array(fc.string(), { maxLength: 2 }),
    due: fc.integer(),
  },
  { requiredKeys: ['taskId', 'state'] },
);

/** As a writer that follows the declaration writes it. */
function written(fields: Task): Attributes {
  const { state, urgency = 'low', labels = [], due, taskId } = fields;
  const keys = { GSI1PK: `OPEN#${urgency}`, GSI1SK: taskId, ...(due !== undefined && { GSI2PK: 'DUE' }) };
  return { ...taskItem({ ...fields, urgency, labels }), ...(state === 'open' && encodeAttributes(keys)) };
}

test('defaults that an item lacks are added as it counts by them already; what it has stays', () => {
  fc.assert(
    fc.property(task, fc.nat(7), fc.dictionary(fc.constantFrom('x', 'y'), fc.string()), (fields, bits, extra) => {
      const item = lacking({ ...taskItem(fields), ...encodeAttributes(extra) }, KEYS, bits);
      restores(tasks, { ...written(fields), ...encodeAttributes(extra) }, item);
      const key = keyOf(tasks.table, item);
      const read = (image: Attributes): unknown => decodeItem(tasks, tasks.sourceOf(key), key, image);
      expect(read({ ...item, ...planBackfill(tasks, item)?.backfilling?.added })).toEqual(read(item));
    }),
  );
});

test('where any key is another one, nothing that is there is changed, and its index gets none', () => {
  fc.assert(
    fc.property(task, fc.constantFrom('GSI1PK', 'GSI1SK'), fc.boolean(), (fields, name, alone) => {
      const whole = written({ ...fields, state: 'open' });
      const other = name === 'GSI1PK' ? 'GSI1SK' : 'GSI1PK';
      const { [other]: _other, ...rest } = whole;
      const item = { ...(alone ? rest : whole), [name]: { S: 'theirs' } };
      const plan = planBackfill(tasks, item);
      expect({ ...item, ...plan?.backfilling?.added }).toEqual(item);
      expect(plan?.left.map(({ reason }) => reason)).toEqual(['differs']);
    }),
  );
});

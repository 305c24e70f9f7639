import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import { encodeAttributes } from '../../shared/model/attribute.ts';
import type { Key } from '../../shared/model/keys.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { changed } from '../../shared/model/transitions.ts';
import { incidents } from '../../shared/systems/incidents.ts';
import { incident } from '../../shared/systems/incidentsItems.ts';
import { commentItem, incidentItem, METADATA } from '../support/given/incidents.ts';
import { LeavingWorld } from '../support/given/leaving.ts';

/*
 * Items that leave by themselves at their own time, beside a collection that they belong to: each goes when it is due, none before, none is lost,
 * and the collection's bundle has all that ever left by itself.
 */

const BEGIN = Date.parse('2026-02-01T09:00:00.000Z');
const COMMENT_DAYS = 90;
const CLOSED_DAYS = 90;

interface Story {
  /** Of each comment: the day, and whether its writer has set when it expires. */
  readonly comments: readonly { day: number; expires: boolean }[];
  readonly closedOn: number;
  /** Days on which somebody looks. */
  readonly looks: readonly number[];
}

const days = fc.integer({ min: 0, max: 200 });
const stories: fc.Arbitrary<Story> = fc.record({
  comments: fc.uniqueArray(fc.record({ day: days, expires: fc.boolean() }), {
    maxLength: 6,
    selector: ({ day }) => day,
  }),
  closedOn: days,
  looks: fc
    .array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 })
    .map((all) => all.sort((a, b) => a - b)),
});

const moment = (day: number): number => BEGIN + day * DAY_MS;
const keyOfComment = (day: number): Key => ({ pk: METADATA.pk, sk: `COMMENT#${isoUtc(moment(day))}` });
const goneOn = (day: number): number => day + COMMENT_DAYS;

class World extends LeavingWorld {
  constructor() {
    super(incidents, BEGIN);
  }

  put(item: Record<string, unknown>): void {
    this.table.put(encodeAttributes(item));
  }

  async look(day: number): Promise<void> {
    this.clock.advance(moment(day) - this.clock.now());
    const now = this.clock.now();
    await this.archiveAll();
    const expired: Key[] = [];
    for await (const { PK, SK } of this.table.expired(now))
      expired.push({ pk: (PK as { S: string }).S, sk: (SK as { S: string }).S });
    await this.table.removeExpired(expired, now);
    await this.archiveAll();
    await this.sweep(now);
    // What left by itself is known to have left once that was read.
    await this.archiveAll();
  }
}

test('each leaves at its time, none is lost, and the bundle of all has those too that left before', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ({ comments, closedOn, looks }) => {
      const world = new World();
      const closedAt = isoUtc(moment(closedOn));
      world.put(incidentItem());
      const acts = [
        ...comments.map(({ day, expires }) => ({
          day,
          item: commentItem(isoUtc(moment(day)), expires ? { expiresAt: moment(goneOn(day)) / 1000 } : {}),
        })),
        { day: closedOn, item: incidentItem({ status: 'CLOSED', updatedAt: closedAt, closedAt }) },
      ].sort((a, b) => a.day - b.day);
      const steps = [...new Set([...looks, ...acts.map(({ day }) => day)])].sort((a, b) => a - b);
      for (const day of steps) {
        for (const { item } of acts.filter((act) => act.day === day)) world.put(item);
        await world.look(day);
        const isClosed = day >= closedOn;
        const hasLeft = isClosed && day >= closedOn + CLOSED_DAYS;
        for (const { day: made } of comments) {
          // One that was there when its incident left has left with it; a later one stays until its own time.
          const taken = made <= leftOn(steps, closedOn) && hasLeft;
          const isThere = world.table.item(keyOfComment(made)) !== undefined;
          if (day >= goneOn(made)) expect([day, made, isThere]).toEqual([day, made, false]);
          else if (made <= day && !taken) expect([day, made, isThere]).toEqual([day, made, true]);
        }
        expect(world.table.item(METADATA) !== undefined).toBe(!hasLeft);
        expect(await world.lost()).toEqual([]);
      }
      if (world.table.item(METADATA) === undefined) {
        const left = await world.bundledIn('incident');
        const before = comments
          .filter(({ day }) => day <= leftOn(steps, closedOn))
          .map(({ day }) => keyOfComment(day).sk);
        expect(left.filter((sk) => sk.startsWith('COMMENT'))).toEqual(before.sort());
      }
    }),
    { numRuns: 120 },
  );
});

const leftOn = (steps: readonly number[], closedOn: number): number =>
  steps.find((step) => step >= closedOn + CLOSED_DAYS) ?? Number.NaN;

test('a change is told where a value differs in content, by a write of what was there; the rest is none', () => {
  const when = changed(incident, ({ status }) => status);
  const status = fc.constantFrom('OPEN', 'MITIGATED', 'RESOLVED' as const);
  const item = status.map((value) => ({ ...incident.example, status: value as 'OPEN' }));
  const cause = fc.constantFrom('write', 'delete', 'ttl', 'archived', 'restored' as const);
  fc.assert(
    fc.property(fc.option(item, { nil: undefined }), fc.option(item, { nil: undefined }), cause, (old, now, by) => {
      const hits = when.hits({ cause: by as 'write', at: 0, old, new: now, archived: undefined });
      const differs = by === 'write' && old !== undefined && now !== undefined && old.status !== now.status;
      expect(hits).toEqual(differs ? [{ from: old.status, to: now.status }] : []);
    }),
  );
});
